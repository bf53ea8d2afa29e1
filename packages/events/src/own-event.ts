import { adoptFields, isTurnError } from '@geppetto/turns'
import type { Event } from './event.ts'
import { frozenCopy } from './frozen-copy.ts'

/**
 * An event that was just made, so that nobody can change it, and known as ours from here on: neither the journal nor a store need look into it again. What an
 * application said that is no JSON is taken as it is.
 */
export function ownEvent(event: Event): Event {
  try {
    return adoptFields(event, 'event')
  } catch (error) {
    if (!isTurnError(error)) throw error
    return frozenCopy(event)
  }
}
