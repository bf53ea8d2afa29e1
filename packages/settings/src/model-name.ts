/** A dated name is one of the same model: `gpt-4o-mini-2024-07-18`. */
export function isSameModel(known: string, asked: string): boolean {
  return asked === known || (asked.startsWith(`${known}-`) && /^[\d-]+$/.test(asked.slice(known.length)))
}
