/**
 * What to say of the first name in `options` that is not among `names`: that there is no such option, and what may be meant. Undefined where
 * all are known, or there is nothing that could have names. What is undefined counts as absent.
 * @param path where `options` stand within others: `reasoning`.
 * @param hints what to do instead, by names that other libraries have.
 * @internal For the packages of the family, whose options all are checked by it.
 */
export function unknownOption(
  options: unknown,
  names: readonly string[],
  path = '',
  hints: { readonly [name: string]: string } = {},
): string | undefined {
  if (typeof options !== 'object' || options === null) return undefined
  const prefix = path === '' ? '' : `${path}.`
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !names.includes(name))?.[0]
  if (unknown === undefined) return undefined
  const all = names.map((name) => prefix + name).join(', ')
  return `there is no option ${prefix}${unknown}.${hintFor(unknown, names, prefix, hints)} The options are ${all}`
}

function hintFor(
  unknown: string,
  names: readonly string[],
  prefix: string,
  hints: { readonly [name: string]: string },
): string {
  if (Object.hasOwn(hints, unknown)) return ` ${hints[unknown]}.`
  const near = nearestName(unknown, names)
  return near === undefined ? '' : ` Did you mean ${prefix}${near}?`
}

/**
 * The name that was most likely meant by one that is none; undefined where no name is like it.
 * @internal For the packages of the family.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const plain = plainName(name)
  const ranked = names
    .map((candidate) => ({ candidate, distance: distanceOf(plain, plainName(candidate)) }))
    .sort((one, other) => one.distance - other.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, plain.length / 3) ? best.candidate : undefined
}

/** `max_output_tokens` is as good as `maxOutputTokens`. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** In letters to change or to swap; none where one name begins or ends with the other, as `budgetTokens` does with `budget`. */
function distanceOf(one: string, other: string): number {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  if (short.length >= 4 && (long.startsWith(short) || long.endsWith(short))) return short === long ? 0 : 0.5
  let before: readonly number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [position, otherLetter] of [...other].entries()) {
      const changed = (row[position] ?? 0) + (letter === otherLetter ? 0 : 1)
      const isSwapped = letter === other[position - 1] && one[index - 1] === otherLetter
      const swapped = isSwapped ? (before[position - 1] ?? 0) + 1 : changed
      next.push(Math.min(changed, swapped, (row[position + 1] ?? 0) + 1, (next[position] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row.at(-1) ?? 0
}
