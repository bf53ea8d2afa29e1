import type { ServerResponse } from 'node:http'
import { background } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { type Event, withEventSinks } from '@geppetto/events'
import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { failure, hello, type Inference, infer } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import { createAdapterEngine, createFetchTransport, EngineError } from './index.ts'
import { beginStream, type LoopbackProvider, startProvider, until } from './loopback-provider.test-helper.ts'
import { type Line, scriptAdapter, summary, toStream } from './script-adapter.test-helper.ts'

const beginning: readonly Line[] = [
  { do: 'open', piece: 't', kind: 'text' },
  { do: 'add', piece: 't', delta: 'Well, ' },
]
const ending: readonly Line[] = [
  { do: 'close', piece: 't' },
  { do: 'stop', word: 'end' },
]

/** A provider that leaves the writing to the test. */
async function startSilent(): Promise<LoopbackProvider & { readonly response: () => Promise<ServerResponse> }> {
  const opened = Promise.withResolvers<ServerResponse>()
  const provider = await startProvider((response) => opened.resolve(response))
  return Object.assign(provider, { response: () => opened.promise })
}

async function expectTimeout(
  inference: Inference,
  provider: LoopbackProvider,
  limit: string,
  retryable = false,
): Promise<void> {
  const error = await failure(inference)
  expect(error).toMatchObject({ code: 'timeout', retryable, message: expect.stringContaining(limit) })
  expect(error.partial && providerCalls(error.partial)[0]).toMatchObject({ outcome: 'failed', stop: 'deadline' })
  expect(inference.sink.problem()).toBeUndefined()
  expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  await until(() => provider.openResponses === 0, 'the server sees the close')
}

