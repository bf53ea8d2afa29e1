import {
  type Block,
  type ErrorData,
  findNonJson,
  frozenJson,
  isJsonObject,
  isStopReason,
  type JsonObject,
  type StopReason,
  type Usage,
} from '@geppetto/turns'
import type { RunResult } from './run-result.ts'
import { SessionError } from './session-error.ts'
import type { SessionMetadata, StoredRecord } from './store.ts'
import {
  type RecordPlace,
  refuse,
  requireIndex,
  requireObject,
  requireText,
  requireTexts,
  requireTime,
} from './stored-field.ts'
import type { TurnChange } from './turn-change.ts'
import { decodeChange, encodeChange } from './turn-record.ts'

/** One entry of a session's log, as a session speaks of it. */
export type SessionRecord =
  | { readonly type: 'session'; readonly metadata: SessionMetadata }
  /** A turn that is new, which is the latest from here on, or a further state of one that is known. */
  | { readonly type: 'turn'; readonly turn: TurnChange }
  /** Another turn is the latest from here on. */
  | { readonly type: 'head'; readonly turnId: string }
  /** Turns have nothing left to run of which no record of a run says so: those of a fork, say. */
  | { readonly type: 'completed'; readonly turnIds: readonly string[] }
  | {
      readonly type: 'run-started'
      readonly runId: string
      readonly turnId: string
      readonly startedAt: number
      /** Of its events. */
      readonly epoch: number
      /** The number of the last event before it. */
      readonly seq: number
    }
  /** The turn as it stands here is what a step, or its provider call, has reached by the event `seq`. */
  | { readonly type: 'step-reached'; readonly runId: string; readonly seq: number }
  /** A tool with side effects is about to be started for this call: from here on it may have run. */
  | { readonly type: 'call-started'; readonly runId: string; readonly callId: string; readonly startedAt: number }
  | {
      readonly type: 'run-settled'
      readonly runId: string
      readonly turnId: string
      readonly status: RunResult['status']
      readonly stop: StopReason
      readonly usage?: Usage
      readonly error?: ErrorData
      readonly settledAt: number
      /** Its last event. */
      readonly epoch: number
      readonly seq: number
    }

/** A record about a run. */
export type RunRecord = Extract<
  SessionRecord,
  { readonly type: 'run-started' | 'step-reached' | 'call-started' | 'run-settled' }
>

/** The version of the format that is written. Older ones are read for ever. */
export const recordVersion = 1

/**
 * The record as plain data; `encode` makes that of a block.
 * @throws SessionError `invalid_stored_session` when it holds what could not be read back
 */
export function encodeRecord(record: SessionRecord, encode?: (block: Block) => JsonObject): StoredRecord {
  const stored: unknown = record.type === 'turn' ? { ...record, turn: encodeChange(record.turn, encode) } : record
  const problem = findNonJson(stored, record.type)
  if (problem !== undefined || !isJsonObject(stored))
    throw new SessionError('invalid_stored_session', `the session cannot be stored: ${problem}`)
  return { ...stored, v: recordVersion, type: record.type }
}

const statuses: Readonly<Record<RunResult['status'], true>> = {
  completed: true,
  cancelled: true,
  failed: true,
  waiting: true,
}

/**
 * Reads a record from plain data, which is frozen in place. Unknown fields stay on their objects; a record of a type that this version
 * does not know is undefined, and stays in the store.
 * @throws SessionError `invalid_stored_session` naming record and field, `unsupported_version` when a newer version wrote it
 */
export function decodeRecord(stored: unknown, place: RecordPlace): SessionRecord | undefined {
  const record = requireObject(place, stored, 'record')
  requireVersion(place, record.v)
  const type = requireText(place, record.type, 'type')
  switch (type) {
    case 'session': {
      const metadata = requireObject(place, record.metadata, 'metadata')
      const problem = findNonJson(metadata, 'metadata')
      if (problem !== undefined) refuse(place, 'metadata', problem)
      return { type, metadata: frozenJson(metadata, 'metadata') }
    }
    case 'turn':
      return { type, turn: decodeChange(place, record.turn) }
    case 'head':
      return { type, turnId: requireText(place, record.turnId, 'turnId') }
    case 'completed':
      return { type, turnIds: requireTexts(place, record.turnIds, 'turnIds') }
    case 'run-started':
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        turnId: requireText(place, record.turnId, 'turnId'),
        startedAt: requireTime(place, record.startedAt, 'startedAt'),
        epoch: requireIndex(place, record.epoch, 'epoch'),
        seq: requireIndex(place, record.seq, 'seq'),
      }
    case 'step-reached':
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        seq: requireIndex(place, record.seq, 'seq'),
      }
    case 'call-started':
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        callId: requireText(place, record.callId, 'callId'),
        startedAt: requireTime(place, record.startedAt, 'startedAt'),
      }
    case 'run-settled': {
      const { status } = record
      if (!isStatus(status)) return refuse(place, 'status', `status must be one of ${Object.keys(statuses).join(', ')}`)
      const stop = requireText(place, record.stop, 'stop')
      if (record.usage !== undefined) requireObject(place, record.usage, 'usage')
      if (!isStopReason(stop)) return refuse(place, 'stop', `stop is ${stop}, which is no stop reason`)
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        turnId: requireText(place, record.turnId, 'turnId'),
        status,
        stop,
        settledAt: requireTime(place, record.settledAt, 'settledAt'),
        epoch: requireIndex(place, record.epoch, 'epoch'),
        seq: requireIndex(place, record.seq, 'seq'),
      }
    }
    default:
      return undefined
  }
}

function isStatus(value: unknown): value is RunResult['status'] {
  return typeof value === 'string' && Object.hasOwn(statuses, value)
}

function requireVersion(place: RecordPlace, value: unknown): void {
  const version = requireIndex(place, value, 'v')
  if (version === 0) refuse(place, 'v', 'v must be the number of the format’s version, from 1')
  if (version > recordVersion)
    throw new SessionError(
      'unsupported_version',
      `record ${place.record} of session ${place.sessionId} is stored in version ${version} of the format, and this package reads up to ${recordVersion}: upgrade @geppetto/session`,
      { record: place.record, field: 'v' },
    )
}
