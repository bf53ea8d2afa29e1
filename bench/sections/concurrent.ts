import { floor } from '../clients/catalogue.ts'
import { type Case, cpuColumn, cpuRatio, cpuRatioColumn, type Section } from './section.ts'

function concurrentCase(count: number): Case {
  const scenario = { deltas: 200, writeSize: 6_144, gapMs: 50 }
  return {
    name: `${count.toLocaleString('en')} streams`,
    takes: (client) => client.apis.includes('chat'),
    work: { task: { command: 'concurrent', api: 'chat', scenario, count } },
    isFresh: true,
    maxRounds: 3,
    isLong: count > 200,
  }
}

export const concurrent: Section = {
  name: 'concurrent',
  title: 'Many streams at once',
  prose: `Streams of 200 deltas (Chat Completions), each in about ten writes 50 ms apart, all begun at once in a fresh process. The lateness of the event
loop is its 99th percentile.`,
  base: floor,
  comparisons: [cpuRatio, { figure: 'peakRatio', of: 'peakMB', by: 'ratio' }],
  columns: [
    cpuRatioColumn,
    cpuColumn,
    { figure: 'peakRatio', label: 'peak of memory, times the floor', digits: 2 },
    { figure: 'peakMB', label: 'peak of memory, MB', digits: 0 },
    { figure: 'loopDelayMs', label: 'event loop late by, ms', digits: 0 },
  ],
  cases: [concurrentCase(200), concurrentCase(1_000)],
}
