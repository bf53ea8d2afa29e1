import { isJsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { startReplayServer } from '../../src/replay-server.ts'
import { differencesIn } from './check-played.ts'
import { type Carrier, carriers, createEngine } from './engines.ts'
import { baseUrlOf, fetchFrom } from './hosts.ts'
import { parseJson } from './json.ts'
import { differencesInMeaning } from './meaning.ts'
import { ledgerOf } from './opaque-ledger.ts'
import { type Played, playConversation } from './play-conversation.ts'
import { type Conversation, readRecordings } from './recordings.ts'
import { findRequestFaults } from './request-rules.ts'

const conversations = readRecordings()

/** Plays the conversation by real HTTP, and says what is not as it must be. */
async function play(
  conversation: Conversation,
  carrier: Carrier,
): Promise<{ readonly faults: readonly string[]; readonly continuedCount: number }> {
  const { api, exchanges } = conversation
  await using server = await startReplayServer(
    exchanges.map(({ response }) => ({ response })),
    { check: () => [] },
  )
  const played = await playConversation(conversation, ({ provider, model }) =>
    createEngine(api, carrier, { provider, model, fetch: fetchFrom(server.url) }),
  )
  server.assertDone()
  const ledger = ledgerOf(exchanges)
  const faults = played.flatMap((one, index) => {
    const { path = '', body = '' } = server.requests[index] ?? {}
    return [...differencesIn(one), ...requestFaults(one, path, body, ledger)]
  })
  return { faults, continuedCount: played.filter(({ isContinued }) => isContinued).length }
}

/** The request goes where it must, is the prepared one to the byte, keeps the API’s rules, and means what the accepted one means. */
function requestFaults(
  { exchange, prepared, isContinued }: Played,
  path: string,
  body: string,
  ledger: ReturnType<typeof ledgerOf>,
): readonly string[] {
  const { id, api, provider, request } = exchange
  const sent = parseJson(body)
  if (!isJsonObject(sent)) return [`${id} request: is no JSON object`]
  const lines: string[] = []
  const { pathname, search } = new URL(baseUrlOf(provider))
  const expectedPath = request?.path.replace('?beta=true', '')
  if (expectedPath !== undefined && path !== expectedPath) lines.push(`path: expected ${expectedPath}, got ${path}`)
  if (!path.startsWith(pathname === '/' ? '' : pathname) || !path.endsWith(search)) lines.push(`path: ${path}`)
  if (prepared !== undefined && prepared.body !== body) lines.push('P9: the body on the socket is not the prepared one')
  for (const { rule, at, message } of findRequestFaults(api, sent, { provider, ledger }))
    lines.push(`${rule} ${at} ${message}`)
  if (isContinued && request !== undefined) lines.push(...differencesInMeaning(api, request.body, sent))
  return lines.map((line) => `${id} request: ${line}`)
}

describe.each(carriers)('P8, P9, P10: recordings through real HTTP by %s', (carrier) => {
  let continued = 0

  it.each(conversations)('$id', async (conversation) => {
    const { faults, continuedCount } = await play(conversation, carrier)
    continued += continuedCount
    expect(faults).toEqual([])
  })

  it('compare the next requests that were accepted', () => expect(continued).toBeGreaterThanOrEqual(30))
})
