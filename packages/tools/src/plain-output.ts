/** What JSON.stringify makes sensible becomes plain: what says itself how it is written as JSON, such as a date or an address. All else stays, for whoever judges it. */
export function plainOutput(value: unknown): unknown {
  return plain(value, new Set())
}

function plain(value: unknown, around: ReadonlySet<object>): unknown {
  if (typeof value !== 'object' || value === null || around.has(value)) return value
  // The bytes of a buffer as a list of numbers are of use to nobody.
  if (ArrayBuffer.isView(value)) return value
  const inside = new Set([...around, value])
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), inside)
  if (Array.isArray(value)) return mapped(value, (item) => plain(item, inside))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const names = Object.keys(value)
  // What is hidden or is made when it is asked for is judged as it stands.
  if (names.length !== Reflect.ownKeys(value).length || names.some((name) => isAccessor(value, name))) return value
  const fields: readonly (readonly [string, unknown])[] = Object.entries(value)
  const made = mapped(fields, ([name, part]): readonly [string, unknown] => [name, plain(part, inside)])
  return made.every(([, part], index) => part === fields[index]?.[1]) ? value : Object.fromEntries(made)
}

function mapped<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const made = list.map(change)
  return made.every((item, index) => item === list[index]) ? list : made
}

function isAccessor(value: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(value, name)?.get !== undefined
}
