/** Of what was given: an object or a list, and which of its fields were read. */
interface Node {
  readonly given: object
  readonly copy: object
  readonly watched: object
  readonly parent: Node | undefined
  readonly read: Set<string>
  readonly children: Map<string, Node>
}

/** The nodes behind watched values, so that a value can be looked at without counting as read. */
const nodes = new WeakMap<object, Node>()

/** The same data, of which is known what was read. What is neither an object nor a list of data comes back as it is. */
export function watch(value: unknown): unknown {
  return watchIn(undefined, '', value)
}

/** Whether the value is watched already. */
export function isWatched(value: object): boolean {
  return nodes.has(value)
}

/** What was given, which does not count as read by reading it. */
export function givenOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (nodes.get(value)?.given ?? value) : value
}

/** A field, without its counting as read. */
export function peek(fields: object | undefined, name: string): unknown {
  const holder = fields === undefined ? undefined : (nodes.get(fields)?.copy ?? fields)
  return holder === undefined ? undefined : Reflect.get(holder, name)
}

/** The names of the fields, which do not count as read by it. */
export function namesIn(fields: object): readonly string[] {
  return Object.keys(nodes.get(fields)?.copy ?? fields)
}

/**
 * Where the fields stand that nobody has read. A `type` says which of the API's objects something is, and counts as read with it; what `isTold` says
 * was told of is not looked into.
 */
export function unreadIn(watched: unknown, path: string, isTold: (path: string) => boolean): readonly string[] {
  const node = typeof watched === 'object' && watched !== null ? nodes.get(watched) : undefined
  if (node === undefined || isTold(path)) return []
  const isList = Array.isArray(node.copy)
  return Object.entries(node.copy).flatMap(([name, value]: [string, unknown]) => {
    const place = isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    if (isNothing(value) || isTold(place) || (name === 'type' && typeof value === 'string')) return []
    if (!node.read.has(name)) return [place]
    return unreadIn(node.children.get(name)?.watched, place, isTold)
  })
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function watchIn(parent: Node | undefined, name: string, given: unknown): unknown {
  const known = parent?.children.get(name)
  if (known !== undefined) return known.watched
  if (typeof given !== 'object' || given === null) return given
  // A circle ends where it began.
  for (let above = parent; above !== undefined; above = above.parent) if (above.given === given) return above.watched
  const copy = copyOf(given)
  if (copy === undefined) return given
  const read = new Set<string>()
  const children = new Map<string, Node>()
  const take = (key: string | symbol, value: unknown): unknown => {
    if (typeof key === 'symbol' || !Object.hasOwn(copy, key)) return value
    read.add(key)
    return watchIn(node, key, value)
  }
  const watched = new Proxy(copy, {
    get: (target, key) => take(key, Reflect.get(target, key)),
    getOwnPropertyDescriptor: (target, key) => {
      const field = Reflect.getOwnPropertyDescriptor(target, key)
      return field?.configurable === true ? { ...field, value: take(key, field.value) } : field
    },
  })
  const node: Node = { given, copy, watched, parent, read, children }
  nodes.set(watched, node)
  parent?.children.set(name, node)
  return watched
}

/** Undefined where it holds something else than fields, as bytes and addresses do, or cannot be read. */
function copyOf(value: object): object | undefined {
  try {
    if (Array.isArray(value)) return Array.from<unknown>(value)
    if (Object.prototype.toString.call(value) !== '[object Object]') return undefined
    const copy: object = Object.create(Object.getPrototypeOf(value))
    for (const [name, field] of Object.entries(value))
      Object.defineProperty(copy, name, { value: field, configurable: true, enumerable: true, writable: true })
    return copy
  } catch {
    // A getter or a proxy that throws: there is nothing to read.
    return undefined
  }
}
