import { floor } from '../clients/catalogue.ts'
import { type Api, apis, type Scenario } from '../wire/scenario.ts'
import { argumentPieces } from '../wire/text.ts'
import { type Case, cpuColumn, cpuRatio, cpuRatioColumn, type Section } from './section.ts'

interface Loop {
  readonly steps?: number
  readonly parallel?: number
  readonly noteDeltas?: number
  readonly prior?: number
  readonly isFirst?: boolean
  readonly repeats: number
}

const loops: readonly Loop[] = [
  { repeats: 15 },
  { parallel: 4, repeats: 15 },
  { steps: 50, repeats: 1 },
  { noteDeltas: 400, repeats: 5 },
  { noteDeltas: 4_000, repeats: 2 },
  { prior: 10, repeats: 10 },
  { prior: 100, repeats: 6 },
  { prior: 1_000, isFirst: true, repeats: 1 },
  { prior: 1_000, repeats: 3 },
  { prior: 5_000, repeats: 2 },
]

/** The smallest loops are measured with each API, all of them with Chat Completions. */
const withEachApi = new Set(loops.slice(0, 3))

function toolCase(api: Api, loop: Loop): Case {
  const { steps = 1, parallel = 1, noteDeltas = 0, prior = 0, isFirst = false, repeats } = loop
  const scenario: Scenario = { deltas: 50, steps, parallel, noteDeltas }
  return {
    name: nameOf(api, loop),
    takes: (client) => client.hasTools && client.apis.includes(api),
    work: { task: { command: 'work', api, scenario, prior, isFirst, repeats } },
    ...(steps === 1 && prior <= 1_000 && !isFirst && { warmUps: 10 }),
    isLong: prior > 1_000,
  }
}

function nameOf(api: Api, { steps = 1, parallel, noteDeltas, prior, isFirst }: Loop): string {
  const facts = [api, `${steps} step${steps === 1 ? '' : 's'}`]
  if (parallel !== undefined) facts.push(`${parallel} calls`)
  if (noteDeltas !== undefined)
    facts.push(`arguments in ${argumentPieces(noteDeltas).length.toLocaleString('en')} deltas`)
  if (prior !== undefined) facts.push(`${prior.toLocaleString('en')} messages before`)
  if (isFirst === true) facts.push('first run')
  return facts.join(', ')
}

export const tools: Section = {
  name: 'tools',
  title: 'A loop of tools',
  prose: `The model calls a tool, once or several times, and then answers in 50 deltas. With messages before, what is measured is a further run in the same
conversation, or, as "first run", the one in which a library meets it.`,
  base: floor,
  comparisons: [cpuRatio],
  columns: [cpuRatioColumn, cpuColumn],
  cases: apis.flatMap((api) =>
    loops.filter((loop) => api === 'chat' || withEachApi.has(loop)).map((loop) => toolCase(api, loop)),
  ),
}
