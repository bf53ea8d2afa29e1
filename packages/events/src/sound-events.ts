import { isJsonObject } from '@geppetto/turns'
import type { Event } from './event.ts'

/** Those of the events that can be read at all: a log from elsewhere may hold anything. */
export function soundEvents(events: Iterable<Event>): readonly Event[] {
  return [...events].filter(isSound)
}

function isSound(event: unknown): boolean {
  return isJsonObject(event) && typeof event.type === 'string' && isJsonObject(event.correlation)
}
