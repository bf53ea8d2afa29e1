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

/** Stores keep sessions: they stand on the session, never on each other, nor on what runs turns. */
const belowStores = [...(rows[0] ?? []), ...(rows[1] ?? []), ...(rows[2] ?? []), 'session']

/** What programs are put together with stands on everything but what it puts together: providers and stores are handed to it. */
const assembly: readonly string[] = ['settings']

export function rowOf(name: string): number | undefined {
  const row = rows.findIndex((names) => names.includes(name))
  return row === -1 ? undefined : row
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
  if (rowOf(to) === undefined && !isProvider(to) && !isStore(to) && !assembly.includes(to) && to !== 'testing')
    return `'${to}' has no place in tools/layers/layers.ts`
  const row = rowOf(from)
  if (row !== undefined) {
    const target = rowOf(to)
    return target !== undefined && target < row ? undefined : `row ${row} may import only the rows before it`
  }
  if (isProvider(from)) {
    return belowProviders.includes(to) ? undefined : `providers may import only ${belowProviders.join(', ')}`
  }
  if (isStore(from)) return belowStores.includes(to) ? undefined : `stores may import only ${belowStores.join(', ')}`
  if (assembly.includes(from)) {
    if (assembly.includes(to) || to === 'testing') return 'nothing of the assembly imports another, nor testing'
    return rowOf(to) !== undefined || forTests ? undefined : 'providers and stores are handed in by the program'
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
