import type { Task } from '../commands/command.ts'
import { type Case, cpuColumn, type Section } from './section.ts'

const client = 'session /fetch, SQLite'

function replayCase(name: string, task: Pick<Task, 'scenario' | 'count' | 'variant'>, isLong: boolean): Case {
  return {
    name,
    takes: (info) => info.name === client,
    work: { task: { command: 'replay', api: 'chat', ...task } },
    isLong,
  }
}

export const replay: Section = {
  name: 'replay',
  title: 'Replay to a late reader',
  prose:
    'Reading what has happened: a run in this process that has said everything (`handle.events()`), and a session in SQLite (`session.attach()`).',
  base: client,
  comparisons: [],
  columns: [
    { figure: 'wallMs', label: 'read, ms', digits: 1 },
    cpuColumn,
    { figure: 'events', label: 'events', digits: 0 },
  ],
  cases: [
    replayCase('a run of 20,000 deltas', { scenario: { deltas: 20_000 }, variant: 'run' }, false),
    replayCase('a session of 1,000 runs', { scenario: { deltas: 1 }, variant: 'session', count: 1_000 }, false),
  ],
}
