import { getEventListeners } from 'node:events'
import { background } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import { isJsonObject, systemBlock, withBlocks } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { hello } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, createFetchTransport, type Engine, isEngineError, type ProviderAdapter } from './index.ts'
import { startProvider, until } from './loopback-provider.test-helper.ts'
import { scriptAdapter } from './script-adapter.test-helper.ts'
import type { Transport } from './transport.ts'

const countingAdapter: ProviderAdapter = {
  ...scriptAdapter,
  prepareCount: (turn, defaults, host) => ({
    ...scriptAdapter.prepare(turn, defaults, host),
    path: '/count',
    stream: false,
  }),
  readCount(body) {
    if (!isJsonObject(body)) throw new TypeError('no object')
    return Number(body.input_tokens)
  },
}

function setUp(transport: Transport | string) {
  const clock = createManualClock()
  const controller = new AbortController()
  const sink = collectEvents()
  const carrier = typeof transport === 'string' ? createFetchTransport({ baseUrl: transport }) : transport
  const engine = createAdapterEngine(countingAdapter, carrier, {
    defaults: { model: 'm-1' },
    timeLimits: { totalMs: 1_000 },
  })
  const ctx = withEventSinks(background({ clock, signal: controller.signal }), sink)
  return { engine, ctx, clock, controller, sink }
}

type SetUp = ReturnType<typeof setUp>

async function failureOf({ engine, ctx }: SetUp, turn = hello) {
  const error = await engine.countTokens?.(ctx, turn).catch((caught: unknown) => caught)
  if (!isEngineError(error)) throw new Error(`it did not fail with an EngineError, but gave ${String(error)}`)
  return error
}

function expectNothingLeft({ clock, controller, sink }: SetUp): void {
  expect([clock.scheduled, getEventListeners(controller.signal, 'abort').length, sink.events]).toEqual([0, 0, []])
}

const json = (text: string, status = 200) => ({ status, headers: new Headers(), body: new Response(text).body })
const answering = (text: string, status?: number): Transport => ({
  host: 'test',
  send: async () => json(text, status),
})

describe('counting tokens', () => {
  it('asks the provider by the adapter, with the turn, and publishes nothing', async () => {
    await using provider = await startProvider((response) => void response.end('{"input_tokens":42}'))
    const set = setUp(provider.baseUrl)
    expect(await set.engine.countTokens?.(set.ctx, hello)).toBe(42)
    const [request] = provider.requests
    expect([request?.url, String(request?.body)]).toEqual([
      '/v1/count',
      JSON.stringify({ model: 'm-1', messages: [{ user: 'hello' }] }),
    ])
    expectNothingLeft(set)
  })

  it('is not offered where the API does not count', () => {
    const engine: Engine = createAdapterEngine(scriptAdapter, answering(''), { defaults: { model: 'm' } })
    expect('countTokens' in engine).toBe(false)
  })

  it('is refused where the adapter can do half of it', () => {
    const { readCount: _, ...half } = countingAdapter
    expect(() => createAdapterEngine(half, answering(''), { defaults: { model: 'm' } })).toThrow(/both prepareCount/)
  })
})

describe('a count that fails', () => {
  it.each([
    ['an error status', '{}', 503, { code: 'overloaded', status: 503 }],
    ['no JSON', '<html>', 200, { code: 'protocol' }],
    ['no body', '', 200, { code: 'protocol' }],
    ['another shape', '[]', 200, { code: 'protocol' }],
    ['no number', '{"input_tokens":"many"}', 200, { code: 'protocol' }],
    ['half a token', '{"input_tokens":1.5}', 200, { code: 'protocol' }],
    ['less than nothing', '{"input_tokens":-1}', 200, { code: 'protocol' }],
  ])('for %s is the error that a call would have', async (_, text, status, facts) => {
    const set = setUp(answering(text, status))
    expect(await failureOf(set)).toMatchObject(facts)
    expectNothingLeft(set)
  })

  it('bears the id of the request', async () => {
    const headers = new Headers({ 'x-request-id': 'req-7' })
    const set = setUp({ host: 'test', send: async () => ({ ...json('', 401), headers }) })
    expect(await failureOf(set)).toMatchObject({ code: 'auth', requestId: 'req-7' })
  })

  it('before anything is sent says which block cannot be said', async () => {
    let sent = 0
    const set = setUp({ host: 'test', send: async () => json(String(sent++)) })
    const error = await failureOf(set, withBlocks(hello, [systemBlock('Be brief.', { id: 'sys' })]))
    expect([error.code, error.message.includes('sys'), sent]).toEqual(['unsupported', true, 0])
  })

  it('where nobody answers ends when the time is over', async () => {
    const set = setUp({ host: 'test', send: () => new Promise(() => {}) })
    const failing = failureOf(set)
    await set.clock.advance(1_000)
    expect(await failing).toMatchObject({ code: 'timeout' })
    expectNothingLeft(set)
  })

  it.each(['before it', 'while it is sent', 'while it is read'])(
    'by an abort %s is cancelled at once',
    async (when) => {
      await using provider = await startProvider((response) => {
        if (when !== 'while it is read') return
        response.writeHead(200)
        response.write('{"input')
      })
      const set = setUp(provider.baseUrl)
      if (when === 'before it') set.controller.abort('user')
      const failing = failureOf(set)
      if (when !== 'before it') await until(() => provider.openResponses === 1, 'the request')
      set.controller.abort('user')
      expect(await failing).toMatchObject({ code: 'cancelled', cause: 'user' })
      await until(() => provider.openResponses === 0, 'the end of the request')
      expect(provider.requests).toHaveLength(when === 'before it' ? 0 : 1)
      expectNothingLeft(set)
    },
  )
})
