import type { Context } from '@geppetto/context'
import type { ContentPart, JsonValue, Schema } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { CustomEvent, Event, EventOf, EventSink, EventType, TextDeltaEvent } from './index.ts'
import { coalesce, defineEvent, publish, withEventSinks } from './index.ts'

declare const ctx: Context
declare const event: Event

// The type says what an event holds.
if (event.type === 'text-delta') {
  expectTypeOf(event).toEqualTypeOf<TextDeltaEvent>()
  expectTypeOf(event.delta).toEqualTypeOf<string>()
}
if (event.type === 'tool-execution-finished') expectTypeOf(event.content).toEqualTypeOf<readonly ContentPart[]>()
if (event.type === 'custom') expectTypeOf(event).toEqualTypeOf<CustomEvent>()
expectTypeOf<EventOf<'text-delta'>>().toEqualTypeOf<TextDeltaEvent>()
// @ts-expect-error only some events have a delta
event.delta
// @ts-expect-error there is no such type
if (event.type === 'text_delta') throw event

// A switch over all types is known to be whole, and one that lacks some is known not to be.
declare function isEnding(type: Extract<EventType, `run-${string}`>): void
switch (event.type) {
  case 'run-started':
  case 'run-finished':
  case 'run-cancelled':
  case 'run-failed':
  case 'run-waiting':
  case 'run-rolled-back':
    isEnding(event.type)
    break
  default:
    // @ts-expect-error many others are left
    expectTypeOf(event).toBeNever()
}

// A sink takes all events; that it may take its time is its own affair.
const sink: EventSink = { publish: async ({ type, seq }) => void [type, seq] }
withEventSinks(ctx, sink, coalesce(sink))
// @ts-expect-error a sink takes every event, also those that it has no use for
const picky: EventSink = { publish: (one: TextDeltaEvent) => void one }
// @ts-expect-error a function is no sink
withEventSinks(ctx, (one: Event) => void one)
// @ts-expect-error there is no such policy
const hasty: EventSink = { publish() {}, delivery: { policy: 'never' } }
void [picky, hasty]

// Events of one's own have the type that their schema says.
const order = defineEvent('acme.order', z.object({ item: z.string(), count: z.number().optional() }))
expectTypeOf(order.read(event)).toEqualTypeOf<{ item: string; count?: number | undefined } | undefined>()
publish(ctx, order.create({ item: 'umbrella' }))
// @ts-expect-error there is no such item
order.create({ item: 5 })
interface Place {
  readonly city: string
}
declare const placeSchema: Schema<Place>
const place = defineEvent('acme.place', placeSchema)
expectTypeOf(place.read(event)).toEqualTypeOf<Place | undefined>()
publish(ctx, place.create({ city: 'Paris' }))

// What anybody may publish is open; what says how a run or a call goes is its owner's.
publish(ctx, { type: 'tool-execution-progress', message: 'halfway' })
publish(ctx, { type: 'custom', name: 'acme.any', data: { any: ['json'] } satisfies JsonValue })
// @ts-expect-error the session says when a run is over
publish(ctx, { type: 'run-finished', stop: 'end_turn' })
// @ts-expect-error the hub gives the number
publish(ctx, { type: 'info', message: 'x', seq: 1 })
