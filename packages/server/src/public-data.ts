import type { Event } from '@geppetto/events'
import { defined, type ErrorData, isJsonObject, type ProviderCallRecord } from '@geppetto/turns'

/** The errors whose messages are made for people who use a program. What others say may name files, hosts and keys of the server. */
const publicErrors: ReadonlySet<string> = new Set([
  'EngineError',
  'TurnShrunkError',
  'TurnError',
  'ToolError',
  'SessionBusyError',
  'SessionConflictError',
  'SessionError',
])
const privateCodes: ReadonlySet<string> = new Set(['internal', 'unknown', 'store_failed', 'invalid_stored_session'])

/** The error as callers may see it: never its causes, and nothing of an error that was not made for them. */
export function publicError(error: ErrorData): ErrorData {
  const { cause: _, ...facts } = error
  if (publicErrors.has(error.name) && !privateCodes.has(error.code)) return facts
  const { retryable, status } = error
  return { name: 'Error', code: 'internal', message: 'The server met an error.', ...defined({ retryable, status }) }
}

/** The record of a provider call as callers may see it. */
export function publicCall(record: ProviderCallRecord): ProviderCallRecord {
  return record.error === undefined ? record : { ...record, error: publicError(record.error) }
}

/** The event as callers may see it; undefined where it is for who runs the server alone. */
export function publicEvent(event: Event): Event | undefined {
  switch (event.type) {
    case 'log':
      return undefined
    case 'run-failed':
    case 'provider-call-retried':
      return { ...event, error: publicError(event.error) }
    case 'provider-call-finished':
      return isJsonObject(event.record) ? { ...event, record: publicCall(event.record) } : event
    default:
      return event
  }
}
