import { getEventListeners } from 'node:events'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import type { PreparedRequest, Transport } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import { createFaultTransport } from './fault-transport.ts'
import type { WireFault } from './wire-fault.ts'

const text = 'data: {"delta":"Ä 🦜"}\n\ndata: [DONE]\n\n'
const bytes = new TextEncoder().encode(text)
const request: PreparedRequest = {
  model: 'm',
  method: 'POST',
  path: '/v1',
  headers: {},
  body: '{}',
  stream: true,
  degradations: [],
}

/** A transport whose answers have one body, in two pieces. */
function steady(): Transport & { readonly cancelled: number } {
  let cancelled = 0
  return {
    host: 'steady',
    get cancelled() {
      return cancelled
    },
    async send() {
      const rest = [bytes.slice(0, 20), bytes.slice(20)]
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const next = rest.shift()
          if (next === undefined) controller.close()
          else controller.enqueue(next)
        },
        cancel() {
          cancelled++
        },
      })
      return { status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body }
    },
  }
}

async function read(faults: readonly WireFault[]): Promise<{ pieces: Uint8Array[]; error?: unknown }> {
  const transport = createFaultTransport(steady(), [faults])
  const pieces: Uint8Array[] = []
  try {
    const { body } = await transport.send(request, new AbortController().signal)
    if (body !== null) for await (const piece of body) pieces.push(piece)
    return { pieces }
  } catch (error) {
    return { pieces, error }
  } finally {
    expect(transport.open).toBe(0)
  }
}

const joined = (pieces: readonly Uint8Array[]) => Buffer.concat(pieces)

