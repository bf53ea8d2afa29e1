import { type Case, cpuColumn, type Section } from './section.ts'

const client = 'session /fetch, SQLite'

interface Bulk {
  readonly deltas: number
  readonly count: number
  readonly heapMB?: number
  readonly isLong?: boolean
}

function bytesCase(name: string, { deltas, count, ...facts }: Bulk): Case {
  return {
    name,
    takes: (taken) => taken.name === client,
    work: { task: { command: 'bytes', api: 'chat', scenario: { deltas, writeSize: 16_384 }, count } },
    isFresh: true,
    maxRounds: 1,
    ...facts,
  }
}

export const bytes: Section = {
  name: 'bytes',
  title: 'Many bytes, and many runs',
  prose: `Answers through sessions in one SQLite file, four at once, with a sink that blocks the streams for a millisecond at every hundredth event; those of
many bytes in a process with a heap of 64 MB. What stays is what is reachable at the end beyond what was reachable after a fifth of it.`,
  base: client,
  comparisons: [],
  columns: [
    { figure: 'wireMB', label: 'wire, MB', digits: 0 },
    { figure: 'wallMs', label: 'four fifths, ms', digits: 0 },
    { ...cpuColumn, label: 'CPU of that, ms', digits: 0 },
    { figure: 'heapMB', label: 'peak of the heap, MB', digits: 0 },
    { figure: 'peakMB', label: 'peak of memory, MB', digits: 0 },
    { figure: 'stayedKB', label: 'stays, KB', digits: 0 },
    { figure: 'stayedTimers', label: 'timers that stay', digits: 0 },
    { figure: 'loopDelayMs', label: 'event loop late by, ms', digits: 0 },
  ],
  cases: [
    bytesCase('10 MB of wire', { deltas: 2_500, count: 12, heapMB: 64 }),
    bytesCase('100 MB of wire', { deltas: 12_500, count: 24, heapMB: 64, isLong: true }),
    bytesCase('1,000 runs', { deltas: 20, count: 1_000 }),
    bytesCase('10,000 runs', { deltas: 20, count: 10_000, isLong: true }),
  ],
}
