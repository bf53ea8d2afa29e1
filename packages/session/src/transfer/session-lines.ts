import { isJsonObject, type JsonObject, quote, toErrorData } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { StoredBlob, StoredEvent } from '../contract/store.ts'
import { maxEventNumber } from '../contract/stored-field.ts'
import { fromBase64 } from '../store/base64.ts'
import { hashOf } from '../store/blobs.ts'

/** What the first line of an exported session says it is. */
export const exportFormat = 'geppetto.session'

/** The version of the lines that is written. Older ones are read for ever. */
export const exportVersion = 1

/** The highest `epoch` and `seq` of what is imported: far from {@link maxEventNumber}, up to which the session counts on. */
export const maxImportedNumber: number = maxEventNumber / 2

/** One line of an exported session. */
export type SessionLine =
  | { readonly type: 'header'; readonly sessionId: string }
  | { readonly type: 'record'; readonly record: JsonObject }
  | { readonly type: 'event'; readonly event: StoredEvent }
  | { readonly type: 'note'; readonly note: JsonObject }
  | { readonly type: 'blob'; readonly blob: StoredBlob }
  /** How many there were of each: so that a file that was cut off is not taken for a whole one. */
  | {
      readonly type: 'end'
      readonly counts: LineCounts
      readonly isRunning: boolean
      readonly checksum: string | undefined
      readonly losses: Losses
    }

/** What the store had lost when the session was exported. */
export interface Losses {
  /** The hashes of what was missing or damaged. */
  readonly blobs: readonly string[]
  /** The first record that was damaged: it and all behind it is not there. */
  readonly fromRecord: number | undefined
}

/** How many lines there are of each type. */
export interface LineCounts {
  readonly records: number
  readonly events: number
  readonly blobs: number
  /** Default: none. */
  readonly notes?: number
}

/** Reads a line. @throws SessionError `invalid_import` naming the line, `unsupported_version` */
export async function readSessionLine(text: string, line: number): Promise<SessionLine> {
  const fields = parse(text, line)
  if (fields.format !== undefined) return readHeader(fields, line)
  if (isJsonObject(fields.record)) return { type: 'record', record: fields.record }
  if (isJsonObject(fields.event)) return { type: 'event', event: readEvent(fields, fields.event, line) }
  if (isJsonObject(fields.note)) return { type: 'note', note: fields.note }
  if (typeof fields.blob === 'string') return { type: 'blob', blob: await readBlobLine(fields.blob, fields.data, line) }
  if (!isJsonObject(fields.end)) return refuseLine(line, 'it is none of an exported session')
  const { records, events, blobs, notes = 0, isRunning, checksum, damagedBlobs, damagedRecord } = fields.end
  const count = (value: unknown) =>
    isIndex(value) ? value : refuseLine(line, 'it does not tell how many lines there are')
  const counts = { records: count(records), events: count(events), blobs: count(blobs), notes: count(notes) }
  return {
    type: 'end',
    counts,
    isRunning: isRunning === true,
    checksum: typeof checksum === 'string' ? checksum : undefined,
    losses: {
      blobs: Array.isArray(damagedBlobs) ? damagedBlobs.filter((hash) => typeof hash === 'string') : [],
      fromRecord: isIndex(damagedRecord) ? damagedRecord : undefined,
    },
  }
}

/** @throws SessionError `invalid_import` */
export function refuseLine(line: number, why: string, cause?: unknown): never {
  throw new SessionError('invalid_import', `line ${line} cannot be imported: ${why}`, { cause })
}

function parse(text: string, line: number): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    return refuseLine(line, `it is not JSON: ${toErrorData(cause).message}`, cause)
  }
  return isJsonObject(value) ? value : refuseLine(line, `it must be an object, not ${quote(value)}`)
}

function readHeader({ format, v, sessionId }: JsonObject, line: number): SessionLine {
  if (format !== exportFormat) return refuseLine(line, `its format is ${quote(format)}, not ${exportFormat}`)
  if (!isIndex(v) || v === 0) return refuseLine(line, `v must be the number of the format’s version, not ${quote(v)}`)
  if (v > exportVersion)
    throw new SessionError(
      'unsupported_version',
      `the session is exported in version ${v} of the format, and this package reads up to ${exportVersion}: upgrade @geppetto/session`,
      { field: 'v' },
    )
  if (typeof sessionId === 'string' && sessionId !== '') return { type: 'header', sessionId }
  return refuseLine(line, `sessionId must be a text, not ${quote(sessionId)}`)
}

function readEvent({ epoch, seq, deltaOf }: JsonObject, event: JsonObject, line: number): StoredEvent {
  if (!isIndex(epoch) || !isIndex(seq)) return refuseLine(line, 'an event needs an epoch and a seq')
  if (epoch > maxImportedNumber || seq > maxImportedNumber)
    return refuseLine(line, 'the epoch and the seq of an event must be at most 2 ** 51')
  if (deltaOf === undefined) return { epoch, seq, event }
  return typeof deltaOf === 'string' ? { epoch, seq, deltaOf, event } : refuseLine(line, 'deltaOf must be a text')
}

async function readBlobLine(hash: string, data: unknown, line: number): Promise<StoredBlob> {
  const bytes = typeof data === 'string' ? fromBase64(data) : undefined
  if (bytes === undefined) return refuseLine(line, `the blob ${hash} has no base64`)
  return ((await hashOf(bytes)) ?? hash) === hash
    ? { hash, bytes }
    : refuseLine(line, `the blob ${hash} has other bytes`)
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
