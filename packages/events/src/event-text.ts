import { isJsonObject, quote } from '@geppetto/turns'
import { EventError } from './custom-event.ts'
import type { Event } from './event.ts'

/** An event as JSON text. */
export function stringifyEvent(event: Event): string {
  return JSON.stringify(event)
}

/**
 * The event that a JSON text holds. Types and fields that this version does not know stay as they are.
 * @throws EventError `invalid_event` when it is not JSON, not an event, or of another version of the event's shape.
 */
export function parseEvent(text: string): Event {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EventError('invalid_event', `not an event, as it is not JSON: ${quote(text)}`, { cause })
  }
  if (isJsonObject(value) && value.v !== undefined && value.v !== 1)
    throw new EventError('invalid_event', `an event of version ${quote(value.v)}, where this version reads 1`)
  if (!isEvent(value)) throw new EventError('invalid_event', `not an event: ${quote(value)}`)
  return value
}

/** Asks for what all events have; of its type alone a reader decides whether it knows the rest. */
function isEvent(value: unknown): value is Event {
  return (
    isJsonObject(value) &&
    typeof value.type === 'string' &&
    value.v === 1 &&
    typeof value.seq === 'number' &&
    typeof value.time === 'number' &&
    isJsonObject(value.correlation)
  )
}
