import type { FaultPart } from '../src/fault-points.ts'
import { runDisturbed } from '../src/fault-run.ts'
import { findContinuations } from './every-continuation.ts'
import { faultScenarios } from './fault-scenarios.test-helper.ts'
import { provenPackages } from './source-hooks.ts'

/** The package whose code calls a part. */
const callers: Readonly<Record<FaultPart, string>> = {
  builder: 'session',
  persister: 'session',
  store: 'session',
  middleware: 'middleware',
  engine: 'enginebuilder',
  'snapshot hook': 'enginebuilder',
  'step controller': 'enginebuilder',
  'tool executor': 'enginebuilder',
  transport: 'engine',
  tool: 'tools',
  hook: 'tools',
  sink: 'events',
  program: 'engine',
}

/** How many points there are in one package, over all scenarios. */
export interface PackageCount {
  readonly name: string
  /** Calls of what is not ours, the store's apart. */
  readonly callbacks: number
  readonly storeCalls: number
  /** Places in the source at which it goes on after waiting, and how often that was passed. */
  readonly places: number
  readonly continuations: number
}

/** Counts the points per package. @throws Error when a scenario breaks a promise undisturbed */
export async function countPoints(): Promise<readonly PackageCount[]> {
  const points: { readonly caller: string; readonly isStore: boolean }[] = []
  for (const createProgram of Object.values(faultScenarios))
    for (const { part } of (await runDisturbed(createProgram)).points)
      points.push({ caller: callers[part], isStore: part === 'store' })
  const places = (await findContinuations()).flatMap((scenario) => scenario.places.map(({ place }) => place))
  return provenPackages.map((name) => {
    const own = points.filter(({ caller }) => caller === name)
    const passed = places.filter((place) => place.startsWith(`${name}/`))
    const storeCalls = own.filter(({ isStore }) => isStore).length
    return {
      name,
      callbacks: own.length - storeCalls,
      storeCalls,
      places: new Set(passed).size,
      continuations: passed.length,
    }
  })
}

/** The counts as text. */
export function formatCounts(counts: readonly PackageCount[]): string {
  const sum = (of: (count: PackageCount) => number) => counts.reduce((total, count) => total + of(count), 0)
  const total: PackageCount = {
    name: 'together',
    callbacks: sum((count) => count.callbacks),
    storeCalls: sum((count) => count.storeCalls),
    places: sum((count) => count.places),
    continuations: sum((count) => count.continuations),
  }
  const rows = [...counts, total].map(({ name, callbacks, storeCalls, places, continuations }) =>
    [name.padEnd(14), ...[callbacks, storeCalls, places, continuations].map((count) => `${count}`.padStart(14))].join(
      '',
    ),
  )
  const titles = ['callbacks', 'store calls', 'places', 'continuations'].map((title) => title.padStart(14))
  return [['package'.padEnd(14), ...titles].join(''), ...rows].join('\n')
}
