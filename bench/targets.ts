// What we hold ourselves to, on whatever machine: times the floor, or beyond it. `npm run bench:check` asks.

import type { SectionName } from './sections/section.ts'
import { apis } from './wire/scenario.ts'

/** The most that a figure of ours may be. */
export interface Target {
  readonly section: SectionName
  /** The case, in whole. */
  readonly case: string
  readonly client: string
  readonly figure: string
  readonly limit: number
}

function at(
  section: SectionName,
  cases: readonly string[],
  clients: readonly string[],
  figure: string,
  limit: number,
): Target[] {
  return cases.flatMap((name) => clients.map((client) => ({ section, case: name, client, figure, limit })))
}

const byFetch = ['session /fetch']
const bySdk = ['session SDK']
const long = apis.flatMap((api) => [
  `${api}, 2,000 deltas`,
  `${api}, 20,000 deltas`,
  `${api}, 2,000 deltas, a write each`,
])
const short = apis.map((api) => `${api}, 200 deltas`)
const largeArguments = [244, 2_336].map((pieces) => `chat, 1 step, arguments in ${pieces.toLocaleString('en')} deltas`)

export const targets: readonly Target[] = [
  ...at('streaming', long, byFetch, 'cpuRatio', 1.2),
  ...at('streaming', short, byFetch, 'cpuRatio', 1.4),
  ...at('streaming', long, bySdk, 'cpuRatio', 1.5),
  ...at('streaming', short, bySdk, 'cpuRatio', 2),
  ...at('tools', largeArguments, byFetch, 'cpuRatio', 1.3),
  ...at('tools', ['chat, 1 step, 1,000 messages before'], byFetch, 'cpuRatio', 1.3),
  ...at('tools', ['chat, 1 step, 1,000 messages before, first run'], byFetch, 'cpuRatio', 1.6),
  ...at('tools', ['chat, 1 step, 1,000 messages before'], bySdk, 'cpuRatio', 1.9),
  ...at('concurrent', ['1,000 streams'], byFetch, 'cpuRatio', 1.3),
  ...at('concurrent', ['1,000 streams'], byFetch, 'peakRatio', 1.2),
  ...at('first-delta', apis, [...byFetch, ...bySdk], 'firstBeyondMs', 1),
  ...at('cancel', ['by a signal'], [...byFetch, ...bySdk], 'settledBeyondMs', 5),
  ...at('cancel', ['by a signal'], [...byFetch, ...bySdk], 'closedBeyondMs', 5),
  ...at('memory', ['chat, 20,000 deltas'], [...byFetch, ...bySdk], 'retainedTexts', 3),
  ...at('memory', ['chat, 20,000 deltas'], [...byFetch, ...bySdk], 'grewBeyondMB', 10),
  ...at('bytes', ['100 MB of wire', '10,000 runs'], ['session /fetch, SQLite'], 'stayedKB', 2_000),
  ...at('sqlite', ['2,000 deltas'], ['session /fetch, SQLite'], 'cpuRatio', 1.1),
  ...at('opening', ['10,000 turns'], ['session /fetch, SQLite'], 'beyondCpuMs', 50),
  ...at('import', ['import'], [...byFetch, ...bySdk], 'wallMs', 20),
  ...at('bundle', ['bundle'], ['engine /fetch'], 'compressedKB', 10),
  ...at('bundle', ['bundle'], byFetch, 'compressedKB', 25),
]
