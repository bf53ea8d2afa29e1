import type { Row } from '../results.ts'
import type { Column, Section } from '../sections/section.ts'
import { formatNumber, markdownTable } from './format.ts'

/** The tables of a section: one for each column, with the cases side by side; or one with all columns where there is one case. */
export function sectionTables(section: Section, allRows: readonly Row[]): string[] {
  const rows = allRows.filter((row) => row.section === section.name)
  const cases = section.cases.map(({ name }) => name).filter((name) => rows.some((row) => row.case === name))
  const clients = [...new Set(rows.map(({ client }) => client))]
  const cell = (client: string, name: string, column: Column): string =>
    cellOf(
      rows.find((row) => row.client === client && row.case === name),
      column,
    )
  const [onlyCase] = cases
  if (onlyCase === undefined) return []
  if (cases.length === 1) {
    const head = ['client', ...section.columns.map(({ label }) => label)]
    const ordered = byFigure(clients, (client) => figureOf(rows, client, onlyCase, section.columns[0]))
    return [
      markdownTable(
        head,
        ordered.map((client) => [client, ...section.columns.map((column) => cell(client, onlyCase, column))]),
      ),
    ]
  }
  // With one client the cases stand below each other.
  const [onlyClient] = clients
  if (clients.length === 1 && onlyClient !== undefined) {
    const head = [onlyClient, ...section.columns.map(({ label }) => label)]
    return [
      markdownTable(
        head,
        cases.map((name) => [name, ...section.columns.map((column) => cell(onlyClient, name, column))]),
      ),
    ]
  }
  return section.columns.flatMap((column) =>
    grouped(cases).map((group) => {
      const ordered = byFigure(clients, (client) => worst(group.map((name) => figureOf(rows, client, name, column))))
      const cells = ordered.map((client) => [client, ...group.map((name) => cell(client, name, column))])
      // Who does not take part in these cases is not in their table.
      return markdownTable(
        [column.label, ...group],
        cells.filter(([, ...values]) => values.some((value) => value !== '')),
      )
    }),
  )
}

/** More cases than a page is wide are apart by what their names begin with: the API. */
function grouped(cases: readonly string[]): string[][] {
  if (cases.length <= 6) return [[...cases]]
  return [...Map.groupBy(cases, (name) => name.split(',')[0]).values()]
}

function cellOf(row: Row | undefined, { figure, digits }: Column): string {
  if (row === undefined) return ''
  if (row.fault !== undefined) return 'failed'
  const found = row.figures[figure]
  return found === undefined ? '' : formatNumber(found.median, digits)
}

function figureOf(rows: readonly Row[], client: string, name: string, column: Column | undefined): number {
  const row = rows.find((candidate) => candidate.client === client && candidate.case === name)
  return (column === undefined ? undefined : row?.figures[column.figure]?.median) ?? Number.NaN
}

function worst(values: readonly number[]): number {
  return Math.max(...values.filter((value) => Number.isFinite(value)))
}

/** The best first; who has no figure last. */
function byFigure(clients: readonly string[], figure: (client: string) => number): string[] {
  const order = (client: string): number => (Number.isFinite(figure(client)) ? figure(client) : Number.MAX_VALUE)
  return clients.toSorted((first, second) => order(first) - order(second))
}
