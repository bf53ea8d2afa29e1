import { type Clock, systemClock } from '@geppetto/context'
import type { PreparedRequest, Transport, WireResponse } from '@geppetto/engine'
import { waitOn } from './clock-wait.ts'
import { assertFaults, beforeAnswer, type FaultHost, faultyBody, type WireFault } from './wire-fault.ts'

/** What goes wrong: one entry per request, or asked for at each request, which counts from 1. Requests beyond the list are left alone. */
export type FaultPlan =
  | readonly (readonly WireFault[])[]
  | ((request: PreparedRequest, call: number) => readonly WireFault[])

/** A transport that fails as its plan says. */
export interface FaultTransport extends Transport {
  /** The requests that it was given. */
  readonly requests: readonly PreparedRequest[]
  /** Requests that have neither failed, nor ended, nor been given up by the client. */
  readonly open: number
}

/**
 * Makes a transport that does what `transport` does, and goes wrong on the way back:
 * `createFaultTransport(transport, [[{ kind: 'reset', at: 100 }], []])` breaks the first answer and leaves the second alone.
 * Delays are on `clock` (default: the machine's).
 * @throws RangeError when the place or time of a fault is none.
 */
export function createFaultTransport(
  transport: Transport,
  plan: FaultPlan,
  clock: Clock = systemClock,
): FaultTransport {
  if (typeof plan !== 'function') for (const faults of plan) assertFaults(faults)
  const requests: PreparedRequest[] = []
  const open = new Set<AbortController>()
  return {
    host: transport.host,
    requests,
    get open() {
      return open.size
    },
    async send(request, signal) {
      requests.push(request)
      const faults = (typeof plan === 'function' ? plan(request, requests.length) : plan[requests.length - 1]) ?? []
      const over = new AbortController()
      open.add(over)
      const onAbort = () => end(signal.reason)
      const end = (reason?: unknown) => {
        open.delete(over)
        signal.removeEventListener('abort', onAbort)
        over.abort(reason)
      }
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort, { once: true })
      try {
        const host: FaultHost = { wait: (ms) => waitOn(clock, ms, over.signal) }
        await beforeAnswer(faults, host)
        const { status, headers, body } = answerOf(await transport.send(request, signal), faults)
        if (signal.aborted) {
          body?.cancel().catch(ignoreBrokenBody)
          throw signal.reason
        }
        if (body === null) end()
        return { status, headers, body: body && toStream(body, faults, host, end, over.signal) }
      } catch (error) {
        end()
        throw error
      }
    },
  }
}

/** A page for people has headers of its own. */
function answerOf(response: WireResponse, faults: readonly WireFault[]): WireResponse {
  const page = faults.find((fault) => fault.kind === 'html')
  if (page === undefined) return response
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8' })
  return { status: page.status ?? 200, headers, body: response.body ?? new ReadableStream() }
}

function toStream(
  body: ReadableStream<Uint8Array>,
  faults: readonly WireFault[],
  host: FaultHost,
  end: (reason?: unknown) => void,
  over: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const leave = () => reader.cancel().catch(ignoreBrokenBody)
  const pieces = faultyBody(readPieces(reader), faults, host)
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        over.addEventListener('abort', () => {
          if (over.reason !== finished) controller.error(over.reason)
          leave()
        })
      },
      async pull(controller) {
        try {
          const next = await pieces.next()
          if (over.aborted) return
          if (next.done !== true) return controller.enqueue(next.value)
          controller.close()
          end(finished)
        } catch (error) {
          // An abort has told the reader already.
          if (over.aborted) return
          controller.error(error)
          end(finished)
        }
      },
      cancel() {
        end(finished)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Why nothing more is read, where nobody has to be told. */
const finished = Symbol('finished')

async function* readPieces(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  while (true) {
    const { done, value } = await reader.read()
    if (done) return
    // An empty piece would be asked for again at once.
    if (value.length > 0) yield value
  }
}

/** A body that fails while it is thrown away has nothing to tell. */
function ignoreBrokenBody(): void {}
