import { inspect } from 'node:util'
import { background } from '@geppetto/context'
import type { PreparedRequest, WireResponse } from '@geppetto/engine'
import { createTurn, userBlock } from '@geppetto/turns'
import OpenAI, { AzureOpenAI, type ClientOptions } from 'openai'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openaiChat } from './index.ts'
import { answerWith, startProvider } from './loopback-provider.test-helper.ts'
import { createSdkTransport } from './sdk-transport.ts'

/** Spaced as no serialiser would, so that a body that is read and written again shows. */
const text = '{ "model":"m", "messages": [ {"role":"user","content":"caf\\u00e9 ☕"} ] }'
const request: PreparedRequest = {
  model: 'm',
  method: 'POST',
  path: '/chat/completions',
  headers: {},
  body: text,
  stream: true,
  degradations: [],
}

const turn = createTurn({ blocks: [userBlock('Q')] })

afterEach(() => vi.unstubAllEnvs())

describe('a request by the SDK', () => {
  it('sends the prepared body to the byte, with the key and as JSON', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{}'))
    const response = await createSdkTransport({ apiKey: 'sk-1', baseUrl }).send(request, live())
    expect(await textOf(response)).toBe('{}')
    expect(requests[0]).toMatchObject({ url: '/v1/chat/completions', body: text })
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer sk-1', 'content-type': 'application/json' })
  })

  it('asks a function for the key each time', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{}'))
    const keys = ['first', 'second']
    const transport = createSdkTransport({ apiKey: () => keys.shift() ?? 'none', baseUrl })
    await textOf(await transport.send(request, live()))
    await textOf(await transport.send(request, live()))
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('takes a client of the user with its headers, and does not change it', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{}'))
    const client = new OpenAI({ apiKey: 'sk-2', baseURL: baseUrl, defaultHeaders: { 'x-mine': 'yes' } })
    const before = Reflect.get(client, 'fetch')
    await textOf(await createSdkTransport({ client }).send(request, live()))
    expect(requests[0]?.headers['x-mine']).toBe('yes')
    expect(Reflect.get(client, 'fetch')).toBe(before)
  })

  it('reaches an Azure deployment by its path, with the body as it was prepared', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{}'))
    const client = new AzureOpenAI({ apiKey: 'az', baseURL: baseUrl, apiVersion: '2025-01-01' })
    await textOf(await createSdkTransport({ client }).send(request, live()))
    expect(requests[0]).toMatchObject({ url: '/v1/deployments/m/chat/completions?api-version=2025-01-01', body: text })
    expect(requests[0]?.headers['api-key']).toBe('az')
  })

  it('waits for as long as the engine does, whatever the client would', async () => {
    vi.useFakeTimers()
    const slow: typeof fetch = async (_address, init) => {
      await vi.advanceTimersByTimeAsync(3_600_000)
      init?.signal?.throwIfAborted()
      return new Response('{}')
    }
    const client = new OpenAI({ apiKey: 'sk-1', baseURL: 'http://provider.example/v1', timeout: 1000, fetch: slow })
    try {
      expect((await createSdkTransport({ client }).send(request, live())).status).toBe(200)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each([200, 401])('says which keys went out with what status %d answers', async (status) => {
    const { baseUrl } = await startProvider(answerWith('{}', { status }))
    const response = await createSdkTransport({ apiKey: 'sk-secret-1', baseUrl }).send(request, live())
    await textOf(response)
    expect(response.secrets).toEqual(['sk-secret-1'])
  })

  it('gives a failed response as it came, unread and once', async () => {
    const page = '<html><title>Bad gateway</title></html>'
    const { baseUrl, requests } = await startProvider(
      answerWith(page, { status: 502, headers: { 'content-type': 'text/html', 'retry-after': '3' } }),
    )
    const response = await createSdkTransport({ apiKey: 'k', baseUrl }).send(request, live())
    expect(response.status).toBe(502)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await textOf(response)).toBe(page)
    expect(requests).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('', { status: 307, headers: { location: '/other' } }))
    const response = await createSdkTransport({ apiKey: 'k', baseUrl }).send(request, live())
    expect(response.status).toBe(307)
    expect(requests).toHaveLength(1)
  })

  it('closes the socket at an abort, also while the body is read', async () => {
    const { baseUrl, hungUp } = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {}\n\n')
    })
    const controller = new AbortController()
    const response = await createSdkTransport({ apiKey: 'k', baseUrl }).send(request, controller.signal)
    const reader = response.body?.getReader()
    await reader?.read()
    controller.abort()
    await expect(reader?.read()).rejects.toThrow()
    await hungUp
  })

  it('says that the connection failed, with the reason', async () => {
    const transport = createSdkTransport({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' })
    await expect(transport.send(request, live())).rejects.toMatchObject({
      name: 'APIConnectionError',
      cause: expect.anything(),
    })
  })
})

