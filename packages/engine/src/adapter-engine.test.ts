import { background } from '@geppetto/context'
import { foldEvents } from '@geppetto/events'
import { appendBlocks, createTurn, providerCalls, systemBlock, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { failure, hello, infer } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, createFetchTransport, EngineError, type Transport } from './index.ts'
import { beginStream, startProvider, until } from './loopback-provider.test-helper.ts'
import { type Line, scriptAdapter, summary, toStream } from './script-adapter.test-helper.ts'

const answer: readonly Line[] = [
  { do: 'ping' },
  { do: 'open', piece: 'r', kind: 'reasoning' },
  { do: 'add', piece: 'r', delta: 'Greet back.' },
  { do: 'close', piece: 'r', payload: { signature: 'c2ln' } },
  { do: 'open', piece: 't', kind: 'text' },
  { do: 'add', piece: 't', delta: 'Grüß ' },
  { do: 'add', piece: 't', delta: 'Gott 🦜' },
  { do: 'close', piece: 't' },
  { do: 'call', piece: 'c', name: 'add' },
  { do: 'add', piece: 'c', delta: '{"a":1,' },
  { do: 'add', piece: 'c', delta: '"b":2}' },
  { do: 'close', piece: 'c' },
  { do: 'usage', output: 12 },
  { do: 'stop', word: 'tools' },
]

const streamAnswer = () =>
  startProvider((response) => {
    beginStream(response)
    response.end(toStream(answer))
  })

describe('an engine of an adapter and a transport', () => {
  it('streams an answer to the sinks and returns it as blocks', async () => {
    await using provider = await streamAnswer()
    const inference = infer(provider.baseUrl)
    const { turn } = await inference.outcome
    expect(summary(turn)).toEqual({
      text: 'Grüß Gott 🦜',
      kinds: ['user', 'reasoning', 'assistant', 'tool-call'],
      outcomes: ['completed'],
    })
    expect(turn?.blocks.at(-1)).toMatchObject({ name: 'add', input: { state: 'parsed', value: { a: 1, b: 2 } } })
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.sink.types.filter((type) => type === 'text-delta')).toHaveLength(2)
    const folded = foldEvents(inference.sink.events).blocks
    expect(turn?.blocks.slice(1).map(({ native: _, ...block }) => block)).toEqual(folded)
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('leaves the signal of a request alone that ended well, and aborts that of one that failed', async () => {
    await using provider = await streamAnswer()
    const fetching = createFetchTransport({ baseUrl: provider.baseUrl })
    const signals: AbortSignal[] = []
    const transport: Transport = {
      host: fetching.host,
      send(request, signal) {
        signals.push(signal)
        return signals.length === 1 ? fetching.send(request, signal) : Promise.reject(new Error('refused'))
      },
    }
    const engine = createAdapterEngine(scriptAdapter, transport, { defaults: { model: 'script-1' } })
    const turn = createTurn({ blocks: [userBlock('hi')] })
    await engine.runInference(background(), turn)
    await expect(engine.runInference(background(), turn)).rejects.toThrow('refused')
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
  })

  it('takes the same answer as one JSON body', async () => {
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
      response.end(JSON.stringify(answer))
    })
    const inference = infer(provider.baseUrl)
    const { turn } = await inference.outcome
    expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜', outcomes: ['completed'] })
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it.each([undefined, 'text/plain'])('reads a stream whose type the host calls %s', async (contentType) => {
    await using provider = await startProvider((response) => {
      response.writeHead(200, contentType === undefined ? {} : { 'content-type': contentType })
      response.end(toStream(answer))
    })
    const { turn } = await infer(provider.baseUrl).outcome
    expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜' })
  })

  it('puts exactly the prepared body on the socket (P9)', async () => {
    await using provider = await streamAnswer()
    const turn = appendBlocks(createTurn(), userBlock('ä 🦜 \u2028 "quoted" \ud800 lone'))
    const engine = createAdapterEngine(scriptAdapter, createFetchTransport({ baseUrl: provider.baseUrl }), {
      defaults: { model: 'm-1' },
    })
    const prepared = engine.prepare?.(background(), turn)
    await engine.runInference(background(), turn)
    const [request] = provider.requests
    expect(request?.body.equals(Buffer.from(prepared?.body ?? '', 'utf8'))).toBe(true)
    expect(request).toMatchObject({ method: 'POST', url: '/v1/answers?mode=test' })
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-format': 'script' })
  })

  it('writes the model, the host and the stop into the record', async () => {
    await using provider = await streamAnswer()
    const { turn } = await infer(provider.baseUrl).outcome
    expect(turn && providerCalls(turn)[0]).toMatchObject({
      api: 'test-script',
      host: new URL(provider.baseUrl).host,
      model: 'm-1',
      stop: 'tool_calls',
      providerStop: 'tools',
      usage: { output: { text: 12 }, source: 'reported' },
    })
  })

  it('tells what it is', () => {
    const transport = createFetchTransport({ baseUrl: 'https://api.example.org/v1' })
    const engine = createAdapterEngine(scriptAdapter, transport, { defaults: { model: 'm-1' }, description: 'A test.' })
    expect(engine.info).toEqual({
      api: 'test-script',
      host: 'api.example.org',
      model: 'm-1',
      description: 'A test.',
    })
  })

  it('refuses time limits that are none, when it is made', () => {
    const transport = createFetchTransport({ baseUrl: 'https://api.example.org' })
    for (const idleMs of [0, -1, Number.NaN])
      expect(() =>
        createAdapterEngine(scriptAdapter, transport, { defaults: { model: 'm-1' }, timeLimits: { idleMs } }),
      ).toThrowError(expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining('idleMs') }))
  })

  it('does not wait for a server that keeps the connection open after the last frame', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream(answer))
    })
    const inference = infer(provider.baseUrl)
    await until(() => inference.clock.scheduled === 1, 'only the wait for the end of the body is left')
    await inference.clock.advance(50)
    const { turn } = await inference.outcome
    expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜', outcomes: ['completed'] })
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('keeps a whole answer when the connection breaks after its last frame', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream(answer), () => setTimeout(() => response.destroy(), 20))
    })
    const inference = infer(provider.baseUrl)
    const { turn } = await inference.outcome
    expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜', outcomes: ['completed'] })
    expect(inference.sink.problem()).toBeUndefined()
  })

  it('takes nothing that comes after the last frame', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream([...answer, { do: 'error', code: 'late' }, { do: 'open', piece: 'x', kind: 'text' }]))
      response.end(toStream([{ do: 'add', piece: 'nowhere', delta: 'late' }]))
    })
    const { turn } = await infer(provider.baseUrl).outcome
    expect(summary(turn)).toMatchObject({ text: 'Grüß Gott 🦜', outcomes: ['completed'] })
  })

  it('waits at the end for a sink that blocks, so that it has got everything before the call is over', async () => {
    await using provider = await streamAnswer()
    let taken = 0
    const sink = collectEvents(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      taken++
    })
    const inference = infer(provider.baseUrl, { sink })
    await inference.outcome
    // All but the two that end the call.
    expect(taken).toBeGreaterThanOrEqual(answer.length - 2)
    await until(() => inference.sink.problem() === undefined, 'the rest of the events')
  })
})

