import { inspect } from 'node:util'
import Anthropic from '@anthropic-ai/sdk'
import { background } from '@geppetto/context'
import { type Engine, isEngineError } from '@geppetto/engine'
import { appendBlocks, assistantText, createTurn, providerCalls, textPart, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { anthropic as anthropicByFetch } from './fetch.ts'
import { anthropic } from './index.ts'
import { type Loopback, startLoopback, until } from './loopback.test-helper.ts'
import { recording } from './recordings.test-helper.ts'

const stream = recording('text-stream').response
const model = 'claude-haiku-4-5'
const turn = createTurn({ blocks: [userBlock([textPart('“Grüße”, 你好 \u{1F600} \u2028 \ud800')])] })

const answering = (status = stream.status, body = stream.body, headers: Record<string, string> = {}) =>
  startLoopback((response) => {
    response.writeHead(status, { 'content-type': stream.contentType, 'request-id': 'req_7', ...headers })
    response.end(body)
  })

const engines: readonly (readonly [string, (server: Loopback) => Engine])[] = [
  ['the SDK with a key', ({ baseUrl }) => anthropic({ model, apiKey: 'sk-ant-key-1', baseUrl: `${baseUrl}/v1` })],
  [
    'a client of the user',
    ({ baseUrl: baseURL }) =>
      anthropic({ model, client: new Anthropic({ apiKey: 'sk-ant-key-1', baseURL, maxRetries: 3, timeout: 5 }) }),
  ],
  [
    'plain fetch',
    ({ baseUrl }) => anthropicByFetch({ model, apiKey: () => 'sk-ant-key-1', baseUrl, headers: { 'x-own': '1' } }),
  ],
]

const failureOf = async (engine: Engine, signal?: AbortSignal) => {
  const error = await engine
    .runInference(background(signal === undefined ? {} : { signal }), turn)
    .then(() => undefined)
    .catch((thrown: unknown) => thrown)
  if (!isEngineError(error)) throw new Error(`no engine error, but ${error}`)
  return error
}

describe('the request that is shown for a client of the user’s', () => {
  const shown = (client: Anthropic) =>
    Object.keys(anthropic({ model, client }).prepare?.(background(), turn).target?.headers ?? {})
  /** A client as its version names itself; all before 1 send a key as `x-api-key`. */
  const ofVersion = (version: string, options: { apiKey: string | null; authToken?: string }) => {
    const client = new Anthropic(options)
    Reflect.set(client, 'getUserAgent', () => `Anthropic/JS ${version}`)
    return client
  }

  it('names the header in which its version sends the key', () => {
    const apiKey = 'sk-ant-key-1'
    expect(shown(new Anthropic({ apiKey }))).toContain('authorization')
    expect(shown(ofVersion('1.12.0', { apiKey }))).not.toContain('x-api-key')
    const old = shown(ofVersion('0.99.0', { apiKey }))
    expect([old.includes('x-api-key'), old.includes('authorization')]).toEqual([true, false])
    const token = shown(ofVersion('0.99.0', { apiKey: null, authToken: 'sk-ant-oat-1' }))
    expect([token.includes('x-api-key'), token.includes('authorization')]).toEqual([false, true])
  })
})

const ofProcess = Symbol.for('undici.globalDispatcher.1')

describe.each(engines)('by %s', (name, connect) => {
  it("the limits of Node's own fetch do not end a call", async () => {
    await using server = await answering()
    const original: unknown = Reflect.get(globalThis, ofProcess)
    const limits: unknown[] = []
    Reflect.set(globalThis, ofProcess, {
      dispatch(options: { headersTimeout?: number; bodyTimeout?: number }) {
        limits.push(options.headersTimeout, options.bodyTimeout)
        throw new Error('sent no further')
      },
    })
    try {
      await failureOf(connect(server))
    } finally {
      Reflect.set(globalThis, ofProcess, original)
    }
    expect(limits).toEqual([0, 0])
  })

  it('the body on the socket is the prepared one, to the byte, and the answer is read', async () => {
    await using server = await answering()
    const engine = connect(server)
    const answered = await engine.runInference(background(), turn)
    expect(assistantText(answered)).toBe(recording('text-stream').expected.text)
    const [request] = server.requests
    const prepared = engine.prepare?.(background(), turn)
    expect(request?.url).toBe('/v1/messages')
    expect(request?.body).toBe(prepared?.body)
    expect(prepared?.target?.address).toBe(`${server.baseUrl}/v1/messages`)
    expect(Object.values(prepared?.target?.headers ?? {})).toContain('***')
    expect(request?.headers).toMatchObject({ ...prepared?.headers, 'content-type': 'application/json' })
    expect([request?.headers['x-api-key'], request?.headers.authorization].join()).toContain('sk-ant-key-1')
    expect(request?.headers['x-own']).toBe(name === 'plain fetch' ? '1' : undefined)
    expect(providerCalls(answered)[0]?.host).toBe(new URL(server.baseUrl).host)
  })

  it.each([
    ['a failed response', 401, 'application/json'],
    ['a stream', 200, 'text/event-stream'],
    ['something else than JSON', 200, 'text/html'],
  ])('a key that %s repeats is not said again', async (_what, status, type) => {
    const error = JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: 'no sk-ant-key-1' } })
    const body = type === 'text/event-stream' ? `data: ${error}\n\n` : type === 'text/html' ? 'sk-ant-key-1' : error
    await using server = await answering(status, body, { 'content-type': type })
    const failure = await failureOf(connect(server))
    expect(failure.message).toContain('***')
    expect(JSON.stringify([failure, failure.partial, failure.cause])).not.toContain('sk-ant-key-1')
  })

  it.each(['application/json', 'text/plain', 'application/octet-stream', 'text/event-stream'])(
    'what is called %s is read as what it is',
    async (type) => {
      const as = { 'content-type': type }
      await using streaming = await answering(200, stream.body, as)
      const answered = await connect(streaming).runInference(background(), turn)
      expect(assistantText(answered)).toBe(recording('text-stream').expected.text)
      await using failing = await answering(200, '{"type":"error","error":{"type":"overloaded_error"}}', as)
      expect(await failureOf(connect(failing))).toMatchObject({ code: 'overloaded', retryable: true })
      await using signingIn = await answering(200, '<html><title>Sign in</title>', as)
      const failure = await failureOf(connect(signingIn))
      expect(failure).toMatchObject({ code: 'protocol', retryable: false })
      expect(failure.message).toContain(`${signingIn.baseUrl}/v1/messages answers with a page`)
    },
  )

  it('an error status is read by us, once, with body and headers', async () => {
    const body = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' }, request_id: 'req_8' }
    await using server = await answering(429, JSON.stringify(body), { 'retry-after': '3' })
    expect(await failureOf(connect(server))).toMatchObject({
      code: 'rate_limit',
      message: 'Slow down',
      status: 429,
      requestId: 'req_8',
      retryAfterMs: 3000,
      retryable: true,
    })
    expect(server.requests).toHaveLength(1)
  })

  it('follows no redirect, which would carry the key away', async () => {
    await using server = await answering(307, '', { location: 'https://elsewhere.example/' })
    const error = await failureOf(connect(server))
    expect(error).toMatchObject({ code: 'invalid_options', status: 307 })
    expect(error.message).toContain('https://elsewhere.example/')
  })

  it.each(['before the first byte', 'in the middle of the answer'])('an abort %s closes the socket', async (when) => {
    await using server = await startLoopback((response) => {
      if (when === 'before the first byte') return
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(stream.body.slice(0, 400))
    })
    const stop = new AbortController()
    const failure = failureOf(connect(server), stop.signal)
    await until(() => server.requests.length === 1, 'the request')
    if (when !== 'before the first byte') await new Promise((resolve) => setTimeout(resolve, 20))
    stop.abort()
    expect(await failure).toMatchObject({ code: 'cancelled' })
    await until(() => server.openResponses === 0, 'the end of the connection')
  })

  it('nobody who listens is a network error', async () => {
    const server = await answering()
    await server[Symbol.asyncDispose]()
    expect(await failureOf(connect(server))).toMatchObject({ code: 'network', retryable: true })
  })

  it('counts tokens', async () => {
    await using server = await answering(200, '{"input_tokens":42}', { 'content-type': 'application/json' })
    expect(await connect(server).countTokens?.(background(), turn)).toBe(42)
    expect(server.requests[0]?.url).toBe('/v1/messages/count_tokens')
    expect(Object.keys(JSON.parse(server.requests[0]?.body ?? ''))).toEqual(['model', 'messages'])
  })
})

