import type { EventBatch, SessionStore, StoredBlob, StoredEvent } from '@geppetto/session'
import { type BrokenStore, bent } from './broken-store.test-helper.ts'

/** The memory store with other events on their way in. */
const withEvents = (change: (batch: EventBatch) => EventBatch) =>
  bent((store) => ({
    appendEvents: (lease, batch) => store.appendEvents(lease, change(batch)),
    commit: (lease, head, { events, ...rest }) =>
      store.commit(lease, head, { ...rest, ...(events && { events: change(events) }) }),
  }))

/** The memory store with other events on their way out. */
const readingEvents = (change: (event: StoredEvent) => StoredEvent) =>
  bent((store) => ({
    async *readEvents(sessionId, after) {
      for await (const event of store.readEvents(sessionId, after)) yield change(event)
    },
  }))

/** The memory store with blobs kept elsewhere. */
const keepingBlobs = (
  blobs: (kept: Map<string, Uint8Array>, store: SessionStore) => Partial<SessionStore>,
  write: (blob: StoredBlob) => Uint8Array = ({ bytes }) => bytes.slice(),
) =>
  bent((store) => {
    const kept = new Map<string, Uint8Array>()
    return {
      commit: async (lease, head, commit) => {
        const next = await store.commit(lease, head, commit)
        for (const blob of commit.blobs ?? []) kept.set(blob.hash, write(blob))
        return next
      },
      readBlob: async (hash) => kept.get(hash)?.slice(),
      ...blobs(kept, store),
    }
  })

