/** What a file or a program says, with where it says it. */
export type Tree = Leaf | Branch

/** A value: anything but an object. */
interface Leaf {
  readonly place: string
  readonly value: unknown
  /** The items of a list, each with its place. */
  readonly items?: readonly Tree[]
}

/** An object. */
export interface Branch {
  readonly place: string
  readonly fields: ReadonlyMap<string, Tree>
}

export function isBranch(tree: Tree): tree is Branch {
  return 'fields' in tree
}

/** The value without places. */
export function plainValue(tree: Tree): unknown {
  if (!isBranch(tree)) return tree.value
  return Object.fromEntries([...tree.fields].map(([name, inner]) => [name, plainValue(inner)]))
}

/** The tree of a program's own value. Functions, instances and lists are leaves; what is undefined is left out. */
export function treeOf(value: unknown, place: string): Tree {
  if (Array.isArray(value)) return { place, value, items: value.map((item) => treeOf(item, place)) }
  if (!isPlainObject(value)) return { place, value }
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return { place, fields: new Map(given.map(([name, inner]) => [name, treeOf(inner, place)])) }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
