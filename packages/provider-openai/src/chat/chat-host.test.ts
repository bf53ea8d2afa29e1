import { background } from '@geppetto/context'
import type { EngineErrorCode } from '@geppetto/engine'
import { assistantText, createTurn, providerCalls, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerWith, startProvider } from '../loopback-provider.test-helper.ts'
import { type ChatHost, createChatHost } from './chat-host.ts'

const turn = createTurn({ blocks: [userBlock('Q')] })

/** A host that does everything its own way. */
const odd: ChatHost = {
  baseUrl: 'https://odd.example/v1',
  exampleModel: 'odd-1',
  keyHeader: { name: 'x-odd-key', before: '' },
  headers: { 'x-odd-version': '7' },
  quirks: { renamedFields: { max_tokens: 'token_limit' }, refusedFields: ['seed', 'stream_options'] },
  requestIdHeader: 'x-odd-id',
  errorCodes: { '418': 'overloaded', out_of_coins: 'quota' },
  payloads: {
    billing: ({ tokens }, output) =>
      output.update({ usage: { input: { uncached: Number(tokens) }, output: {}, source: 'reported' } }),
    'odd.notice': () => {},
  },
}
const engineOf = createChatHost(odd)

const stream = [
  'data: {"object":"odd.notice","text":"working"}',
  'data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"No \\"odd.notice\\""}}]}',
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
  'event: billing\ndata: {"tokens":3}',
  'data: [DONE]',
]
const asStream = { headers: { 'content-type': 'text/event-stream' } }

describe('a host that is told of by a table', () => {
  it('is asked with its own headers and fields', async () => {
    const { baseUrl, requests } = await startProvider(answerWith(stream.join('\n\n') + '\n\n', asStream))
    const engine = engineOf({
      model: 'm',
      apiKey: 'k',
      baseUrl,
      maxOutputTokens: 9,
      seed: 1,
      headers: { 'x-more': '1' },
    })
    const prepared = engine.prepare?.(background(), turn)
    expect(prepared?.degradations.map(({ message }) => message)).toEqual(
      ['the host refuses seed: it is left out'].concat('the host refuses stream_options: it is left out'),
    )
    const answered = await engine.runInference(background(), turn)
    expect(requests[0]?.headers).toMatchObject({ 'x-odd-key': 'k', 'x-odd-version': '7', 'x-more': '1' })
    expect(requests[0]?.headers['authorization']).toBeUndefined()
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Q' }],
      token_limit: 9,
      stream: true,
    })
    expect(assistantText(answered)).toBe('No "odd.notice"')
    expect(providerCalls(answered)[0]?.usage?.input).toEqual({ uncached: 3 })
  })

  it.each<[number, object, EngineErrorCode]>([
    [418, {}, 'overloaded'],
    [400, { code: 'out_of_coins' }, 'quota'],
    [429, { code: 'out_of_coins', type: 'rate_limit_error' }, 'quota'],
    [401, { code: 'invalid_api_key' }, 'auth'],
  ])('means by an error what the table says, before what others mean by it: %s %j', async (status, error, code) => {
    const { baseUrl } = await startProvider(
      answerWith(JSON.stringify({ error: { message: 'No.', ...error } }), { status, headers: { 'x-odd-id': 'id-7' } }),
    )
    const asking = engineOf({ model: 'm', apiKey: 'k', baseUrl }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({ code, requestId: 'id-7' })
  })

  it('ends the call where a payload of its own cannot be read', async () => {
    const { baseUrl } = await startProvider(answerWith('event: billing\ndata: three\n\n', asStream))
    const asking = engineOf({ model: 'm', apiKey: 'k', baseUrl }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining('billing') })
  })

  it('is not asked without a key, unless it wants none', async () => {
    const asking = engineOf({ model: 'm' }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('odd.example') })
    const { baseUrl } = await startProvider(answerWith(stream.join('\n\n') + '\n\n', asStream))
    const open = createChatHost({ ...odd, needsKey: false })({ model: 'm', baseUrl })
    expect(assistantText(await open.runInference(background(), turn))).toContain('No')
  })

  it.each<[string, Partial<ChatHost>, RegExp]>([
    ['an address that is none', { baseUrl: 'odd.example' }, /odd\.example/],
    ['a header of the key that nobody would mask', { keyHeader: { name: 'x-odd', before: '' } }, /x-odd/],
    ['a quirk that there is not', { quirks: JSON.parse('{"maxTokens":"x"}') }, /maxTokens/],
  ])('is refused at once with %s', (_what, change, message) => {
    expect(() => createChatHost({ ...odd, ...change })).toThrow(message)
  })

  it('names a model of its own where none is given', () => {
    expect(() => engineOf({ model: '' })).toThrow(/odd-1/)
  })
})