describe('a turn that cannot be sent', () => {
  it('is refused before anything is sent or published, with the turn in the error', async () => {
    await using provider = await streamAnswer()
    const turn = appendBlocks(hello, systemBlock('Be brief.', { id: 'b-7' }))
    const inference = infer(provider.baseUrl, { turn })
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'unsupported', message: expect.stringContaining('b-7'), retryable: false })
    expect(error.partial).toBe(turn)
    expect(inference.sink.events).toEqual([])
    expect(provider.requests).toEqual([])
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('fails as an invalid request when the adapter itself stumbles over it', () => {
    const bug = new TypeError('cannot read it')
    const adapter = {
      ...scriptAdapter,
      prepare: () => {
        throw bug
      },
    }
    const engine = createAdapterEngine(adapter, createFetchTransport({ baseUrl: 'https://example.org' }), {
      defaults: { model: 'm-1' },
    })
    expect(() => engine.prepare?.(background(), hello)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', cause: bug, partial: hello }),
    )
  })
})

describe('an answer that is an error', () => {
  it.each([
    [401, 'auth', false],
    [429, 'rate_limit', true],
    [503, 'overloaded', true],
    [418, 'invalid_request', false],
  ] as const)('with status %i is what the adapter makes of it: %s', async (status, code, retryable) => {
    await using provider = await startProvider((response) => {
      response.writeHead(status, { 'retry-after': '7', 'x-request-id': 'req-9', 'content-type': 'text/html' })
      response.end('no')
    })
    const inference = infer(provider.baseUrl)
    const error = await failure(inference)
    expect(error).toMatchObject({
      code,
      status,
      retryable,
      retryAfterMs: 7000,
      requestId: 'req-9',
      visible: false,
      message: 'no',
    })
    expect(error.partial?.blocks).toEqual(hello.blocks)
    expect(error.partial && providerCalls(error.partial)[0]).toMatchObject({
      outcome: 'failed',
      stop: 'error',
      error: { code, status },
    })
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('is not read to its end when it has none', async () => {
    await using provider = await startProvider((response) => {
      response.writeHead(503, { 'content-type': 'text/html' })
      const page = Buffer.alloc(64 * 1024, '<p>busy</p>')
      const writeMore = (): void => {
        while (!response.destroyed && response.write(page)) {}
      }
      response.on('drain', writeMore)
      writeMore()
    })
    expect(await failure(infer(provider.baseUrl))).toMatchObject({ code: 'overloaded', status: 503 })
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('inside a stream ends it at once, with what had come', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      // The server goes on as if nothing had happened, and keeps the connection open.
      response.write(toStream([...answer.slice(0, 6), { do: 'error', code: 'overloaded' }, ...answer.slice(6)]))
    })
    const inference = infer(provider.baseUrl)
    const error = await failure(inference)
    expect(error).toMatchObject({
      code: 'overloaded',
      providerCode: 'overloaded',
      retryable: true,
      requestId: 'req-1',
      visible: true,
    })
    expect(summary(error.partial)).toEqual({
      text: 'Grüß ',
      kinds: ['user', 'reasoning', 'assistant cut'],
      outcomes: ['failed'],
    })
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('inside a JSON body is classified too', async () => {
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify([{ do: 'error', code: 'overloaded' }]))
    })
    expect(await failure(infer(provider.baseUrl))).toMatchObject({ code: 'overloaded' })
  })

  it.each([
    ['an empty body', 'application/json', '', 'empty body'],
    ['an empty stream', 'text/event-stream', '', 'empty body'],
    ['white space alone', 'text/plain', '\n \r\n', 'empty body'],
    ['a stream of comments', 'text/event-stream', ': ping\n\n: ping\n\n', 'not one event'],
    ['broken JSON', 'application/json', '[{"do":"open"', 'no whole JSON'],
    ['a stream that is cut in its first word', 'text/event-stream', 'eve', 'not one event'],
    ['a frame that is no JSON', 'text/event-stream', 'data: {"do":\n\n', 'cannot be read'],
    ['a frame that makes no sense', 'text/event-stream', toStream([{ do: 'close', piece: 'x' }]), 'no piece x'],
    ['JSON without its end', 'application/json', '[{"do":"ping"}]', 'before its last frame'],
  ])('is seen in %s', async (_what, contentType, body, message) => {
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': contentType })
      response.end(body)
    })
    const inference = infer(provider.baseUrl)
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'protocol', retryable: true, message: expect.stringContaining(message) })
    expect(error.partial?.blocks).toEqual(hello.blocks)
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('is a retryable network error that says why when nobody answers', async () => {
    const provider = await streamAnswer()
    const { baseUrl } = provider
    await provider[Symbol.asyncDispose]()
    const inference = infer(baseUrl)
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'network', retryable: true, message: expect.stringContaining('ECONNREFUSED') })
    expect(error.message).toContain(new URL(baseUrl).host)
    expect(inference.sink.types).toEqual(['provider-call-started', 'provider-call-finished'])
    expect(inference.sink.problem()).toBeUndefined()
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('of the adapter itself leaves no request open', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream(answer.slice(0, 3)))
    })
    const adapter = {
      ...scriptAdapter,
      decode: () => {
        throw new TypeError('a bug')
      },
    }
    const engine = createAdapterEngine(adapter, createFetchTransport({ baseUrl: provider.baseUrl }), {
      defaults: { model: 'm-1' },
    })
    await expect(engine.runInference(background(), hello)).rejects.toMatchObject({ code: 'internal', partial: {} })
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('keeps the typed error of a transport', async () => {
    const transport: Transport = {
      host: 'nowhere',
      send: () => Promise.reject(new EngineError('auth', 'no key: set it in `apiKey`')),
    }
    expect(await failure(infer(transport))).toMatchObject({ code: 'auth', message: 'no key: set it in `apiKey`' })
  })
})
