import { ownClients } from './clients/catalogue.ts'
import { type ClientInfo, isOurs } from './clients/client-info.ts'
import { peerClients } from './peers/catalogue.ts'

/** The floors, and those that are meant: parts of names, `ours`, or `peers`. Default: all. */
export function chooseClients(only: readonly string[] | undefined): ClientInfo[] {
  const all = [...ownClients, ...peerClients]
  if (only === undefined) return all
  const chosen = all.filter((client) => client.level === 'floor' || only.some((word) => isMeant(client, word)))
  const unknown = only.find((word) => !all.some((client) => isMeant(client, word)))
  if (unknown === undefined) return chosen
  throw new Error(`there is no client ${unknown}: ours, peers, ${all.map(({ name }) => name).join(', ')}`)
}

function isMeant(client: ClientInfo, word: string): boolean {
  if (word === 'ours') return isOurs(client)
  if (word === 'peers') return client.level === 'peer'
  return client.name.includes(word)
}
