import { background, withCancel } from '@geppetto/context'
import { type Engine, isEngineError } from '@geppetto/engine'
import { assistantText, userBlock } from '@geppetto/turns'
import OpenAI, { AzureOpenAI } from 'openai'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openaiChat as byFetch } from '../fetch.ts'
import { openaiChat as bySdk } from '../index.ts'
import { answerWith, startProvider } from '../loopback-provider.test-helper.ts'
import { readRecordings } from '../recordings.test-helper.ts'
import { turnOf } from './chat.test-helper.ts'

const recorded = readRecordings('openai-chat').get('text-stream-usage')?.response.body ?? ''
const asSse = { headers: { 'content-type': 'text/event-stream' } }
const turn = turnOf(userBlock('Q'))

const engines: readonly (readonly [string, (address: string) => Engine])[] = [
  ['the SDK', (address) => bySdk({ model: 'm', apiKey: 'k', baseUrl: address })],
  ["a client of the user's", (address) => bySdk({ model: 'm', client: new OpenAI({ apiKey: 'k', baseURL: address }) })],
  ['fetch', (address) => byFetch({ model: 'm', apiKey: async () => 'k', baseUrl: address })],
]

describe.each(engines)('openaiChat by %s', (_name, connect) => {
  it('sends what prepare shows, to the byte, and streams the answer', async () => {
    const { baseUrl, requests } = await startProvider(answerWith(recorded, asSse))
    const engine = connect(baseUrl)
    const answer = await engine.runInference(background(), turn)
    expect(assistantText(answer)).toContain('Mexico City')
    expect(requests.map(({ body }) => body)).toEqual([engine.prepare?.(background(), turn).body])
    expect(requests[0]).toMatchObject({ url: '/v1/chat/completions', headers: { authorization: 'Bearer k' } })
    expect(engine.info).toMatchObject({ api: 'openai-chat', host: new URL(baseUrl).host, model: 'm' })
  })

  it('classes an error by status, body and headers, after one try', async () => {
    const body = '{"error":{"message":"No credit","type":"insufficient_quota","code":"insufficient_quota"}}'
    const { baseUrl, requests } = await startProvider(
      answerWith(body, { status: 429, headers: { 'x-request-id': 'r-1', 'retry-after-ms': '20' } }),
    )
    await expect(connect(baseUrl).runInference(background(), turn)).rejects.toMatchObject({
      code: 'quota',
      status: 429,
      providerCode: 'insufficient_quota',
      requestId: 'r-1',
      retryAfterMs: 20,
      retryable: false,
    })
    expect(requests).toHaveLength(1)
  })

  it('closes the socket at a cancel', async () => {
    const { ctx, cancel } = withCancel(background())
    const { baseUrl, hungUp } = await startProvider((response) => {
      response.writeHead(200, asSse.headers)
      response.write('data: {"choices":[{"index":0,"delta":{"content":"par"}}]}\n\n', () => cancel('user'))
    })
    const error = await connect(baseUrl)
      .runInference(ctx, turn)
      .catch((thrown: unknown) => thrown)
    if (!isEngineError(error)) throw new Error('it was not cancelled')
    expect(error.code).toBe('cancelled')
    await hungUp
  })

  it('says why nobody answers', async () => {
    await expect(connect('http://127.0.0.1:1/v1').runInference(background(), turn)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('127.0.0.1:1'),
    })
  })
})

it('reaches Azure by its own client, with the deployment in the path and the body as prepared', async () => {
  const { baseUrl, requests } = await startProvider(answerWith(recorded, asSse))
  const client = new AzureOpenAI({ apiKey: 'az', endpoint: baseUrl.replace('/v1', ''), apiVersion: '2025-01-01' })
  const engine = bySdk({ model: 'gpt-deployed', client, host: 'azure' })
  await engine.runInference(background(), turn)
  expect(engine.prepare?.(background(), turn).target).toEqual({
    address: new URL(requests[0]?.url ?? '', baseUrl).href,
    headers: { 'content-type': 'application/json', 'api-key': '***' },
  })
  expect(requests[0]).toMatchObject({
    url: '/openai/deployments/gpt-deployed/chat/completions?api-version=2025-01-01',
    body: engine.prepare?.(background(), turn).body,
  })
})

it('reaches Azure by fetch, with headers and version of the user', async () => {
  const { baseUrl, requests } = await startProvider(answerWith(recorded, asSse))
  const engine = byFetch({
    model: 'gpt-deployed',
    baseUrl: `${baseUrl}?api-version=2025-01-01`,
    headers: { 'api-key': 'az' },
    host: 'azure',
  })
  await engine.runInference(background(), turn)
  expect(requests[0]).toMatchObject({ url: '/v1/chat/completions?api-version=2025-01-01' })
  expect(requests[0]?.headers).toMatchObject({ 'api-key': 'az' })
  expect(requests[0]?.headers).not.toHaveProperty('authorization')
})

it('uses the fetch that it is given', async () => {
  const seen: string[] = []
  const engine = byFetch({
    model: 'm',
    fetch: async (address) => {
      seen.push(String(address))
      return new Response(recorded, asSse)
    },
  })
  await engine.runInference(background(), turn)
  expect(seen).toEqual(['https://api.openai.com/v1/chat/completions'])
})

describe('openaiChat by the SDK without a key', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each(['ollama', 'llama.cpp', 'vllm', 'lm-studio'] as const)('sends none to a host such as %s', async (host) => {
    vi.stubEnv('OPENAI_API_KEY', '')
    const { baseUrl, requests } = await startProvider(answerWith(recorded, asSse))
    await bySdk({ model: 'm', baseUrl, host }).runInference(background(), turn)
    expect(requests[0]?.headers.authorization).toBeUndefined()
  })

  it('asks for one for a host that is known to want one', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-env')
    const { baseUrl, requests } = await startProvider(answerWith(recorded, asSse))
    const asking = bySdk({ model: 'm', baseUrl, host: 'groq' }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/wants a key, give it as apiKey: the one in OPENAI_API_KEY is not for it/),
    })
    expect(requests).toEqual([])
  })
})
