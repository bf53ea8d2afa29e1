import type { EventCursor } from '@geppetto/events'
import type { StoredEvent } from '@geppetto/session'
import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { difficultRecords, spoil } from './conformance-difficult.ts'
import { type DefineStoreCase, titled } from './conformance-store.ts'

/** An event at that place; of a segment, a delta. */
export function eventAt(epoch: number, seq: number, deltaOf?: string): StoredEvent {
  const event = { type: deltaOf === undefined ? 'log' : 'text-delta', v: 1, seq }
  return { epoch, seq, event, ...(deltaOf !== undefined && { deltaOf }) }
}

const many = 1_000

/** What is kept of a session's events. */
export function eventCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define('P5: events are read in the order of their cursors, behind the one that is asked for', async (tested) => {
      const { store, other, acquire } = tested
      const first = [eventAt(1, 0), eventAt(1, 4), ...Array.from({ length: many }, (_, index) => eventAt(1, 5 + index))]
      const second = [eventAt(2, 0), eventAt(2, 1)]
      const lease = await acquire()
      await store.appendEvents(lease, { events: first.slice(0, 1) })
      await store.commit(lease, 0, { records: [titled('x')], events: { events: first.slice(1) }, release: true })
      const next = await acquire({ store: other })
      await other.appendEvents(next, { events: second })
      const all = [...first, ...second]
      const from = async (after?: EventCursor) => collectAll(store.readEvents('s', after))
      checkSame(await from(), all, 'it reads otherwise')
      checkSame(await from({ epoch: 1, seq: 0 }), all.slice(1), 'behind the first it reads otherwise')
      checkSame(await from({ epoch: 1, seq: 2 }), all.slice(1), 'behind a number that is left out it reads otherwise')
      checkSame(await from({ epoch: 1, seq: 1e6 }), second, 'behind all of the first owner it reads otherwise')
      checkSame(await from({ epoch: 2, seq: 0 }), second.slice(1), 'within the second owner it reads otherwise')
      checkSame(await from({ epoch: 3, seq: 0 }), [], 'behind all it has events')
      checkSame(await collectAll(store.readEvents('nobody')), [], 'a session that does not exist has events')
    }),
    define(
      'P12: every event is read back as it was written, whatever is done to what was given or got',
      async (tested) => {
        const { store, other, acquire } = tested
        const events = difficultRecords().map((record, seq) => ({ ...eventAt(1, seq, `\ud800 ${seq}`), event: record }))
        const given = structuredClone(events)
        const lease = await acquire()
        await store.appendEvents(lease, { events: given })
        for (const event of given) spoil(event)
        checkSame(await collectAll(other.readEvents('s')), events, 'it reads back something else')
        for await (const event of store.readEvents('s')) spoil(event)
        checkSame(await collectAll(store.readEvents('s')), events, 'it shares what it gives')
      },
    ),
    define('P5: events alone leave the head and the list as they are', async ({ store, acquire, fill, wait }) => {
      await fill('s', [titled('x')])
      const before = await store.find('s')
      await wait(10)
      const lease = await acquire()
      await store.appendEvents(lease, { events: [eventAt(lease.token, 0)] })
      check((await store.commit(lease, 1, { records: [] })) === 1, 'the head is another')
      await store.release(lease)
      await acquire({ sessionId: 'events only' }).then((only) => store.appendEvents(only, { events: [eventAt(1, 0)] }))
      const listed = await collectAll(store.list())
      checkSame(
        listed.map(({ sessionId, head, createdAt }) => ({ sessionId, head, createdAt })),
        [{ sessionId: 's', head: 1, createdAt: before?.createdAt }],
        'it lists otherwise',
      )
    }),
    define(
      'P5: the deltas of a finished segment are thrown away, and nothing else',
      async ({ store, other, acquire }) => {
        const lease = await acquire()
        const [a, b] = ['a', 'b'].map((name, at) => [0, 2, 4].map((seq) => eventAt(1, seq + at, name)))
        const kept = [eventAt(1, 10), eventAt(1, 11)]
        await store.appendEvents(lease, {
          events: [...(a ?? []), ...(b ?? []), ...kept].toSorted((x, y) => x.seq - y.seq),
        })
        const end = eventAt(1, 13)
        await store.appendEvents(lease, { events: [eventAt(1, 12, 'a'), end], finished: ['a', 'unknown'] })
        checkSame(await collectAll(other.readEvents('s')), [...(b ?? []), ...kept, end], 'it has other events')
        const events = { events: [eventAt(1, 14, 'c'), eventAt(1, 15, 'd')], finished: ['b', 'c'] }
        await store.commit(lease, 0, { records: [], events })
        const left = [...kept, end, eventAt(1, 15, 'd')]
        checkSame(await collectAll(other.readEvents('s')), left, 'after a commit it has other events')
      },
    ),
    define('P5: events that are written again are there once', async ({ store, acquire }) => {
      const lease = await acquire()
      const events = [eventAt(1, 0), eventAt(1, 1, 'a'), eventAt(1, 2)]
      await store.appendEvents(lease, { events })
      await store.appendEvents(lease, { events: [...events.slice(1), eventAt(1, 3)] })
      checkSame(await collectAll(store.readEvents('s')), [...events, eventAt(1, 3)], 'it has other events')
      await store.commit(lease, 0, { records: [], events: { events: [], finished: ['a'] } })
      checkSame(
        await collectAll(store.readEvents('s')),
        [0, 2, 3].map((seq) => eventAt(1, seq)),
        'a delta is left',
      )
    }),
    define('P5: an event that is written again stays what it was first', async ({ store, other, acquire }) => {
      const lease = await acquire()
      const first = eventAt(1, 0)
      const second = { ...first, event: { type: 'log', v: 1, text: 'another' } }
      await store.appendEvents(lease, { events: [first] })
      await store.appendEvents(lease, { events: [second, eventAt(1, 1)] })
      await store.commit(lease, 0, { records: [], events: { events: [second] } })
      checkSame(await collectAll(other.readEvents('s')), [first, eventAt(1, 1)], 'it has other events')
    }),
    define('P5: a commit that fails leaves no event either', async ({ store, acquire }) => {
      const lease = await acquire()
      const event = Object.defineProperty({}, 'body', {
        enumerable: true,
        get() {
          throw new Error('cannot be read')
        },
      })
      const commits = [
        { head: 0, events: [eventAt(1, 0), { epoch: 1, seq: 1, event }] },
        { head: 7, events: [eventAt(1, 0)] },
      ]
      for (const { head, events } of commits)
        await rejectionOf(store.commit(lease, head, { records: [titled('x')], events: { events } }), 'it')
      checkSame(await collectAll(store.readEvents('s')), [], 'a part of it was stored')
      checkSame(await collectAll(store.read('s')), [], 'its record was stored')
    }),
    define('P5: events that are pruned are gone, with a marker in the place of the last', async (tested) => {
      const { store, other, acquire } = tested
      const lease = await acquire()
      const events = [eventAt(1, 0), eventAt(1, 3, 'a'), eventAt(2, 0), eventAt(2, 1)]
      await store.appendEvents(lease, { events })
      const marker = { epoch: 1, seq: 3, event: { type: 'gap', v: 1 } }
      await other.pruneEvents('s', { epoch: 0, seq: 9 }, marker)
      checkSame(await collectAll(store.readEvents('s')), events, 'with nothing to prune, it has other events')
      for (let round = 0; round < 2; round++) {
        await other.pruneEvents('s', { epoch: 1, seq: 3 }, marker)
        checkSame(await collectAll(store.readEvents('s')), [marker, ...events.slice(2)], 'it has other events')
      }
      const behind = await collectAll(store.readEvents('s', { epoch: 1, seq: 1 }))
      checkSame(behind, [marker, ...events.slice(2)], 'who has read a part is not told')
      const ahead = await collectAll(store.readEvents('s', { epoch: 1, seq: 3 }))
      checkSame(ahead, events.slice(2), 'who has read all is told')
      await other.pruneEvents('nobody', { epoch: 1, seq: 3 }, marker)
      checkSame(await collectAll(store.readEvents('nobody')), [], 'a session that does not exist has events')
    }),
  ]
}
