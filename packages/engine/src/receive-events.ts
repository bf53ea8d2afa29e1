import { hubFrom } from '@geppetto/events'
import { isJsonObject } from '@geppetto/turns'
import type { Decoder } from './adapter.ts'
import type { BodyTaker } from './answer-body.ts'
import { decoding } from './decoding.ts'
import { EngineError } from './engine-error.ts'
import { maxForeignLength } from './not-the-api.ts'
import type { ProviderCall } from './provider-call.ts'
import type { Wish } from './read-body.ts'
import type { Exchange } from './receive.ts'
import { createSseReader, type SseReader, type SseTaker } from './sse.ts'
import type { CallTimer } from './time-limits.ts'

/** Reads a stream of events into the call. @param onNothing makes the error for a body that held other lines and no event. */
export function eventTaker(exchange: Exchange, onNothing: (lines: string) => EngineError): BodyTaker {
  return new EventTaker(exchange, onNothing)
}

/** Every delta comes through it. */
class EventTaker implements BodyTaker, SseTaker {
  readonly #call: ProviderCall
  readonly #timer: CallTimer
  readonly #signal: AbortSignal
  readonly #decoder: Decoder
  readonly #reader: SseReader
  readonly #onNothing: (lines: string) => EngineError
  #events = 0
  #seenActivity = -1
  #otherLines = ''

  constructor({ adapter, call, timer, signal }: Exchange, onNothing: (lines: string) => EngineError) {
    this.#call = call
    this.#timer = timer
    this.#signal = signal
    this.#decoder = adapter.decode(call)
    this.#reader = createSseReader(this)
    this.#onNothing = onNothing
  }

  take(bytes: Uint8Array): Wish {
    const call = this.#call
    if (call.isStopped) return 'stop-soon'
    this.#read(bytes)
    if (call.failure !== undefined) return 'stop'
    if (call.isStopped) {
      this.#timer.stop()
      return 'stop-soon'
    }
    if (this.#events > 0 && call.activity !== this.#seenActivity) {
      this.#seenActivity = call.activity
      this.#timer.touch()
    }
    const { pressure } = call
    if (pressure === undefined) return undefined
    this.#timer.hold()
    return pressure.then(() => this.#timer.resume())
  }

  event(name: string, data: string): void {
    this.#events++
    // Some hosts keep a connection open with events that hold nothing.
    if (data === '') return
    // Nothing belongs to the answer after its end, an error in it, or an abort from inside a sink.
    const call = this.#call
    if (!call.isStopped && call.failure === undefined && !this.#signal.aborted) this.#decoder.event(name, data)
  }

  other(line: string): void {
    if (this.#otherLines.length < maxForeignLength) this.#otherLines += `${line}\n`
  }

  end(): void {
    this.#reader.end()
    if (this.#call.isStopped || this.#call.failure !== undefined) return
    const error = bareError(this.#otherLines)
    if (error !== undefined) return this.#call.fail(error)
    if (this.#events === 0 && this.#otherLines.trim() !== '') throw this.#onNothing(this.#otherLines)
    if (this.#events === 0) throw new EngineError('protocol', 'the answer is empty: not one event was in it')
    decoding(() => this.#decoder.end())
  }

  #read(bytes: Uint8Array): void {
    const hub = hubFrom(this.#call.ctx)
    if (hub !== undefined) hub.arrivedAt = this.#timer.heardAt
    try {
      decoding(() => this.#reader.push(bytes))
    } finally {
      if (hub !== undefined) hub.arrivedAt = undefined
    }
  }
}

/** An error that a host writes into its stream as it would write it alone, and not as an event. */
function bareError(lines: string): unknown {
  if (!lines.trimStart().startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(lines)
    return isJsonObject(value) && (value.error ?? value.detail ?? value.message) !== undefined ? value : undefined
  } catch {
    // Whatever it was: without its end the answer is an error anyway.
    return undefined
  }
}
