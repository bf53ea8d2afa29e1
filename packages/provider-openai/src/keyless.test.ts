import { background } from '@geppetto/context'
import { createTurn, userBlock } from '@geppetto/turns'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FetchConnection, openaiChat, openaiResponses } from './fetch.ts'

const turn = createTurn({ blocks: [userBlock('Q')] })
const sent = vi.fn(async () => new Response('{"error":{"message":"no"}}', { status: 400 }))

beforeEach(() => {
  sent.mockClear()
  vi.stubGlobal('fetch', sent)
})
afterEach(() => vi.unstubAllGlobals())

describe.each([
  ['openaiChat', openaiChat],
  ['openaiResponses', openaiResponses],
])('%s by fetch, without a key', (_name, make) => {
  const ask = async (connection: FetchConnection) =>
    await make({ model: 'm', ...connection })
      .runInference(background(), turn)
      .catch((error: unknown) => error)

  it.each([
    [undefined],
    ['https://api.groq.com/openai/v1'],
    ['https://mine.openai.azure.com/openai/v1?api-version=v1'],
  ])('sends nothing to a host that wants one: %s', async (baseUrl) => {
    const error = await ask(baseUrl === undefined ? {} : { baseUrl })
    expect(error).toMatchObject({ code: 'auth', message: expect.stringContaining('wants a key, give it as apiKey') })
    expect(sent).not.toHaveBeenCalled()
  })

  it.each<[string, FetchConnection]>([
    ['a host of one’s own', { baseUrl: 'http://localhost:8080/v1' }],
    [
      'a header that says who asks',
      { headers: { 'Api-Key': 'k' }, baseUrl: 'https://mine.openai.azure.com/openai/v1' },
    ],
    ['a query that says who asks', { baseUrl: 'https://api.openai.com/v1?key=k' }],
    ['a function for the key', { apiKey: () => 'k' }],
  ])('sends the request with %s', async (_what, connection) => {
    await ask(connection)
    expect(sent).toHaveBeenCalledOnce()
  })

  it('sends the request where a fetch of the program’s may know the key', async () => {
    const fetch = vi.fn(sent)
    await ask({ fetch })
    expect(fetch).toHaveBeenCalledOnce()
  })
})