export const brokenEvents: readonly BrokenStore[] = [
  [
    'reads all events again',
    /in the order of their cursors/,
    bent((store) => ({ readEvents: (sessionId) => store.readEvents(sessionId) })),
  ],
  [
    'knows no owners of events',
    /in the order of their cursors/,
    bent((store) => ({
      async *readEvents(sessionId, after) {
        for await (const event of store.readEvents(sessionId)) if (event.seq > (after?.seq ?? -1)) yield event
      },
    })),
  ],
  ['forgets whose delta it is', /every event is read back/, readingEvents(({ deltaOf: _, ...event }) => event)],
  [
    'shares the events that it gives',
    /every event is read back/,
    bent((store) => {
      const given = new Map<number, StoredEvent>()
      return {
        async *readEvents(sessionId, after) {
          for await (const event of store.readEvents(sessionId, after)) {
            const known = given.get(event.seq) ?? structuredClone(event)
            given.set(event.seq, known)
            yield known
          }
        },
      }
    }),
  ],
  [
    'counts events as records',
    /leave the head and the list/,
    bent((store) => ({
      appendEvents: async (lease, events) => {
        const head = (await store.find(lease.sessionId))?.head ?? 0
        await store.commit(lease, head, { records: [{ v: 1, type: 'events' }], events })
      },
    })),
  ],
  [
    'lists sessions that have events alone',
    /leave the head and the list/,
    bent((store) => {
      const ids = new Set<string>()
      return {
        appendEvents: async (lease, batch) => {
          ids.add(lease.sessionId)
          await store.appendEvents(lease, batch)
        },
        async *list() {
          for await (const each of store.list()) {
            ids.delete(each.sessionId)
            yield each
          }
          for (const sessionId of ids) yield { sessionId, head: 0, metadata: {}, createdAt: 0, updatedAt: 0 }
        },
      }
    }),
  ],
  ['keeps all deltas', /of a finished segment/, withEvents(({ events }) => ({ events }))],
  [
    'throws all deltas away',
    /of a finished segment/,
    bent((store) => {
      let isOver = false
      return {
        appendEvents: async (lease, batch) => {
          isOver ||= (batch.finished ?? []).length > 0
          await store.appendEvents(lease, batch)
        },
        async *readEvents(sessionId, after) {
          for await (const event of store.readEvents(sessionId, after))
            if (!isOver || event.deltaOf === undefined) yield event
        },
      }
    }),
  ],
  [
    'writes again what it has',
    /written again are there once/,
    bent((store) => {
      const all: StoredEvent[] = []
      return {
        appendEvents: async (_, { events }) => void all.push(...structuredClone(events)),
        async *readEvents() {
          yield* all
        },
        commit: (...asked) => store.commit(...asked),
      }
    }),
  ],
  [
    'takes the last that it was given of an event',
    /stays what it was first/,
    bent((store) => {
      const newest = new Map<string, StoredEvent>()
      const nameOf = ({ epoch, seq }: StoredEvent): string => `${epoch}:${seq}`
      return {
        appendEvents: async (lease, batch) => {
          for (const event of batch.events) newest.set(nameOf(event), event)
          await store.appendEvents(lease, batch)
        },
        async *readEvents(sessionId, after) {
          for await (const event of store.readEvents(sessionId, after)) yield newest.get(nameOf(event)) ?? event
        },
      }
    }),
  ],
  [
    'writes events before it knows',
    /leaves no event either/,
    bent((store) => ({
      commit: async (lease, head, { events, ...rest }) => {
        const sound = events?.events.filter(({ event }) => 'type' in event) ?? []
        await store.appendEvents(lease, { events: sound })
        return store.commit(lease, head, rest)
      },
    })),
  ],
  [
    'tells nobody what it pruned',
    /that are pruned are gone/,
    bent((store) => {
      const markers: unknown[] = []
      return {
        pruneEvents: async (sessionId, upTo, marker) => {
          markers.push(marker.event.type)
          await store.pruneEvents(sessionId, upTo, marker)
        },
        async *readEvents(sessionId, after) {
          for await (const event of store.readEvents(sessionId, after))
            if (!markers.includes(event.event.type)) yield event
        },
      }
    }),
  ],
  [
    'prunes one too few',
    /that are pruned are gone/,
    bent((store) => ({
      pruneEvents: (sessionId, upTo, marker) =>
        store.pruneEvents(sessionId, { ...upTo, seq: upTo.seq - 1 }, { ...marker, seq: upTo.seq - 1 }),
    })),
  ],
  [
    'keeps blobs as text',
    /a blob is read back by its hash/,
    keepingBlobs(
      () => ({}),
      ({ bytes }) => new TextEncoder().encode(new TextDecoder().decode(bytes)),
    ),
  ],
  [
    'shares the bytes that it is given',
    /a blob is read back by its hash/,
    keepingBlobs(
      () => ({}),
      ({ bytes }) => bytes,
    ),
  ],
  [
    'throws a blob away with the first session',
    /until the last session/,
    keepingBlobs((kept, store) => ({
      delete: async (sessionId) => {
        kept.clear()
        await store.delete(sessionId)
      },
    })),
  ],
  ['keeps blobs for ever', /until the last session/, keepingBlobs(() => ({}))],
  [
    'keeps the blobs of a refused commit',
    /leaves no blob either/,
    bent((store) => {
      const kept = new Map<string, Uint8Array>()
      return {
        commit: async (lease, head, commit) => {
          for (const { hash, bytes } of commit.blobs ?? []) kept.set(hash, bytes)
          return store.commit(lease, head, commit)
        },
        readBlob: async (hash) => kept.get(hash),
      }
    }),
  ],
  [
    'leaves the events of what it deletes',
    /that is deleted is gone/,
    bent((store) => {
      const left = new Map<string, StoredEvent[]>()
      return {
        delete: async (sessionId) => {
          const events = left.get(sessionId) ?? []
          for await (const event of store.readEvents(sessionId)) events.push(event)
          left.set(sessionId, events)
          await store.delete(sessionId)
        },
        async *readEvents(sessionId, after) {
          yield* left.get(sessionId) ?? []
          yield* store.readEvents(sessionId, after)
        },
      }
    }),
  ],
  [
    'deletes the wrong session too',
    /that is deleted is gone/,
    bent((store) => ({
      delete: async (sessionId) => {
        await store.delete(sessionId)
        await store.delete('bystander')
      },
    })),
  ],
  [
    'finds sessions that have no records',
    /the list has each session/,
    bent((store) => ({
      find: async (sessionId) =>
        (await store.find(sessionId)) ?? { sessionId, head: 0, metadata: {}, createdAt: 0, updatedAt: 0 },
    })),
  ],
  [
    'lists in the order of making',
    /begins with the session/,
    bent((store) => ({
      async *list() {
        const all = []
        for await (const each of store.list()) all.push(each)
        yield* all.toSorted((one, other) => other.createdAt - one.createdAt)
      },
    })),
  ],
  [
    'dates a session anew with each commit',
    /begins with the session/,
    bent((store) => ({
      async *list() {
        for await (const each of store.list()) yield { ...each, createdAt: each.updatedAt }
      },
    })),
  ],
]