describe('a fault transport', () => {
  it('cuts the body at every byte, as if it were whole', async () => {
    for (let at = 0; at <= bytes.length; at++) {
      const { pieces, error } = await read([{ kind: 'cut', at }])
      expect(error).toBeUndefined()
      expect(joined(pieces)).toEqual(Buffer.from(bytes.slice(0, at)))
    }
  })

  it('breaks the connection at every byte, after what came before', async () => {
    for (let at = 0; at <= bytes.length; at++) {
      const { pieces, error } = await read([{ kind: 'reset', at }])
      expect(error).toMatchObject({ code: 'ECONNRESET' })
      expect(joined(pieces)).toEqual(Buffer.from(bytes.slice(0, at)))
    }
  })

  it('leaves a body alone that ends before the place of the fault', async () => {
    const { pieces, error } = await read([
      { kind: 'reset', at: 1_000 },
      { kind: 'cut', at: 1_000 },
    ])
    expect([joined(pieces).toString(), error]).toEqual([text, undefined])
  })

  it('breaks the connection before there is an answer', async () => {
    expect((await read([{ kind: 'reset' }])).error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('drips one byte at a time', async () => {
    const { pieces } = await read([{ kind: 'drip' }])
    expect(pieces.map(({ length }) => length)).toEqual(Array.from(bytes, () => 1))
    expect(joined(pieces).toString()).toBe(text)
  })

  it('splits at places that the seed alone determines', async () => {
    const lengths = async (seed: number) => (await read([{ kind: 'split', seed }])).pieces.map(({ length }) => length)
    const first = await lengths(1)
    expect(await lengths(1)).toEqual(first)
    expect(await lengths(2)).not.toEqual(first)
    expect(first.length).toBeGreaterThan(2)
    expect(joined((await read([{ kind: 'split', seed: 3 }])).pieces).toString()).toBe(text)
  })

  it('gives garbage in place of the body, the same for a seed', async () => {
    const { pieces } = await read([{ kind: 'garbage', seed: 7 }])
    expect(pieces).toHaveLength(1)
    expect((await read([{ kind: 'garbage', seed: 7 }])).pieces).toEqual(pieces)
    expect(joined(pieces).includes('data')).toBe(false)
  })

  it('applies faults one after the other', async () => {
    const { pieces, error } = await read([{ kind: 'drip' }, { kind: 'reset', at: 3 }])
    expect(pieces).toHaveLength(3)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  it('gives a page for people, with its own type', async () => {
    const transport = createFaultTransport(steady(), [[{ kind: 'html', status: 502 }]])
    const { status, headers, body } = await transport.send(request, new AbortController().signal)
    expect([status, headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8'])
    expect(await new Response(body).text()).toContain('<!doctype html>')
  })

  it('delays the headers, and later bytes, on its clock', async () => {
    const clock = createManualClock()
    const plan: readonly WireFault[] = [
      { kind: 'delay', ms: 100 },
      { kind: 'delay', ms: 50, at: 5 },
    ]
    const transport = createFaultTransport(steady(), [plan], clock)
    const sending = transport.send(request, new AbortController().signal)
    let body: ReadableStream<Uint8Array> | null | undefined
    sending.then((response) => {
      body = response.body
    })
    await clock.advance(99)
    expect(body).toBeUndefined()
    await clock.advance(1)
    const reader = body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(5)
    let second: Uint8Array | undefined
    reader?.read().then(({ value }) => {
      second = value
    })
    await clock.advance(49)
    expect(second).toBeUndefined()
    await clock.advance(1)
    expect(second).toHaveLength(15)
    await reader?.cancel()
    expect([transport.open, clock.scheduled]).toEqual([0, 0])
  })

  it('never answers, until the client gives up', async () => {
    const clock = createManualClock()
    const transport = createFaultTransport(steady(), [[{ kind: 'silence' }]], clock)
    const controller = new AbortController()
    const sending = transport.send(request, controller.signal).catch((error: unknown) => error)
    await clock.advance(1_000_000)
    expect(transport.open).toBe(1)
    controller.abort(new Error('enough'))
    expect(await sending).toMatchObject({ message: 'enough' })
    expect([transport.open, clock.scheduled]).toEqual([0, 0])
  })

  it('tells a reader of an abort in the middle of a delay, and lets go of the body', async () => {
    const inner = steady()
    const clock = createManualClock()
    const transport = createFaultTransport(inner, [[{ kind: 'delay', ms: Number.POSITIVE_INFINITY, at: 5 }]], clock)
    const controller = new AbortController()
    const { body } = await transport.send(request, controller.signal)
    const reader = body?.getReader()
    await reader?.read()
    const reading = reader?.read().catch((error: unknown) => error)
    await settlePromises()
    controller.abort(new Error('enough'))
    expect(await reading).toMatchObject({ message: 'enough' })
    await settlePromises()
    expect([inner.cancelled, transport.open]).toEqual([1, 0])
  })

  it('lets go of the body when the client cancels it', async () => {
    const inner = steady()
    const transport = createFaultTransport(inner, [])
    const { body } = await transport.send(request, new AbortController().signal)
    const reader = body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await settlePromises()
    expect([inner.cancelled, transport.open]).toEqual([1, 0])
  })

  it('leaves no listener on the signal, however a request ends', async () => {
    const controller = new AbortController()
    const plans: readonly (readonly WireFault[])[] = [[], [{ kind: 'cut', at: 3 }], [{ kind: 'reset' }]]
    const transport = createFaultTransport(steady(), plans)
    for (const _plan of plans) {
      const sending = transport.send(request, controller.signal)
      await sending.then(({ body }) => new Response(body).text(), String)
    }
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('lets go of an answer that comes when nobody waits any more', async () => {
    const inner = steady()
    const controller = new AbortController()
    const late: Transport = {
      host: 'late',
      async send() {
        const response = await inner.send(request, controller.signal)
        controller.abort(new Error('enough'))
        return response
      },
    }
    const transport = createFaultTransport(late, [])
    await expect(transport.send(request, controller.signal)).rejects.toThrow('enough')
    expect([inner.cancelled, transport.open]).toEqual([1, 0])
  })

  it.each([
    [{ kind: 'cut', at: -1 }],
    [{ kind: 'reset', at: 1.5 }],
    [{ kind: 'delay', ms: Number.NaN }],
    [{ kind: 'drip', ms: -1 }],
  ] as const)('refuses a fault that has no place or time: %j', async (fault) => {
    expect(() => createFaultTransport(steady(), [[], [fault]])).toThrow(RangeError)
    expect((await read([])).error).toBeUndefined()
    const asked = createFaultTransport(steady(), () => [fault])
    await expect(asked.send(request, new AbortController().signal)).rejects.toThrow(RangeError)
  })

  it('takes a plan by request, and leaves alone what is beyond a list', async () => {
    const signal = new AbortController().signal
    const listed = createFaultTransport(steady(), [[{ kind: 'reset' }]])
    await expect(listed.send(request, signal)).rejects.toThrow('reset')
    expect((await listed.send(request, signal)).status).toBe(200)
    expect(listed.requests).toEqual([request, request])
    const asked = createFaultTransport(steady(), (_request, call) => (call === 2 ? [{ kind: 'reset' }] : []))
    expect((await asked.send(request, signal)).status).toBe(200)
    await expect(asked.send(request, signal)).rejects.toThrow('reset')
  })
})
