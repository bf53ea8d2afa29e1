import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { Event } from './event.ts'

/** Those of the events that can be read at all: a log from elsewhere may hold anything. */
export function soundEvents(events: Iterable<Event>): readonly Event[] {
  return [...events].filter(isSound)
}

/** Whether plain data, as from a store, can be read as an event of this version. Its own fields are not looked at. */
export function isEvent(value: unknown): value is Event {
  return isSound(value) && value.v === 1 && Number.isSafeInteger(value.seq) && typeof value.time === 'number'
}

/** Whether it can be read as an event at all. */
export function isSound(event: unknown): event is JsonObject {
  return isJsonObject(event) && typeof event.type === 'string' && isJsonObject(event.correlation)
}
