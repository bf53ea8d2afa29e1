import { background } from '@geppetto/context'
import {
  createEventHub,
  type Event,
  type EventSink,
  isDelta,
  openSegment,
  type Segment,
  type SinkDelivery,
  withHub,
} from '@geppetto/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createManualClock, settlePromises } from '../src/index.ts'
import { assertAccounted, textOf } from './accounted-events.test-helper.ts'

/** What happens: something is said in one of three segments or beside them, something is taken back, a sink gets done with events. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('delta' as const),
      segment: fc.nat(2),
      times: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('info' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll-back' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('take' as const), sink: fc.nat(2), times: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const) }) },
)

/** A sink that is done with an event when it is told so. */
function heldSink(delivery: SinkDelivery) {
  const seen: Event[] = []
  const held: (() => void)[] = []
  const sink: EventSink = {
    delivery,
    publish(event) {
      seen.push(event)
      return new Promise((resolve) => held.push(resolve))
    },
  }
  return { sink, seen, take: () => held.shift()?.() }
}

/** For these there is always room. */
const mustArrive = ({ type }: Event) => type === 'run-rolled-back' || type === 'run-finished'

describe('sinks of random speeds, whatever is published', () => {
  it('get all of it in order, merged or accounted for, each by its own policy', async () => {
    const capacities = fc.tuple(fc.nat(12), fc.nat(12))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), capacities, async (steps, [few, many]) => {
        const clock = createManualClock()
        const fast: Event[] = []
        const block = heldSink({ policy: 'block' })
        const merging = heldSink({ policy: 'coalesce', capacity: many })
        const dropping = heldSink({ policy: 'drop', capacity: few })
        const slow = [block, merging, dropping]
        const sinks = [...slow.map(({ sink }) => sink), { publish: (event: Event) => void fast.push(event) }]
        const hub = createEventHub({ clock, sinks, keepsLog: true })
        const ctx = withHub(background({ clock }), hub)
        const segments = ['a', 'b', 'c'].map((id) => openSegment(ctx, 'text', id))
        const readers: Promise<readonly Event[]>[] = []
        let said = 0
        for (const each of steps)
          switch (each.do) {
            case 'delta':
              for (let count = 0; count < each.times; count++) segments[each.segment]?.append(`${++said} `)
              break
            case 'info':
              hub.publish({ type: 'info', message: `${++said} ` }, {})
              break
            case 'roll-back':
              hub.publish({ type: 'run-rolled-back', fromSeq: 1, reason: 'test' }, {})
              break
            case 'take':
              for (let count = 0; count < each.times; count++) {
                slow[each.sink]?.take()
                await settlePromises()
              }
              break
            case 'read':
              readers.push(readAll(hub.read()))
              break
          }
        hub.finish({ draft: { type: 'run-finished', stop: 'end_turn' }, correlation: {} })
        const taken = slow.map(({ seen }) => seen.length)
        for (let count = 0; count <= said + steps.length; count++) {
          for (const { take } of slow) take()
          await settlePromises()
        }
        await hub.drain(1)

        const last = fast.length
        expect(fast.map(({ seq }) => seq)).toEqual(fast.map((_, index) => index + 1))
        expect(block.seen).toEqual(fast)
        for (const { seen } of [merging, dropping]) {
          assertAccounted(seen, last)
          expect(seen.filter(mustArrive)).toEqual(fast.filter(mustArrive))
        }
        // What is not in a gap is as it was published: one by one, or as the text of several of one segment.
        for (const event of merging.seen) {
          if (event.type === 'gap') continue
          const from = (isDelta(event) ? event.fromSeq : undefined) ?? event.seq
          const published = fast.slice(from - 1, event.seq)
          expect(new Set(published.map(({ correlation }) => correlation.segmentId)).size).toBe(1)
          expect(textOf([event])).toBe(textOf(published))
        }
        for (const event of dropping.seen) if (event.type !== 'gap') expect(event).toEqual(fast[event.seq - 1])
        // As much waited as there was room for, gaps and what must arrive excepted.
        const gapsAndMusts = 2 * fast.filter(mustArrive).length + 1
        expect(merging.seen.length - (taken[1] ?? 0)).toBeLessThanOrEqual(many + gapsAndMusts)
        expect(dropping.seen.length - (taken[2] ?? 0)).toBeLessThanOrEqual(few + gapsAndMusts)
        for (const read of await Promise.all(readers)) {
          // Who comes late gets the past of each segment as one delta, at the place of its last.
          for (const segment of segments)
            expect(textOf(read.filter(isOf(segment)))).toBe(textOf(fast.filter(isOf(segment))))
          expect(read.at(-1)?.type).toBe('run-finished')
        }
      }),
      { numRuns: 300 },
    )
  })
})

function isOf({ correlation }: Segment): (event: Event) => boolean {
  return (event) => event.correlation.segmentId === correlation.segmentId
}

async function readAll(events: AsyncIterable<Event>): Promise<readonly Event[]> {
  const read: Event[] = []
  for await (const event of events) read.push(event)
  return read
}
