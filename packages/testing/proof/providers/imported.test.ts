import { validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { importRequest, prepareAgain, type Requested } from './import-request.ts'
import { asText, objectsIn, visitObjects } from './json.ts'
import { differencesInMeaning } from './meaning.ts'
import { opaqueValues } from './opaque-ledger.ts'
import { readExchanges } from './recordings.ts'

const requested = readExchanges().filter(
  (exchange): exchange is Requested => exchange.request !== undefined && exchange.expected.error === undefined,
)

type Data = Parameters<typeof opaqueValues>[0]

const secretsIn = (data: Data) => opaqueValues(data).flatMap(({ kind, value }) => (kind === 'secret' ? [value] : []))

/** Mistral's thoughts in several pieces, which are one block here, and come back in one piece. */
function thoughtsIn(data: Data): string {
  const texts: string[] = []
  visitObjects(data, ({ thinking }) => texts.push(...objectsIn(thinking).map(({ text }) => asText(text) ?? '')))
  return texts.join('')
}

describe.each(requested)('the conversation of the request of $id', (exchange) => {
  it('comes back from its import as it was, and its opaque data to the value', async () => {
    const { request, api } = exchange
    const imported = importRequest(exchange, true)
    expect(validateTurn(imported.turn)).toEqual([])
    const body = await prepareAgain(exchange, imported)
    // Tools are offered anew with each run.
    const differences = differencesInMeaning(api, { ...request.body, tools: [] }, { ...body, tools: [] })
    expect(differences.filter((line) => !line.includes('.thinking['))).toEqual([])
    expect(thoughtsIn(body)).toBe(thoughtsIn(request.body))
    expect(secretsIn(body)).toEqual(secretsIn(request.body))
  })

  it('keeps nothing opaque where nobody says whose it is, and tells of it', () => {
    const { turn, losses } = importRequest(exchange, false)
    expect(validateTurn(turn)).toEqual([])
    expect(turn.blocks.filter(({ native }) => native !== undefined)).toEqual([])
    const sent = JSON.stringify(turn.blocks.filter(({ kind }) => kind !== 'provider'))
    const secrets = secretsIn(exchange.request.body)
    expect(secrets.filter((secret) => sent.includes(secret))).toEqual([])
    expect(losses.length > 0 || secrets.length === 0).toBe(true)
  })
})
