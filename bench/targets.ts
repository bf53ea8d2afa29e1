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
  /** What stands between us and it; said while it is missed. */
  readonly why?: string
}

function at(
  section: SectionName,
  cases: readonly string[],
  clients: readonly string[],
  figure: string,
  limit: number,
  why?: string,
): Target[] {
  const more = why === undefined ? {} : { why }
  return cases.flatMap((name) => clients.map((client) => ({ section, case: name, client, figure, limit, ...more })))
}

const perRun = `Short answers: a run costs about a millisecond beyond its deltas, in code that the engine of the language has not compiled to the end after some hundred runs: the turn, the
  claim of the session, the commits before and after, the settlement. Much less code for each run is the way, not quicker code.`
const perFrame = `2,000 deltas of Responses and Anthropic: more is read of each frame than the floor reads (which block it belongs to, and whether it is open). At 20,000 deltas, when
  that code is compiled, it is at the floor.`
const perStep = `Steps with tools: each is a provider call with the fixed cost of a short answer, a call that is checked and recorded before and after it has run, and a commit: about 1.4 ms
  beyond the floor's step.`
const perStream =
  'Many streams at once are many short answers: their fixed cost, and what each session holds of its own.'
const perCommit =
  'SQLite: a short run makes three transactions that are synced or journaled, and their cost does not depend on the length of the answer.'
const perRecord = `Opening: the JSON of each record is parsed, for its ids and its place in the tree, about 7 µs a turn; what a turn says is looked at when somebody asks for it.`
const perModule =
  'Import: Node loads and compiles the entry of each package whole, also what only stored sessions need.'
const perBundle = `Bundles: turns, the grammar of events, the loop of tools, settlement and the request rules of a provider are what is loaded, all of it needed at the first run. What only
  stores need comes with a store. The next largest part is never more than a fifth.`

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
  ...at('streaming', long, byFetch, 'cpuRatio', 1.2, perFrame),
  ...at('streaming', short, byFetch, 'cpuRatio', 1.4, perRun),
  ...at('streaming', long, bySdk, 'cpuRatio', 1.5, perFrame),
  ...at('streaming', short, bySdk, 'cpuRatio', 2, perRun),
  ...at('tools', largeArguments, byFetch, 'cpuRatio', 1.3, perStep),
  ...at('tools', ['chat, 1 step, 1,000 messages before'], byFetch, 'cpuRatio', 1.3, perStep),
  ...at('tools', ['chat, 1 step, 1,000 messages before, first run'], byFetch, 'cpuRatio', 1.6, perStep),
  ...at('tools', ['chat, 1 step, 1,000 messages before'], bySdk, 'cpuRatio', 1.9, perStep),
  ...at('concurrent', ['1,000 streams'], byFetch, 'cpuRatio', 1.3, perStream),
  ...at('concurrent', ['1,000 streams'], byFetch, 'peakRatio', 1.2, perStream),
  ...at('first-delta', apis, [...byFetch, ...bySdk], 'firstBeyondMs', 1),
  ...at('cancel', ['by a signal'], [...byFetch, ...bySdk], 'settledBeyondMs', 5),
  ...at('cancel', ['by a signal'], [...byFetch, ...bySdk], 'closedBeyondMs', 5),
  ...at('memory', ['chat, 20,000 deltas'], [...byFetch, ...bySdk], 'retainedTexts', 3),
  ...at('memory', ['chat, 20,000 deltas'], [...byFetch, ...bySdk], 'grewBeyondMB', 10),
  ...at('bytes', ['100 MB of wire', '10,000 runs'], ['session /fetch, SQLite'], 'stayedKB', 2_000),
  ...at('sqlite', ['2,000 deltas'], ['session /fetch, SQLite'], 'cpuRatio', 1.1, perCommit),
  ...at('opening', ['10,000 turns'], ['session /fetch, SQLite'], 'beyondCpuMs', 50, perRecord),
  ...at('import', ['import'], [...byFetch, ...bySdk], 'wallMs', 20, perModule),
  ...at('bundle', ['bundle'], ['engine /fetch'], 'compressedKB', 10, perBundle),
  ...at('bundle', ['bundle'], byFetch, 'compressedKB', 25, perBundle),
]
