import { isJsonObject } from '@geppetto/turns'
import type { BodyTaker } from './answer-body.ts'
import { decoding } from './decoding.ts'
import { EngineError } from './engine-error.ts'
import { maxForeignLength } from './not-the-api.ts'
import type { Exchange } from './receive.ts'
import { createSseReader } from './sse.ts'

/** Reads a stream of events into the call. @param onNothing makes the error for a body that held other lines and no event. */
export function eventTaker(exchange: Exchange, onNothing: (lines: string) => EngineError): BodyTaker {
  const { adapter, call, timer, signal } = exchange
  const decoder = adapter.decode(call)
  let events = 0
  let seenActivity = -1
  let otherLines = ''
  const reader = createSseReader(
    (name, data) => {
      events++
      // Some hosts keep a connection open with events that hold nothing.
      if (data === '') return
      // Nothing belongs to the answer after its end, an error in it, or an abort from inside a sink.
      if (!call.isStopped && call.failure === undefined && !signal.aborted) decoder.event(name, data)
    },
    (line) => {
      if (otherLines.length < maxForeignLength) otherLines += `${line}\n`
    },
  )
  return {
    take(bytes) {
      if (call.isStopped) return 'stop-soon'
      decoding(() => reader.push(bytes))
      if (call.failure !== undefined) return 'stop'
      if (call.isStopped) {
        timer.stop()
        return 'stop-soon'
      }
      if (events > 0 && call.activity !== seenActivity) {
        seenActivity = call.activity
        timer.touch()
      }
      const { pressure } = call
      if (pressure === undefined) return undefined
      timer.hold()
      return pressure.then(() => timer.resume())
    },
    end() {
      reader.end()
      if (call.isStopped || call.failure !== undefined) return
      const error = bareError(otherLines)
      if (error !== undefined) return call.fail(error)
      if (events === 0 && otherLines.trim() !== '') throw onNothing(otherLines)
      if (events === 0) throw new EngineError('protocol', 'the answer is empty: not one event was in it')
      decoding(() => decoder.end())
    },
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
