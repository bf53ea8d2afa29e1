// Who may import whom. Direction is what keeps the packages small; a new package is entered here on purpose.
import { scope } from '../workspace.ts'

/** A package may import the rows before its own; nothing inside its own row. */
const rows: readonly (readonly string[])[] = [
  ['context', 'turns'],
  ['events'],
  ['engine', 'tools'],
  ['session', 'middleware'],
  ['enginebuilder'],
]

/** Providers stand on the engine and what is below it: never on a session, never on each other. */
const belowProviders = [...(rows[0] ?? []), ...(rows[1] ?? []), 'engine']

/** Providers of a host that speaks another's wire format stand on that one too. */
const hosts: Readonly<Record<string, string>> = {}

/** What the tests of `testing` try: the kits run there, as two packages cannot stand on each other. The tests of all others run the kits themselves. */
const triedByTesting: readonly string[] = ['provider-openai', 'provider-anthropic', 'provider-eliza', 'store-sqlite']

/** Stores keep sessions: they stand on the session, never on each other, nor on what runs turns. */
const belowStores = [...(rows[0] ?? []), ...(rows[1] ?? []), ...(rows[2] ?? []), 'session']

/** What programs are put together with stands on everything but what it puts together: providers and stores are handed to it. */
const assembly: readonly string[] = ['settings']

/** What brings sessions to people over a network: each stands on what is named, and its tests on whatever does not stand on it. */
const network: Readonly<Record<string, readonly string[]>> = {
  client: [...(rows[0] ?? []), ...(rows[1] ?? []), 'engine'],
  server: [...(rows[0] ?? []), ...(rows[1] ?? []), 'engine', 'session', 'client'],
  react: ['context', 'client'],
}

/** What looks at sources from outside: it stands on nothing here, and nothing stands on it. */
const apart: readonly string[] = ['migrate']

/** The folders of a package that has many files: each may import those before its own. What stands beside them may import all. */
const folders: Readonly<Record<string, readonly string[]>> = {
  session: ['waiting', 'contract', 'store', 'records', 'history', 'ledger', 'follow', 'runs', 'queue', 'transfer'],
}

/** Why a file in `from` may not import one in `to`, or undefined if it may. Both are folders of the sources of a package; `''` is what stands beside them. */
export function whyNotFolder(name: string, from: string, to: string): string | undefined {
  const order = folders[name]
  if (order === undefined || from === '' || from === to) return undefined
  if (!order.includes(from)) return `'${from}' has no place in tools/layers/layers.ts`
  return order.includes(to) && order.indexOf(to) < order.indexOf(from)
    ? undefined
    : `'${from}' may import only folders before it`
}

export function rowOf(name: string): number | undefined {
  const row = rows.findIndex((names) => names.includes(name))
  return row === -1 ? undefined : row
}

export function isNetwork(name: string): boolean {
  return Object.hasOwn(network, name)
}

function isProvider(name: string): boolean {
  return name.startsWith('provider-')
}

function isStore(name: string): boolean {
  return name.startsWith('store-')
}

/**
 * Why `from` may not import `to`, or undefined if it may. Both are folder names below `packages/`.
 * `forTests` is true for imports in tests and for devDependencies.
 */
export function whyNot(from: string, to: string, forTests: boolean): string | undefined {
  if (from === to) return 'a package imports itself by relative paths'
  const isOther = isProvider(to) || isStore(to) || assembly.includes(to) || isNetwork(to) || to === 'testing'
  if (apart.includes(to)) return `'${to}' is a command: nothing imports it`
  if (apart.includes(from)) return `'${from}' looks at sources, and runs nothing of the family`
  if (rowOf(to) === undefined && !isOther) return `'${to}' has no place in tools/layers/layers.ts`
  const row = rowOf(from)
  if (row !== undefined) {
    const target = rowOf(to)
    return target !== undefined && target < row ? undefined : `row ${row} may import only the rows before it`
  }
  if (forTests && to === 'testing' && (isProvider(from) || isStore(from)) && !triedByTesting.includes(from))
    return undefined
  if (isProvider(from)) {
    if (hosts[from] === to) return undefined
    return belowProviders.includes(to) ? undefined : `providers may import only ${belowProviders.join(', ')}`
  }
  if (isStore(from)) return belowStores.includes(to) ? undefined : `stores may import only ${belowStores.join(', ')}`
  if (assembly.includes(from)) {
    if (assembly.includes(to) || to === 'testing') return 'nothing of the assembly imports another, nor testing'
    return rowOf(to) !== undefined || forTests ? undefined : 'providers and stores are handed in by the program'
  }
  const below = network[from]
  if (below !== undefined) {
    const isAbove = network[to]?.includes(from) === true
    return below.includes(to) || (forTests && !isAbove) ? undefined : `${from} may import only ${below.join(', ')}`
  }
  if (from === 'testing') {
    return rowOf(to) !== undefined || forTests ? undefined : 'testing may use providers and stores only in its tests'
  }
  return `'${from}' has no place in tools/layers/layers.ts`
}

/** `turns` for `@geppetto/turns` and its subpaths; undefined for anything outside the family. */
export function familyName(specifier: string): string | undefined {
  return specifier.startsWith(scope) ? specifier.slice(scope.length).split('/')[0] : undefined
}
