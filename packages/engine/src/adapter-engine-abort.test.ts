import { providerCalls } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { failure, hello, type Inference, infer } from './engine-under-test.test-helper.ts'
import { collectEvents } from './event-collector.test-helper.ts'
import type { Transport, WireResponse } from './index.ts'
import { beginStream, startProvider, until } from './loopback-provider.test-helper.ts'
import { type Line, summary, toStream } from './script-adapter.test-helper.ts'

const beginning: readonly Line[] = [
  { do: 'open', piece: 't', kind: 'text' },
  { do: 'add', piece: 't', delta: 'Once upon ' },
]

/** Never answers to anything. */
const silence = new Promise<never>(() => {})

async function expectCancelled(inference: Inference, text: string): Promise<void> {
  const error = await failure(inference)
  expect(error).toMatchObject({ code: 'cancelled', retryable: false, visible: text !== '' })
  expect(summary(error.partial)).toEqual({
    text,
    kinds: text === '' ? ['user'] : ['user', 'assistant cut'],
    outcomes: ['cancelled'],
  })
  expect(inference.sink.problem()).toBeUndefined()
  expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
}

describe('an abort', () => {
  it('before the call sends and publishes nothing', async () => {
    await using provider = await startProvider((response) => void response.end())
    const controller = new AbortController()
    controller.abort('shutdown')
    const inference = infer(provider.baseUrl, { controller })
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'cancelled', cause: 'shutdown', partial: hello })
    expect(inference.sink.events).toEqual([])
    expect(provider.requests).toEqual([])
    expect(inference.leftovers()).toEqual({ timers: 0, listeners: 0 })
  })

  it('by a sink that is told of the call sends nothing', async () => {
    await using provider = await startProvider((response) => void response.end())
    const controller = new AbortController()
    const sink = collectEvents(() => controller.abort())
    await expectCancelled(infer(provider.baseUrl, { controller, sink }), '')
    expect(provider.requests).toEqual([])
  })

  it('by a sink that is told of the call does not even ask a transport that does not listen', async () => {
    let sent = 0
    const transport: Transport = {
      host: 'deaf',
      send: () => {
        sent++
        return silence
      },
    }
    const controller = new AbortController()
    const sink = collectEvents(() => controller.abort())
    await expectCancelled(infer(transport, { controller, sink }), '')
    expect(sent).toBe(0)
  })

  it('while the headers are waited for closes the request', async () => {
    await using provider = await startProvider(() => silence)
    const inference = infer(provider.baseUrl)
    await until(() => provider.requests.length === 1, 'the request')
    inference.controller.abort()
    await expectCancelled(inference, '')
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('in the middle of a stream keeps what had come and closes the request', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream(beginning))
    })
    const inference = infer(provider.baseUrl)
    await until(() => inference.sink.types.includes('text-delta'), 'the first delta')
    inference.controller.abort()
    await expectCancelled(inference, 'Once upon ')
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('in the middle of a JSON body closes the request', async () => {
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('[')
    })
    const inference = infer(provider.baseUrl)
    await until(() => provider.requests.length === 1, 'the request')
    await new Promise((resolve) => setTimeout(resolve, 10))
    inference.controller.abort()
    await expectCancelled(inference, '')
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('from inside a sink is the last that the sinks see, though the same bytes hold more', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(
        toStream([
          ...beginning,
          { do: 'add', piece: 't', delta: 'a time' },
          { do: 'close', piece: 't' },
          { do: 'stop', word: 'end' },
        ]),
      )
    })
    const controller = new AbortController()
    const sink = collectEvents((event) => {
      if (event.type === 'text-delta') controller.abort()
    })
    await expectCancelled(infer(provider.baseUrl, { controller, sink }), 'Once upon ')
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('from inside a sink counts, though the answer has come as a whole', async () => {
    const lines: Line[] = [...beginning, { do: 'close', piece: 't' }, { do: 'stop', word: 'end' }]
    await using provider = await startProvider((response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(lines))
    })
    const controller = new AbortController()
    const sink = collectEvents((event) => {
      if (event.type === 'text-delta') controller.abort()
    })
    const error = await failure(infer(provider.baseUrl, { controller, sink }))
    expect(error.code).toBe('cancelled')
    expect(summary(error.partial)).toEqual({
      text: 'Once upon ',
      kinds: ['user', 'assistant'],
      outcomes: ['cancelled'],
    })
    expect(sink.problem()).toBeUndefined()
  })

  it('ends the wait for a sink that never comes back', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.write(toStream(beginning))
    })
    const sink = {
      ...collectEvents((event) => (event.type === 'text-delta' ? silence : undefined)),
      delivery: { policy: 'block', stallMs: 1_000_000 },
    } as const
    const inference = infer(provider.baseUrl, { sink })
    await until(() => inference.sink.events.length === 3, 'the first delta')
    await new Promise((resolve) => setTimeout(resolve, 10))
    inference.controller.abort()
    const error = await failure(inference)
    expect(summary(error.partial)).toMatchObject({ text: 'Once upon ', outcomes: ['cancelled'] })
    // The stuck sink has its stall timer; the call has none.
    expect(inference.leftovers()).toEqual({ timers: 1, listeners: 0 })
    await until(() => provider.openResponses === 0, 'the server sees the close')
  })

  it('of a transport that does not listen is not waited for, and its late answer is let go', async () => {
    const answer = Promise.withResolvers<WireResponse>()
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        isCancelled = true
      },
    })
    const transport: Transport = { host: 'deaf', send: () => answer.promise }
    const inference = infer(transport)
    inference.controller.abort()
    await expectCancelled(inference, '')
    answer.resolve({ status: 200, headers: new Headers(), body })
    await until(() => isCancelled, 'the body is cancelled')
  })

  it('of a transport that does not listen and fails later disturbs nobody', async () => {
    const answer = Promise.withResolvers<WireResponse>()
    const inference = infer({ host: 'deaf', send: () => answer.promise })
    inference.controller.abort()
    await expectCancelled(inference, '')
    answer.reject(new Error('too late'))
    // An unhandled rejection would be reported by now, and fail the test run.
    await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('of a body that does not listen cuts it off', async () => {
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(toStream(beginning))),
      cancel() {
        isCancelled = true
        return silence
      },
    })
    const headers = new Headers({ 'content-type': 'text/event-stream' })
    const inference = infer({ host: 'deaf', send: async () => ({ status: 200, headers, body }) })
    await until(() => inference.sink.types.includes('text-delta'), 'the first delta')
    inference.controller.abort()
    await expectCancelled(inference, 'Once upon ')
    expect(isCancelled).toBe(true)
  })

  it.each([
    ['by a deadline of the context', new DOMException('late', 'TimeoutError'), 'deadline'],
    ['with a stop reason', 'superseded', 'superseded'],
    ['with anything else', { why: 'who knows' }, 'user'],
  ])('%s is written into the record', async (_what, reason, stop) => {
    await using provider = await startProvider(() => silence)
    const inference = infer(provider.baseUrl)
    await until(() => provider.requests.length === 1, 'the request')
    inference.controller.abort(reason)
    const error = await failure(inference)
    expect(error).toMatchObject({ code: 'cancelled', cause: reason })
    expect(error.partial && providerCalls(error.partial)[0]).toMatchObject({ outcome: 'cancelled', stop })
  })

  it('after the call is over changes nothing', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      response.end(toStream([...beginning, { do: 'close', piece: 't' }, { do: 'stop', word: 'end' }]))
    })
    const inference = infer(provider.baseUrl)
    const { turn } = await inference.outcome
    inference.controller.abort()
    expect(summary(turn)).toMatchObject({ text: 'Once upon ', outcomes: ['completed'] })
    expect(inference.sink.problem()).toBeUndefined()
  })
})
