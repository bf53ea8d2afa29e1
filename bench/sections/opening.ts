import type { Case, Section } from './section.ts'

const client = 'session /fetch, SQLite'

function openingCase(count: number): Case {
  return {
    name: `${count.toLocaleString('en')} turns`,
    takes: ({ name }) => name === client,
    work: { task: { command: 'open-session', api: 'chat', scenario: { deltas: 1 }, count } },
    isLong: count > 1_000,
  }
}

export const opening: Section = {
  name: 'opening',
  title: 'Opening a stored session',
  prose: '`Session.open` of a session in SQLite, and how much of it is reading and parsing its records.',
  base: client,
  comparisons: [],
  columns: [
    { figure: 'openMs', label: 'opened, ms', digits: 0 },
    { figure: 'readMs', label: 'reading the records, ms', digits: 0 },
    { figure: 'beyondMs', label: 'beyond that, ms', digits: 0 },
    { figure: 'beyondCpuMs', label: 'beyond that, CPU ms', digits: 0 },
    { figure: 'records', label: 'records', digits: 0 },
  ],
  cases: [openingCase(1_000), openingCase(10_000)],
}