it('says of a failure nothing that holds the key, however deep it is looked at', async () => {
  const quoting = (_url: unknown, init?: RequestInit): Promise<Response> => {
    const authorization = new Headers(init?.headers).get('authorization')
    throw Object.assign(new Error(`refused ${authorization}`), { request: { authorization }, code: 'ECONNRESET' })
  }
  const client = new Anthropic({ apiKey: 'sk-ant-key-1', baseURL: 'http://127.0.0.1:1', fetch: quoting })
  const error = await failureOf(anthropic({ model, client }))
  expect(error).toMatchObject({ code: 'network', message: expect.stringContaining('refused Bearer ***') })
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('sk-ant-key-1')
  expect(inspect(error, { depth: 20 })).toContain('APIConnectionError')
})

describe('a client of the user', () => {
  class Signing extends Anthropic {
    protected override async prepareRequest(request: RequestInit): Promise<void> {
      request.body = String(request.body).replace('"stream":true', '"stream":true,"signed":true')
    }
  }

  class Versioning extends Anthropic {
    protected override async prepareOptions(options: { body?: unknown }): Promise<void> {
      const body: unknown = options.body
      if (typeof body === 'object') return
      throw new TypeError("Cannot create property 'anthropic_version' on string")
    }
  }

  class Platform extends Anthropic {
    protected override async authHeaders() {
      return undefined
    }
    protected override validateHeaders(): void {}
    protected override async prepareRequest(request: RequestInit): Promise<void> {
      const headers = new Headers(request.headers)
      headers.set('x-signature', `of ${String(request.body).length} characters`)
      request.headers = headers
    }
  }

  it.each([
    ['on the way out', Signing],
    ['when it is made', Versioning],
  ])('that rewrites the request %s is refused, and nothing is sent', async (_when, Client) => {
    await using server = await answering()
    const client = new Client({ apiKey: 'sk-ant-key-1', baseURL: server.baseUrl })
    const error = await failureOf(anthropic({ model, client }))
    expect(error).toMatchObject({ code: 'invalid_options', retryable: false })
    expect(error.message).toContain('rewrites the request')
    expect(server.requests).toEqual([])
  })

  it('of another platform may sign what it leaves as it is', async () => {
    await using server = await answering()
    const engine = anthropic({ model, client: new Platform({ apiKey: null, baseURL: server.baseUrl }) })
    await engine.runInference(background(), turn)
    expect(server.requests[0]?.body).toBe(engine.prepare?.(background(), turn).body)
    expect(server.requests[0]?.headers['x-signature']).toMatch(/^of \d+ characters$/)
  })

  it('that cannot be copied is refused', async () => {
    class Closed extends Anthropic {
      constructor() {
        super({ apiKey: 'sk-ant-key-1', baseURL: 'http://127.0.0.1:1' })
      }
    }
    const error = await failureOf(anthropic({ model, client: new Closed() }))
    expect(error.message).toContain('withOptions')
  })

  it('keeps its own headers, its fetch and its middlewares', async () => {
    await using server = await answering()
    const seen: string[] = []
    const client = new Anthropic({
      apiKey: 'sk-ant-key-1',
      baseURL: server.baseUrl,
      defaultHeaders: { 'x-team': 'blue' },
      fetch: (input, init) => {
        seen.push('fetch')
        return fetch(input, init)
      },
      middleware: [
        (request, next) => {
          seen.push('middleware')
          return next(request)
        },
      ],
    })
    await anthropic({ model, client }).runInference(background(), turn)
    expect(seen).toEqual(['middleware', 'fetch'])
    expect(server.requests[0]?.headers['x-team']).toBe('blue')
  })

  it('goes on with the conversation, its opaque data too', async () => {
    await using server = await answering()
    const engine = anthropic({ model, client: new Anthropic({ apiKey: 'sk-ant-key-1', baseURL: server.baseUrl }) })
    const first = await engine.runInference(background(), turn)
    await engine.runInference(background(), appendBlocks(first, userBlock('More')))
    expect(server.requests).toHaveLength(2)
  })

  it('without a key is told so, before anything is sent', async () => {
    await using server = await answering()
    const client = new Anthropic({ apiKey: null, authToken: null, credentials: null, baseURL: server.baseUrl })
    expect(await failureOf(anthropic({ model, client }))).toMatchObject({
      code: 'auth',
      message: expect.stringContaining('give an apiKey, set ANTHROPIC_API_KEY, or pass a client of your own'),
    })
    expect(server.requests).toEqual([])
  })
})
