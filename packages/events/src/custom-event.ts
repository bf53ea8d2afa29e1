import { findNonJson, formatIssues, GeppettoError, isOfFamily, type JsonValue, type Schema } from '@geppetto/turns'
import type { CustomEvent, Event, EventDraft } from './event.ts'

/** What can be wrong with what an application publishes or wires. */
export type EventErrorCode =
  | 'invalid_event'
  | 'invalid_event_type'
  | 'event_not_public'
  | 'invalid_sink'
  | 'duplicate_handler'
  | 'handler_failed'
  | 'router_running'
  | 'router_closed'

/** Thrown by what makes events and by the router. */
export class EventError extends GeppettoError {
  override readonly name = 'EventError'
  declare readonly code: EventErrorCode

  constructor(code: EventErrorCode, message: string, options?: ErrorOptions) {
    super('geppetto/events', code, message, options)
  }
}

/** Whether `error` is an {@link EventError}. */
export function isEventError(error: unknown): error is EventError {
  return isOfFamily(error, 'geppetto/events')
}

/** An application's own event, to be published. */
export type CustomEventDraft = Extract<EventDraft, { readonly type: 'custom' }>

/** An application's own event type. */
export interface EventDefinition<T> {
  readonly name: string
  /** A draft to publish. @throws EventError `invalid_event` when the data does not fit the schema, or JSON cannot hold it. */
  create(data: T): CustomEventDraft
  /** The data of an event of this type, checked; undefined for any other event. @throws EventError `invalid_event` */
  read(event: Event): T | undefined
}

/**
 * Registers an event type of the application's own. Its data must be JSON, which `create` checks; interfaces are welcome.
 * @param name say whose it is: `acme.order-placed`.
 * @throws EventError `invalid_event_type` when the name has no dot in it.
 */
export function defineEvent<T>(name: string, schema: Schema<T>): EventDefinition<T> {
  if (!/^[^.\s]+\.\S+$/.test(name))
    throw new EventError(
      'invalid_event_type',
      `an event's name must say whose it is, as in acme.order-placed, not ${name}`,
    )
  const check = (data: unknown): T => {
    const result = schema['~standard'].validate(data)
    if (result instanceof Promise)
      throw new EventError('invalid_event_type', `the schema of ${name} is asynchronous; an event's schema must not be`)
    if (result.issues !== undefined) throw new EventError('invalid_event', `${name}: ${formatIssues(result.issues)}`)
    return result.value
  }
  return Object.freeze({
    name,
    create: (data: T): CustomEventDraft => {
      const checked: unknown = check(data)
      assertJson(checked, `data of ${name}`)
      return { type: 'custom', name, data: checked }
    },
    read: (event: Event): T | undefined => (isCustomOf(event, name) ? check(event.data) : undefined),
  })
}

function assertJson(data: unknown, what: string): asserts data is JsonValue {
  const problem = findNonJson(data, what)
  if (problem !== undefined) throw new EventError('invalid_event', problem)
}

function isCustomOf(event: Event, name: string): event is CustomEvent {
  return event.type === 'custom' && event.name === name
}