it('says of a failure nothing that holds the key, however deep it is looked at', async () => {
  const quoting = (_url: unknown, init?: RequestInit): Promise<Response> => {
    const authorization = new Headers(init?.headers).get('authorization')
    throw Object.assign(new Error(`refused ${authorization}`), { request: { authorization }, code: 'ECONNRESET' })
  }
  const client = new OpenAI({ apiKey: 'sk-secret-1', baseURL: 'http://127.0.0.1:1/v1', fetch: quoting })
  const engine = openaiChat({ model: 'm', client })
  const error: unknown = await engine.runInference(background(), turn).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('refused Bearer ***') })
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('sk-secret-1')
  expect(inspect(error, { depth: 20 })).toContain('APIConnectionError')
})

describe('a client that is not what it seems', () => {
  it('is refused before anything is sent when it rewrites the body', async () => {
    const { baseUrl, requests } = await startProvider(answerWith('{}'))
    class Rewriting extends OpenAI {
      protected override async prepareRequest(init: RequestInit): Promise<void> {
        init.body = '{"model":"other"}'
      }
    }
    const client = new Rewriting({ apiKey: 'k', baseURL: baseUrl })
    await expect(createSdkTransport({ client }).send(request, live())).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('rewrites the request body'),
    })
    expect(requests).toHaveLength(0)
  })

  it('is refused when it sends past its fetch', async () => {
    class Bypassing extends OpenAI {
      override async fetchWithTimeout(): Promise<Response> {
        return new Response('{}')
      }
    }
    const client = new Bypassing({ apiKey: 'k', baseURL: 'http://127.0.0.1:1/v1' })
    await expect(createSdkTransport({ client }).send(request, live())).rejects.toMatchObject({
      code: 'invalid_options',
    })
  })

  it('is refused when it cannot be copied', async () => {
    class Single extends OpenAI {
      override withOptions(_options: Partial<ClientOptions>): this {
        throw new Error('there is only one of me')
      }
    }
    const client = new Single({ apiKey: 'k', baseURL: 'http://127.0.0.1:1/v1' })
    await expect(createSdkTransport({ client }).send(request, live())).rejects.toMatchObject({
      code: 'invalid_options',
      cause: { message: 'there is only one of me' },
    })
  })

  it('is refused when its address has changed: what it would get was meant for another host', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: 'http://127.0.0.1:1/v1' })
    const transport = createSdkTransport({ client })
    expect(transport.host).toBe('127.0.0.1:1')
    client.baseURL = 'http://127.0.0.1:2/v1'
    await expect(transport.send(request, live())).rejects.toMatchObject({ code: 'invalid_options' })
  })
})

describe('options of the connection', () => {
  it.each([
    ['an empty key', { apiKey: ' ' }],
    ['no address', { apiKey: 'k', baseUrl: 'api.openai.com' }],
    ['a client and a key', { client: new OpenAI({ apiKey: 'k' }), apiKey: 'k' }],
  ])('refuses %s', (_name, connection) => {
    expect(() => createSdkTransport(connection)).toThrow(expect.objectContaining({ code: 'invalid_options' }))
  })

  it('is at api.openai.com by default, and where the environment says', () => {
    vi.stubEnv('OPENAI_BASE_URL', '')
    expect(createSdkTransport({}).host).toBe('api.openai.com')
    vi.stubEnv('OPENAI_BASE_URL', 'https://proxy.example/v1')
    expect(createSdkTransport({}).host).toBe('proxy.example')
  })

  it('says at the first request that there is no key', async () => {
    vi.stubEnv('OPENAI_API_KEY', '')
    await expect(createSdkTransport({}).send(request, live())).rejects.toMatchObject({ code: 'auth' })
  })
})

function live(): AbortSignal {
  return new AbortController().signal
}

async function textOf(response: WireResponse): Promise<string> {
  return await new Response(response.body).text()
}
