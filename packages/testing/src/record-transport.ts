import type { PreparedRequest, Transport, WireResponse } from '@geppetto/engine'
import { type JsonValue, toErrorData } from '@geppetto/turns'
import type { RecordedExchange } from './cassette.ts'
import { bodyData } from './describe-difference.ts'
import type { Draft, Tape } from './tape.ts'
import { toChunk, type WireAnswer, type WireChunk } from './wire-exchange.ts'

/** Headers that may let somebody in. */
const secretHeaders: ReadonlySet<string> = new Set(['set-cookie', 'authorization', 'www-authenticate', 'x-api-key'])

/** The transport, with all that goes through it written to the tape. */
export function recordTransport(transport: Transport, tape: Tape): Transport {
  return {
    host: transport.host,
    async send(request, signal) {
      const sentAtMs = tape.now()
      const exchange: Draft<RecordedExchange> = { sentAtMs, host: transport.host, request: recordRequest(request) }
      tape.exchanges.push(exchange)
      const now = () => tape.now() - sentAtMs
      try {
        return recordResponse(await transport.send(request, signal), exchange, now, signal)
      } catch (error) {
        const stopped = signal.aborted ? ({ isStopped: true } as const) : undefined
        exchange.failure = { atMs: now(), error: toErrorData(error), ...stopped }
        throw error
      }
    },
  }
}

/** A request as a cassette has it. */
export function recordRequest({ method, path, body }: PreparedRequest): RecordedExchange['request'] {
  // True because it comes out of JSON.parse, or is a text.
  return { method, path, body: bodyData(body) as JsonValue }
}

function recordResponse(
  response: WireResponse,
  exchange: Draft<RecordedExchange>,
  now: () => number,
  signal: AbortSignal,
): WireResponse {
  const chunks: WireChunk[] = []
  const headers: Record<string, string> = {}
  const get = (name: string): string | null => {
    const value = response.headers.get(name)
    const key = name.toLowerCase()
    if (value !== null && !secretHeaders.has(key)) headers[key] = value
    return value
  }
  // Whoever replays it over HTTP needs it, also when this client does not look.
  get('content-type')
  const answer: Draft<WireAnswer> = { atMs: now(), status: response.status, headers, body: chunks }
  exchange.response = answer
  const end = (kind: 'whole' | 'broken' | 'left', error?: unknown) => {
    answer.end = { kind, atMs: now(), ...(error === undefined ? undefined : { error: toErrorData(error) }) }
  }
  return { status: response.status, headers: { get }, body: response.body && recordBody(response.body) }

  function recordBody(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader()
    // What nobody has read to its end by the end of the session counts as left.
    end('left')
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { done, value } = await reader.read()
            if (!done) {
              chunks.push(toChunk(value, now()))
              controller.enqueue(value)
              return end('left')
            }
            end(signal.aborted ? 'left' : 'whole')
            controller.close()
          } catch (error) {
            if (signal.aborted) end('left')
            else end('broken', error)
            controller.error(error)
          }
        },
        cancel(reason) {
          end('left')
          return reader.cancel(reason)
        },
      },
      { highWaterMark: 0 },
    )
  }
}
