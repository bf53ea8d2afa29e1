import { ownClients } from '../clients/catalogue.ts'

const chats = ownClients.flatMap(({ name, browserEntry }) => (browserEntry === undefined ? [] : [[name, browserEntry]]))

/** Programs for browsers, by name. */
export const programs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(chats),
  'a client of a server': `export { createClient } from '@geppetto/client'`,
}
