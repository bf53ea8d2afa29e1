import { type Context, type ContextKey, createContextKey, withValue } from '@geppetto/context'
import { correlationFrom } from './correlation.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { assertPublic, type PublicEventDraft } from './public-draft.ts'
import type { EventSink } from './sink.ts'

const hubKey: ContextKey<EventHub> = createContextKey('event hub')

/** A context whose events reach these sinks too. The only way to attach sinks to an engine or a tool. A sink that is there already is not served twice. @throws EventError `invalid_sink` */
export function withEventSinks(ctx: Context, ...sinks: readonly EventSink[]): Context {
  const hub = hubFrom(ctx)
  return withHub(ctx, hub === undefined ? createEventHub({ clock: ctx.clock, sinks }) : hub.extend(sinks))
}

/** The sinks on the context. */
export function eventSinksFrom(ctx: Context): readonly EventSink[] {
  return hubFrom(ctx)?.sinks ?? []
}

/**
 * Publishes an event to the sinks of the context; does nothing where there are none, and after the run is over.
 * Delivery is synchronous. The returned promise, if there is one, is the sinks' back-pressure: await it before publishing much more.
 * @throws EventError `event_not_public` at an event that is not the caller's to publish: of a segment, a provider call, a run.
 */
export function publish(ctx: Context, draft: PublicEventDraft): void | Promise<void> {
  assertPublic(draft)
  const hub = hubFrom(ctx)
  if (hub === undefined || hub.isClosed) return
  hub.publish(draft, correlationFrom(ctx))
  return hub.pressure
}

/** The hub on the context. */
export function hubFrom(ctx: Context): EventHub | undefined {
  return ctx.get(hubKey)
}

/** A context that publishes to `hub`, in place of the one that it had. */
export function withHub(ctx: Context, hub: EventHub): Context {
  return withValue(ctx, hubKey, hub)
}
