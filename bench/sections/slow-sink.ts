import { type Case, cpuColumn, type Section } from './section.ts'

const client = 'session /fetch'

function slowCase(variant: string): Case {
  return {
    name: variant,
    takes: ({ name }) => name === client,
    work: { task: { command: 'slow-sink', api: 'chat', scenario: { deltas: 2_000 }, variant } },
    isFresh: true,
    maxRounds: 3,
  }
}

export const slowSink: Section = {
  name: 'slow-sink',
  title: 'A slow sink',
  prose: `A session of ours, 2,000 deltas, and a sink that takes a millisecond for each event: without it, and with each way of delivery. \`block\` slows the
provider's stream down; the others do not.`,
  base: client,
  comparisons: [],
  columns: [
    { figure: 'wallMs', label: 'run, ms', digits: 0 },
    { ...cpuColumn, digits: 0 },
    { figure: 'grewMB', label: 'grew, MB', digits: 1 },
  ],
  cases: ['none', 'block', 'coalesce', 'drop'].map(slowCase),
}
