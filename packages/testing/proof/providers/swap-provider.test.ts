import { createEngineBuilder } from '@geppetto/enginebuilder'
import { anthropic } from '@geppetto/provider-anthropic'
import { openaiResponses } from '@geppetto/provider-openai'
import { Session } from '@geppetto/session'
import { assistantText } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { startReplayServer } from '../../src/replay-server.ts'
import { type Exchange, readExchanges } from './recordings.ts'

const exchanges = readExchanges()

/** What a provider answered when it was recorded; the request is ours. */
function recorded(id: string): Exchange & { readonly answer: Pick<Exchange, 'response'> } {
  const exchange = exchanges.find((one) => one.id === id)
  if (exchange === undefined) throw new Error(`there is no recording ${id}`)
  return { ...exchange, answer: { response: exchange.response } }
}

const reasoned = recorded('openai-responses/encrypted-reasoning-tool-loop-stream.3')
const thought = recorded('anthropic-messages/thinking-stream')

it('moves one session from OpenAI to Anthropic and back, by the SDKs over HTTP', async () => {
  await using openaiServer = await startReplayServer([reasoned.answer, reasoned.answer])
  await using anthropicServer = await startReplayServer([thought.answer, thought.answer])
  const apiKey = 'test-key'
  const byOpenAI = createEngineBuilder({
    base: openaiResponses({ model: reasoned.model, apiKey, baseUrl: `${openaiServer.url}/v1` }),
  })
  const byAnthropic = createEngineBuilder({
    base: anthropic({ model: thought.model, apiKey, baseUrl: anthropicServer.url }),
  })

  const session = new Session({ builder: byOpenAI })
  expect(assistantText(await session.run('Which language shall I learn?'))).toBe(reasoned.expected.text)
  session.builder = byAnthropic
  await session.run('And a name for my pelican?')
  session.builder = byOpenAI
  await session.run('Which of the two is shorter?')
  session.builder = byAnthropic
  await session.run('Thank you.')

  openaiServer.assertDone()
  anthropicServer.assertDone()
  const [toOpenAI = '', backToOpenAI = ''] = openaiServer.requests.map(({ body }) => body)
  const [toAnthropic = '', backToAnthropic = ''] = anthropicServer.requests.map(({ body }) => body)
  // All of them: a stream has an item more than once, each time encrypted anew.
  const secretsIn = (body: string, name: string) =>
    [...body.matchAll(new RegExp(`"${name}":\\s*"([^"]{40,})"`, 'g'))].flatMap(([, secret = '']) => secret)
  const encrypted = secretsIn(reasoned.response.body, 'encrypted_content')
  const signatures = secretsIn(thought.response.body, 'signature')
  const holds = (body: string, secrets: readonly string[]) => secrets.some((secret) => body.includes(secret))

  const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
  const [language, pelican] = [inJson(reasoned.expected.text), inJson(thought.expected.text.trim())]
  for (const text of [language, pelican]) {
    expect(backToOpenAI).toContain(text)
    expect(backToAnthropic).toContain(text)
  }
  expect(toAnthropic).toContain(language)
  expect(backToAnthropic).toContain('Thank you.')
  // What only one of them understands goes back to it alone.
  expect([toOpenAI, toAnthropic, backToOpenAI, backToAnthropic].map((body) => holds(body, encrypted))).toEqual([
    false,
    false,
    true,
    false,
  ])
  expect([toAnthropic, backToOpenAI, backToAnthropic].map((body) => holds(body, signatures))).toEqual([
    false,
    false,
    true,
  ])
  expect([session.turnCount, session.latest?.blocks.filter(({ kind }) => kind === 'user').length]).toEqual([4, 4])
})
