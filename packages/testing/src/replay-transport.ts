import { EngineError, type Transport, type WireResponse } from '@geppetto/engine'
import type { RecordedExchange } from './cassette.ts'
import { requestDifferences } from './describe-difference.ts'
import { recordRequest } from './record-transport.ts'
import type { Replay } from './reel.ts'
import { restoreError } from './restore-error.ts'
import { scrubJson } from './scrub.ts'
import { untilRecorded, untilStopped } from './until-recorded.ts'
import { chunkBytes, chunksOf, headerOf, type WireAnswer } from './wire-exchange.ts'

/** A transport that answers from the recording. */
export function replayTransport(host: string, replay: Replay): Transport {
  return {
    host,
    async send(request, signal) {
      const startedAt = replay.clock.now()
      const asked = scrubJson(recordRequest(request), replay.scrub)
      const found = replay.exchanges.take((recorded) => [
        ...(recorded.host === host ? [] : [`host: expected ${recorded.host}, got ${host}`]),
        ...requestDifferences(recorded.request, asked),
      ])
      // Not to be tried again: the next answer would be that of another question.
      if (typeof found === 'string')
        throw new EngineError('invalid_request', found, { retryable: false, cause: replay.fail(found) })
      const { response, failure } = found
      const at = (atMs = 0) => startedAt + atMs
      if (response === undefined) {
        if (failure === undefined || failure.isStopped === true)
          await untilStopped(replay, failure && at(failure.atMs), signal, what(found))
        else await untilRecorded(replay, at(failure.atMs), signal)
        throw restoreError(failure?.error)
      }
      await untilRecorded(replay, at(response.atMs), signal)
      return playResponse(response, { replay, signal, at, what: what(found) })
    },
  }
}

function what({ request }: RecordedExchange): string {
  return `the request ${request.method} ${request.path}`
}

interface Playing {
  readonly replay: Replay
  readonly signal: AbortSignal
  readonly what: string
  at(atMs?: number): number
}

function playResponse(response: WireAnswer, playing: Playing): WireResponse {
  const { replay, signal, at } = playing
  const chunks = chunksOf(response)
  const { end } = response
  const left = new AbortController()
  let next = 0
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const over = AbortSignal.any([signal, left.signal])
          const chunk = chunks[next++]
          if (chunk !== undefined) {
            await untilRecorded(replay, at(chunk.atMs), over)
            return controller.enqueue(chunkBytes(chunk))
          }
          if (end?.kind === 'left') await untilStopped(replay, at(end.atMs), over, playing.what)
          await untilRecorded(replay, at(end?.atMs), over)
          if (end?.kind === 'broken') throw restoreError(end.error)
          controller.close()
        } catch (error) {
          // Whoever left does not read.
          if (!left.signal.aborted) controller.error(error)
        }
      },
      cancel() {
        left.abort()
      },
    },
    { highWaterMark: 0 },
  )
  return { status: response.status ?? 200, headers: { get: (name) => headerOf(response, name) }, body }
}
