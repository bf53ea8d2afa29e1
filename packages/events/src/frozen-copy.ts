/** Deeper data is no honest data, and would be too much for the stack. */
const maxDepth = 500

/**
 * The same plain data, so that nobody can change it: what is frozen all the way down is taken as it is, the rest is copied, and the
 * giver's own object stays as it was. What is not plain data is taken as it is.
 */
export function frozenCopy<T>(value: T): T {
  // True because a copy has the same fields.
  return copyPart(value, new Map(), 0) as T
}

function copyPart(value: unknown, copies: Map<object, unknown>, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value
  // A circle is a circle in the copy too.
  const known = copies.get(value)
  if (known !== undefined) return known
  if (Object.isFrozen(value) && isFrozenBelow(value, copies, depth)) return value
  if (Array.isArray(value)) {
    const items: unknown[] = []
    copies.set(value, items)
    for (const item of value) items.push(copyPart(item, copies, depth + 1))
    return Object.freeze(items)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const fields: { [name: string]: unknown } = Object.create(prototype)
  copies.set(value, fields)
  // By definition: a field may be called __proto__.
  for (const [name, field] of Object.entries(value))
    Object.defineProperty(fields, name, { value: copyPart(field, copies, depth + 1), enumerable: true })
  return Object.freeze(fields)
}

/** Whether the parts of what is frozen would be taken as they are too: to freeze an object does not freeze what it holds. */
function isFrozenBelow(value: object, copies: Map<object, unknown>, depth: number): boolean {
  copies.set(value, value)
  const isSame = Object.values(value).every((part: unknown) => copyPart(part, copies, depth + 1) === part)
  if (!isSame) copies.delete(value)
  return isSame
}
