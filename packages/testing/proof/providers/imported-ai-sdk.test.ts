import { background } from '@geppetto/context'
import { appendBlocks, isJsonObject, type JsonObject, userBlock } from '@geppetto/turns'
import { importAISDKMessages } from '@geppetto/turns/import'
import { describe, expect, it } from 'vitest'
import { createEngine } from './engines.ts'
import { baseUrlOf } from './hosts.ts'
import { objectsIn, parseJson } from './json.ts'
import { recordedFetch } from './recorded-fetch.ts'
import { type Api, apis } from './recordings.ts'
import { findRequestFaults } from './request-rules.ts'

const kept = (itemId: string, reasoningEncryptedContent?: string) => ({
  providerMetadata: { openai: { itemId, reasoningEncryptedContent } },
})
const signed = (signature: string) => ({ providerMetadata: { anthropic: { signature } } })
const weather = { type: 'tool-get_weather', toolCallId: 'call_1', input: { city: 'Paris' } }
const done = { ...weather, state: 'output-available', output: { degrees: 12 } }
const asking = { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'Weather?' }] }

/** What the SDK keeps of two steps of each maker, the second of them cut off while a tool ran. */
const answers: Readonly<Record<'anthropic' | 'openai', readonly unknown[]>> = {
  anthropic: [
    { type: 'step-start' },
    { type: 'reasoning', text: 'I look.', ...signed('c2ln') },
    { type: 'reasoning', text: '', providerMetadata: { anthropic: { redactedData: 'c2VjcmV0' } } },
    { type: 'text', text: 'Let me look.' },
    done,
    { type: 'step-start' },
    { type: 'reasoning', text: 'Once more.', ...signed('bW9yZQ==') },
    { ...weather, toolCallId: 'call_2', state: 'input-available' },
  ],
  openai: [
    { type: 'step-start' },
    { type: 'reasoning', text: 'I look.', ...kept('rs_1', 'c2VjcmV0') },
    { ...done, callProviderMetadata: { openai: { itemId: 'fc_1' } } },
    { type: 'step-start' },
    { type: 'reasoning', text: '', ...kept('rs_2', 'bW9yZQ==') },
    {
      ...weather,
      toolCallId: 'call_2',
      state: 'input-available',
      callProviderMetadata: { openai: { itemId: 'fc_2' } },
    },
  ],
}
const models = { anthropic: 'claude-sonnet-4-5', openai: 'gpt-5-mini' }

async function prepare(maker: 'anthropic' | 'openai', api: Api): Promise<JsonObject> {
  const host = new URL(baseUrlOf(maker)).host
  const messages = [asking, { id: 'm2', role: 'assistant', parts: answers[maker] }]
  const { turn } = importAISDKMessages(messages, { provenance: { host, model: models[maker] } })
  const provider = api === 'anthropic-messages' ? 'anthropic' : 'openai'
  const engine = createEngine(api, 'fetch', { provider, model: models[provider], fetch: recordedFetch([]) })
  const prepared = await engine.prepare?.(background(), appendBlocks(turn, userBlock('Go on.')))
  const body = parseJson(prepared?.body ?? '')
  if (isJsonObject(body)) return body
  throw new Error('the engine has prepared nothing')
}

describe('a conversation of the AI SDK', () => {
  it('goes on at Anthropic with its signatures', async () => {
    const { messages } = await prepare('anthropic', 'anthropic-messages')
    const said = objectsIn(messages).filter(({ role }) => role === 'assistant')
    const input = { city: 'Paris' }
    expect(said.map(({ content }) => content)).toEqual([
      [
        { type: 'thinking', thinking: 'I look.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'c2VjcmV0' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'call_1', name: 'get_weather', input },
      ],
      [
        { type: 'thinking', thinking: 'Once more.', signature: 'bW9yZQ==' },
        { type: 'tool_use', id: 'call_2', name: 'get_weather', input },
      ],
    ])
  })

  it('goes on at Responses with its encrypted reasoning', async () => {
    const { input } = await prepare('openai', 'openai-responses')
    const call = { type: 'function_call', name: 'get_weather', arguments: '{"city":"Paris"}', status: 'completed' }
    expect(objectsIn(input).filter(({ type }) => type === 'reasoning' || type === 'function_call')).toEqual([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'I look.' }],
        encrypted_content: 'c2VjcmV0',
      },
      { ...call, id: 'fc_1', call_id: 'call_1' },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'bW9yZQ==' },
      { ...call, id: 'fc_2', call_id: 'call_2' },
    ])
  })

  it.each(
    apis.flatMap((api) => [
      { api, maker: 'anthropic' as const },
      { api, maker: 'openai' as const },
    ]),
  )('that $maker answered is accepted by $api, and nothing opaque crosses over', async ({ api, maker }) => {
    const body = await prepare(maker, api)
    expect(findRequestFaults(api, body)).toEqual([])
    const home = maker === 'anthropic' ? 'anthropic-messages' : 'openai-responses'
    expect(JSON.stringify(body).includes('bW9yZQ==')).toBe(api === home)
  })
})