/** Long enough for bytes on loopback to come through, to see that something does not happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

it('gives all that was read of one chunk the time at which it came', async () => {
  const manual = createManualClock()
  let now = 1_000
  const clock = { now: () => now, schedule: manual.schedule.bind(manual) }
  const events: Event[] = []
  const slow = {
    publish: (event: Event) => {
      events.push(event)
      now += 10
    },
  }
  await using provider = await startProvider((response) => void response.end(toStream([...beginning, ...ending])))
  const transport = createFetchTransport({ baseUrl: provider.baseUrl })
  const engine = createAdapterEngine(scriptAdapter, transport, { defaults: { model: 'm-1' } })
  await engine.runInference(withEventSinks(background({ clock }), slow), hello)
  expect(events.map(({ type, time }) => [type, time])).toEqual([
    ['provider-call-started', 1_000],
    ['text-started', 1_010],
    ['text-delta', 1_010],
    ['text-finished', 1_010],
    ['provider-call-finished', 1_040],
  ])
})

describe('the time limits of a provider call', () => {
  it('end it when no headers come', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl)
    await provider.response()
    await inference.clock.advance(119_999)
    await settle()
    expect(inference.leftovers().timers).toBe(2)
    await inference.clock.advance(1)
    await expectTimeout(inference, provider, 'nothing else for 120000 ms: raise timeLimits.firstEventMs', true)
  })

  it.each([': keep-alive\n\n', '\n'])('let it begin late where %j comes meanwhile, and then nothing', async (sign) => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl, { timeLimits: { firstEventMs: 100, contentMs: 100_000 } })
    const response = await provider.response()
    beginStream(response)
    for (let count = 0; count < 9; count++) {
      response.write(sign)
      await settle()
      await inference.clock.advance(60)
    }
    await inference.clock.advance(40)
    await expectTimeout(inference, provider, 'nothing else for 100 ms: raise timeLimits.firstEventMs')
  })

  it.each([
    ['before the first event', [], ': keep-alive\n\n', ''],
    ['of comments, in the middle', beginning, ': keep-alive\n\n', 'Well, '],
    ['of events without content', beginning, toStream([{ do: 'ping' }]), 'Well, '],
    ['of bytes of a line that never ends', beginning, 'x', 'Well, '],
  ])('take signs of life %s for an answer that goes on, until content is away for too long', async (...given) => {
    const [, lines, sign, text] = given
    await using provider = await startSilent()
    const timeLimits = { firstEventMs: 100, idleMs: 100, contentMs: 500 }
    const inference = infer(provider.baseUrl, { timeLimits })
    const response = await provider.response()
    beginStream(response)
    response.write(toStream(lines))
    if (lines.length > 0) await until(() => inference.sink.types.includes('text-delta'), 'the first delta')
    for (let count = 0; count < 8; count++) {
      response.write(sign)
      await settle()
      await inference.clock.advance(60)
    }
    expect(inference.leftovers().timers).toBe(2)
    response.write(sign)
    await settle()
    await inference.clock.advance(20)
    await expectTimeout(
      inference,
      provider,
      'no content came for 500 ms, but signs of life: raise timeLimits.contentMs',
    )
    expect(summary((await failure(inference)).partial)).toMatchObject({ text })
  })

  it('end it when nothing comes any more, and do not ask again for what was paid for', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl)
    const response = await provider.response()
    beginStream(response)
    response.write(toStream([{ do: 'ping' }]))
    await settle()
    await inference.clock.advance(89_999)
    expect(inference.leftovers().timers).toBe(2)
    await inference.clock.advance(1)
    await expectTimeout(inference, provider, 'nothing came for 90000 ms: raise timeLimits.idleMs')
  })

  it('let it go on for as long as content comes in time', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl, { timeLimits: { firstEventMs: 100, idleMs: 100 } })
    const response = await provider.response()
    beginStream(response)
    response.write(toStream(beginning))
    for (let count = 0; count < 8; count++) {
      const before = inference.sink.events.length
      response.write(toStream([{ do: 'add', piece: 't', delta: '.' }]))
      await until(() => inference.sink.events.length > before, 'the delta')
      await inference.clock.advance(60)
    }
    response.end(toStream(ending))
    const { turn } = await inference.outcome
    expect(summary(turn)).toMatchObject({ text: 'Well, ........', outcomes: ['completed'] })
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('end it when it takes too long as a whole', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl, { timeLimits: { idleMs: Number.POSITIVE_INFINITY, totalMs: 5_000 } })
    const response = await provider.response()
    beginStream(response)
    response.write(toStream(beginning))
    await until(() => inference.sink.types.includes('text-delta'), 'the first delta')
    await inference.clock.advance(4_999)
    await settle()
    expect(inference.leftovers().timers).toBe(2)
    await inference.clock.advance(1)
    await expectTimeout(inference, provider, 'longer than 5000 ms: raise timeLimits.totalMs')
  })

  it('end it when a JSON body does not come to its end', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl, { timeLimits: { firstEventMs: Number.POSITIVE_INFINITY } })
    const response = await provider.response()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('[')
    await settle()
    await inference.clock.advance(600_000)
    await expectTimeout(inference, provider, 'totalMs')
  })

  it('can all be turned off', async () => {
    await using provider = await startSilent()
    const off = Number.POSITIVE_INFINITY
    const inference = infer(provider.baseUrl, {
      timeLimits: { firstEventMs: off, idleMs: off, contentMs: off, totalMs: off },
    })
    const response = await provider.response()
    expect(inference.leftovers().timers).toBe(0)
    beginStream(response)
    response.end(toStream([...beginning, ...ending]))
    expect(summary((await inference.outcome).turn)).toMatchObject({ text: 'Well, ' })
  })

  it('do not blame the provider for a sink that keeps it waiting', async () => {
    await using provider = await startSilent()
    const gate = Promise.withResolvers<void>()
    const sink = {
      ...collectEvents((event) => (event.type === 'text-delta' ? gate.promise : undefined)),
      delivery: { policy: 'block', stallMs: 1_000_000 },
    } as const
    const inference = infer(provider.baseUrl, { sink, timeLimits: { idleMs: 100 } })
    const response = await provider.response()
    beginStream(response)
    response.write(toStream(beginning))
    await until(() => sink.events.length === 3, 'the first delta')
    await settle()
    // Not at an end of the idle time, so that only a new beginning of it gives the provider all of it.
    await inference.clock.advance(1_050)
    gate.resolve()
    await settle()
    await inference.clock.advance(99)
    await settle()
    response.end(toStream(ending))
    expect(summary((await inference.outcome).turn)).toMatchObject({ text: 'Well, ', outcomes: ['completed'] })
  })

  it('do not take the timeout of whoever cancels for their own', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl)
    await provider.response()
    inference.controller.abort(new EngineError('timeout', 'another call took too long'))
    expect(await failure(inference)).toMatchObject({ code: 'cancelled' })
  })

  it('do not take over from an abort that came before', async () => {
    await using provider = await startSilent()
    const inference = infer(provider.baseUrl)
    await provider.response()
    inference.controller.abort('shutdown')
    expect(inference.clock.runNext()).toBe(true)
    expect(await failure(inference)).toMatchObject({ code: 'cancelled', cause: 'shutdown' })
  })
})

describe('a slow sink', () => {
  it('slows the provider down to the socket, and gets everything in the end', async () => {
    const frame = Buffer.from(toStream([{ do: 'add', piece: 't', delta: 'x'.repeat(60 * 1024) }]))
    const frames = 1_000
    let written = 0
    await using provider = await startProvider(async (response) => {
      beginStream(response)
      response.write(toStream(beginning.slice(0, 1)))
      for (; written < frames; written++)
        if (!response.write(frame)) await new Promise<void>((resolve) => response.once('drain', resolve))
      response.end(toStream(ending))
    })
    const gate = Promise.withResolvers<void>()
    const collected = collectEvents((event) => (event.type === 'text-delta' ? gate.promise : undefined))
    const inference = infer(provider.baseUrl, { sink: collected })
    await until(() => collected.types.includes('text-delta'), 'the first delta')
    for (let before = -1, quiet = 0; quiet < 10; quiet = before === written ? quiet + 1 : 0) {
      before = written
      await settle()
    }
    // What fits into the buffers of both sockets: a few of the 60 MB.
    expect(written).toBeLessThan(frames / 2)
    gate.resolve()
    const { turn } = await inference.outcome
    expect(written).toBe(frames)
    expect(turn?.blocks[1]).toMatchObject({ text: 'x'.repeat(60 * 1024 * frames) })
    await until(() => collected.events.at(-1)?.type === 'provider-call-finished', 'the last event')
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })
})
