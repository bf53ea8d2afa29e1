import type { EventDraft } from '@geppetto/events'
import { type ErrorData, isJsonObject, type JsonObject, type JsonValue, quote } from '@geppetto/turns'
import { ReplayError } from './replay-error.ts'
import type { WireAnswer, WireExchange } from './wire-exchange.ts'

/** A recorded session as plain JSON, to be kept in a file. All times are milliseconds, `…atMs` since `startedAt`. */
export interface Cassette {
  readonly format: 'geppetto-cassette'
  readonly version: 1
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** The ids that were given, by their prefix. */
  readonly ids: { readonly [prefix: string]: readonly string[] }
  /** In the order of the requests. A replay server takes them too. */
  readonly exchanges: readonly RecordedExchange[]
  /** In the order in which the tools were started. */
  readonly toolCalls: readonly RecordedToolCall[]
}

/** One request and what came of it. Request headers are not kept; of the response's, those that were read. */
export interface RecordedExchange extends WireExchange {
  readonly sentAtMs: number
  readonly host: string
  readonly request: { readonly method: string; readonly path: string; readonly body: JsonValue }
  /** Its times are milliseconds since the request. Absent: there was none. */
  readonly response?: WireAnswer
  /** Why there was no response; absent when it still was to come at the end of the session. */
  readonly failure?: RecordedFailure
}

/** What was thrown, and how long after the start of what failed. */
interface RecordedFailure {
  readonly atMs: number
  readonly error: ErrorData
  /** It had been told to stop before. */
  readonly isStopped?: true
}

/** One execution of a tool. Its end is absent when it had not ended with the session. */
export interface RecordedToolCall {
  readonly startedAtMs: number
  readonly name: string
  readonly callId: string
  readonly input: JsonValue
  /** What the tool published while it ran; times are milliseconds since its start. */
  readonly published: readonly { readonly atMs: number; readonly event: EventDraft }[]
  readonly end?: RecordedToolEnd
}

/** How an execution ended, in milliseconds since its start: with an output (absent for none), or an error. */
export interface RecordedToolEnd {
  readonly atMs: number
  readonly output?: JsonValue
  readonly error?: ErrorData
  /** It had been told to stop before. */
  readonly isStopped?: true
}

/** Checks that data, as read from a file, is a cassette. @throws ReplayError `invalid_cassette` saying what is wrong. */
export function parseCassette(data: unknown): Cassette {
  if (!isJsonObject(data) || data.format !== 'geppetto-cassette')
    throw invalid('it is no cassette: its `format` must be "geppetto-cassette"')
  if (data.version !== 1) throw invalid(`it has version ${quote(data.version)}, and this package reads version 1`)
  if (typeof data.startedAt !== 'number') throw invalid('startedAt must be milliseconds since the epoch')
  const { ids, exchanges, toolCalls } = data
  if (!isJsonObject(ids) || !Object.values(ids).every(isTexts)) throw invalid('ids must be lists of texts by prefix')
  if (!isList(exchanges)) throw invalid('exchanges must be a list')
  if (!isList(toolCalls)) throw invalid('toolCalls must be a list')
  for (const [index, exchange] of exchanges.entries())
    if (!isJsonObject(exchange) || typeof exchange.host !== 'string' || !isJsonObject(exchange.request))
      throw invalid(`exchanges[${index}] must have a host and a request`)
  for (const [index, call] of toolCalls.entries())
    if (!isJsonObject(call) || typeof call.name !== 'string' || !isList(call.published))
      throw invalid(`toolCalls[${index}] must have a name, and a list of what it published`)
  // True as far as it was checked; what is deeper was written by recordSession, or is found when it is played.
  return data as JsonObject & Cassette
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isTexts(value: unknown): boolean {
  return isList(value) && value.every((item) => typeof item === 'string')
}

function invalid(problem: string): ReplayError {
  return new ReplayError('invalid_cassette', `this cassette cannot be played: ${problem}`)
}
