import { isStopReason, type JsonObject, type StopReason } from '@geppetto/turns'
import { type RunRequest, readRequest } from '../contract/run-request.ts'
import type { RunResult } from '../contract/run-result.ts'
import type { RunSummary } from '../contract/run-summary.ts'
import { type RecordPlace, refuse, requireEventNumber, requireText, requireTime } from '../contract/stored-field.ts'
import { readErrorData, readUsage } from './stored-facts.ts'

/** A record about a run. */
export type RunRecord =
  | (Partial<RunRequest> & {
      readonly type: 'run-started'
      readonly runId: string
      readonly turnId: string
      readonly startedAt: number
      /** Of its events. */
      readonly epoch: number
      /** The number of the last event before it. */
      readonly seq: number
    })
  /** The turn as it stands here is what a step, or its provider call, has reached by the event `seq`. */
  | { readonly type: 'step-reached'; readonly runId: string; readonly seq: number }
  /** A tool with side effects is about to be started for this call: from here on it may have run. */
  | { readonly type: 'call-started'; readonly runId: string; readonly callId: string; readonly startedAt: number }
  | (RunSummary &
      Pick<Partial<RunRequest>, 'promptDigest'> & {
        readonly type: 'run-settled'
        readonly settledAt: number
        /** Its last event. */
        readonly epoch: number
        readonly seq: number
      })

const statuses: Readonly<Record<RunResult['status'], true>> = {
  completed: true,
  cancelled: true,
  failed: true,
  waiting: true,
}

/** Reads a record about a run; undefined where its type is none of theirs. @throws SessionError `invalid_stored_session` */
export function decodeRunRecord(place: RecordPlace, type: string, record: JsonObject): RunRecord | undefined {
  switch (type) {
    case 'run-started':
      return withRequest(place, record, {
        type,
        runId: requireText(place, record.runId, 'runId'),
        turnId: requireText(place, record.turnId, 'turnId'),
        startedAt: requireTime(place, record.startedAt, 'startedAt'),
        epoch: requireEventNumber(place, record.epoch, 'epoch'),
        seq: requireEventNumber(place, record.seq, 'seq'),
      })
    case 'step-reached':
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        seq: requireEventNumber(place, record.seq, 'seq'),
      }
    case 'call-started':
      return {
        type,
        runId: requireText(place, record.runId, 'runId'),
        callId: requireText(place, record.callId, 'callId'),
        startedAt: requireTime(place, record.startedAt, 'startedAt'),
      }
    case 'run-settled': {
      const { status, usage, error } = record
      if (!isStatus(status)) return refuse(place, 'status', `status must be one of ${Object.keys(statuses).join(', ')}`)
      return withRequest(place, record, {
        type,
        runId: requireText(place, record.runId, 'runId'),
        turnId: requireText(place, record.turnId, 'turnId'),
        status,
        stop: requireStop(place, record.stop),
        ...(usage === undefined ? undefined : { usage: readUsage(place, usage, 'usage') }),
        ...(error === undefined ? undefined : { error: readErrorData(place, error, 'error') }),
        settledAt: requireTime(place, record.settledAt, 'settledAt'),
        epoch: requireEventNumber(place, record.epoch, 'epoch'),
        seq: requireEventNumber(place, record.seq, 'seq'),
      })
    }
    default:
      return undefined
  }
}

/** Most runs are for none, and a session that is opened has many. */
function withRequest<Run extends RunRecord>(place: RecordPlace, record: JsonObject, run: Run): Run {
  if (record.requestId === undefined && record.promptDigest === undefined) return run
  return { ...run, ...readRequest(place, record) }
}

/** @throws SessionError `invalid_stored_session` */
export function requireStop(place: RecordPlace, value: unknown): StopReason {
  const stop = requireText(place, value, 'stop')
  return isStopReason(stop) ? stop : refuse(place, 'stop', `stop is ${stop}, which is no stop reason`)
}

function isStatus(value: unknown): value is RunResult['status'] {
  return typeof value === 'string' && Object.hasOwn(statuses, value)
}
