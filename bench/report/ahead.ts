import { ownClients } from '../clients/catalogue.ts'
import { peerClients } from '../peers/catalogue.ts'
import type { Row } from '../results.ts'
import { sections } from '../sections/all.ts'
import { formatNumber } from './format.ts'

interface Place {
  readonly client: string
  readonly value: number
}

const sessions = new Set(ownClients.filter(({ level }) => level === 'session').map(({ name }) => name))
/** All but a parser of lines, which is no toolkit: the loop around it is the floor's. */
const peers = new Set(peerClients.map(({ name }) => name).filter((name) => name !== 'eventsource-parser'))

/** A line for each case in which another toolkit is ahead of our sessions by either transport; undefined where no other one was measured. */
export function whereOthersAreAhead(rows: readonly Row[]): string[] | undefined {
  if (!rows.some(({ client }) => peers.has(client))) return undefined
  return sections.flatMap(({ name: section, cases, columns: [column] }) =>
    cases.flatMap(({ name }) => {
      if (column === undefined) return []
      const places = rows
        .filter((row) => row.section === section && row.case === name)
        .flatMap(({ client, figures }) => placeOf(client, figures[column.figure]?.median))
        .toSorted((first, second) => first.value - second.value)
      const ours = places.find(({ client }) => sessions.has(client))
      const ahead = places.filter(({ client, value }) => peers.has(client) && ours !== undefined && value < ours.value)
      if (ours === undefined || ahead.length === 0) return []
      const said = [...ahead, ours].map(({ client, value }) => `${client} ${formatNumber(value, column.digits)}`)
      return [`- ${name === section ? section : `${section}, ${name}`} (${column.label}): ${said.join(', ')}`]
    }),
  )
}

function placeOf(client: string, value: number | undefined): Place[] {
  return value === undefined ? [] : [{ client, value }]
}
