import { isJsonObject, type JsonObject, quote } from '@geppetto/turns'
import { SessionError } from './session-error.ts'

/** Where a record stands, for error messages. */
export interface RecordPlace {
  readonly sessionId: string
  /** From 0. */
  readonly record: number
}

/** @throws SessionError `invalid_stored_session` */
export function refuse(place: RecordPlace, field: string, why: string, cause?: unknown): never {
  const { sessionId, record } = place
  throw new SessionError('invalid_stored_session', `record ${record} of session ${sessionId} cannot be read: ${why}`, {
    record,
    field,
    ...(cause === undefined ? undefined : { cause }),
  })
}

/** @throws SessionError `invalid_stored_session` */
export function requireObject(place: RecordPlace, value: unknown, field: string): JsonObject {
  return isJsonObject(value) ? value : refuse(place, field, `${field} must be an object, not ${quote(value)}`)
}

/** @throws SessionError `invalid_stored_session` */
export function requireText(place: RecordPlace, value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value
  return refuse(place, field, `${field} must be a text, not ${quote(value)}`)
}

/** @throws SessionError `invalid_stored_session` */
export function requireTime(place: RecordPlace, value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return refuse(place, field, `${field} must be a time in milliseconds, not ${quote(value)}`)
}

/** @throws SessionError `invalid_stored_session` */
export function requireIndex(place: RecordPlace, value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  return refuse(place, field, `${field} must be a whole number of at least 0, not ${quote(value)}`)
}

/** No event of a session comes so far that it had counted to it: what says so was forged, and would leave no number for what comes next. */
export const maxEventNumber: number = 2 ** 52

/** The `epoch` or `seq` of an event. @throws SessionError `invalid_stored_session` */
export function requireEventNumber(place: RecordPlace, value: unknown, field: string): number {
  const number = requireIndex(place, value, field)
  return number <= maxEventNumber ? number : refuse(place, field, `${field} must be at most 2 ** 52, not ${number}`)
}

/** @throws SessionError `invalid_stored_session` */
export function requireTexts(place: RecordPlace, value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value)) return refuse(place, field, `${field} must be a list, not ${quote(value)}`)
  return value.map((text: unknown, index) => requireText(place, text, `${field}[${index}]`))
}
