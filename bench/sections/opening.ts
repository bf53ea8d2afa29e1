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
  prose: `\`Session.open\` of a session in SQLite, beside a loop over the same rows that does nothing with them, and then the first look at its latest turn, with all that was said:
what the next request needs. A session that is opened has checked the sum of every record, and knows every turn and run of it; what was said in them is read when somebody asks for it.`,
  base: client,
  comparisons: [],
  columns: [
    { figure: 'openMs', label: 'opened, ms', digits: 0 },
    { figure: 'openCpuMs', label: 'opened, CPU ms', digits: 0 },
    { figure: 'bytesMs', label: 'reading the rows, ms', digits: 0 },
    { figure: 'beyondMs', label: 'beyond that, ms', digits: 0 },
    { figure: 'beyondCpuMs', label: 'beyond that, CPU ms', digits: 0 },
    { figure: 'wholeMs', label: 'the latest turn, ms', digits: 0 },
    { figure: 'wholeCpuMs', label: 'the latest turn, CPU ms', digits: 0 },
  ],
  cases: [openingCase(1_000), openingCase(10_000)],
}
