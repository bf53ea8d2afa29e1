import { type Case, cpuColumn, cpuRatio, type Section } from './section.ts'

const base = 'session /fetch'

function sqliteCase(name: string, deltas: number, repeats: number, steps: number): Case {
  return {
    name,
    takes: (client) => client.name.startsWith(base),
    work: { task: { command: 'work', api: 'chat', scenario: { deltas, steps }, repeats } },
  }
}

export const sqlite: Section = {
  name: 'sqlite',
  title: 'Kept in SQLite',
  prose: 'The same session with its store in memory and in a file of SQLite, whose commits reach the disk.',
  base,
  comparisons: [cpuRatio, { figure: 'wallRatio', of: 'wallMs', by: 'ratio' }],
  columns: [
    { figure: 'cpuRatio', label: 'CPU, times that in memory', digits: 2 },
    cpuColumn,
    { figure: 'wallMs', label: 'run, ms', digits: 1 },
    { figure: 'wallRatio', label: 'run, times that in memory', digits: 2 },
  ],
  cases: [
    sqliteCase('200 deltas', 200, 20, 0),
    sqliteCase('2,000 deltas', 2_000, 4, 0),
    sqliteCase('20,000 deltas', 20_000, 1, 0),
    sqliteCase('50 steps', 50, 1, 50),
  ],
}
