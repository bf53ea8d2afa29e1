import { createMemoryStore } from '@geppetto/session'
import { type BrokenStore, bent, hasty, piecemeal, reviving, rewriting, sharing } from './broken-store.test-helper.ts'
import type { StoreRecord } from './conformance-store.ts'

export const brokenRecords: readonly BrokenStore[] = [
  [
    'says another head',
    /appends in order/,
    bent((store) => ({ commit: async (...asked) => (await store.commit(...asked)) - 1 })),
  ],
  [
    'appends behind whatever is there',
    /another head than is expected/,
    bent((store) => ({
      async commit(lease, _, commit) {
        let head = 0
        for await (const __ of store.read(lease.sessionId)) head++
        return store.commit(lease, head, commit)
      },
    })),
  ],
  ['looks before it writes, and not while', /of several commits to one head/, hasty],
  ['writes one by one', /a commit that fails leaves nothing/, piecemeal],
  [
    'drops fields that it does not know',
    /every value is read back/,
    rewriting((record) => {
      if (!('later' in record)) return record
      const { later: _, ...known } = record
      return known
    }),
  ],
  [
    'replaces what no UTF-8 can say',
    /every value is read back/,
    reviving((part) => (typeof part === 'string' ? part.toWellFormed() : part)),
  ],
  [
    'keeps the beginning of what is long',
    /big records, and many/,
    reviving((part) => (typeof part === 'string' ? part.slice(0, 65_535) : part)),
  ],
  [
    'gives lines without their order',
    /gives lines gives what is read/,
    bent((store) => ({
      async *readLines(sessionId) {
        const lines: string[] = []
        for await (const record of store.read(sessionId)) lines.unshift(JSON.stringify(record))
        if (lines.length > 0) yield lines.join('\n')
      },
    })),
  ],
  ['reads from the start', /reading begins where/, bent((store) => ({ read: (sessionId) => store.read(sessionId) }))],
  [
    'starts again when somebody writes',
    /reading goes on in order/,
    bent((store) => ({
      async *read(sessionId, from = 0) {
        const before: StoreRecord[] = []
        for await (const record of store.read(sessionId, from)) {
          before.push(record)
          yield record
          if (before.length === 5) yield* store.read(sessionId, from)
        }
      },
    })),
  ],
  [
    'is closed by a reader that leaves',
    /leaving a reading/,
    bent((store) => {
      let isClosed = false
      return {
        async *read(sessionId, from) {
          let isWhole = false
          try {
            yield* store.read(sessionId, from)
            isWhole = true
          } finally {
            isClosed ||= !isWhole
          }
        },
        commit: (...asked) => (isClosed ? Promise.reject(new Error('closed')) : store.commit(...asked)),
      }
    }),
  ],
  ['shares what it is given', /what somebody does/, sharing({ in: false, out: true })],
  ['shares what it gives', /what somebody does/, sharing({ in: true, out: false })],
  [
    'lists no metadata',
    /the list has each session/,
    bent((store) => ({
      async *list() {
        for await (const session of store.list()) yield { ...session, metadata: {} }
      },
    })),
  ],
  [
    'takes two ids for one',
    /many sessions, under any ids/,
    ({ clock }) => {
      const store = createMemoryStore({ clock })
      return {
        ...store,
        acquire: (sessionId, request) => store.acquire(sessionId.toLowerCase(), request),
        read: (sessionId, from) => store.read(sessionId.toLowerCase(), from),
      }
    },
  ],
  [
    'lets two sessions run',
    /of two sessions on one store/,
    bent((store) => ({
      acquire: (sessionId, request) =>
        store.acquire(sessionId, request).catch(() => ({ sessionId, token: 1, holder: 'all', expiresAt: 1e15 })),
    })),
  ],
  [
    'takes what is old',
    /whose state is old/,
    bent((store) => ({
      async commit(lease, _, commit) {
        let head = 0
        for await (const __ of store.read(lease.sessionId)) head++
        return store.commit(lease, head, commit)
      },
    })),
  ],
  [
    'writes later than it says',
    /stored before the engine is called/,
    bent((store) => {
      let waiting: (() => Promise<unknown>) | undefined
      return {
        async commit(lease, head, commit) {
          await waiting?.()
          waiting = () => store.commit(lease, head, commit)
          return head + commit.records.length
        },
      }
    }),
  ],
  [
    'drops blocks that it does not know',
    /opened again is as it was/,
    reviving((part, name) =>
      name === 'parts' && Array.isArray(part)
        ? part.filter((block) => block.kind !== 'unknown' && block.kind !== 'hologram')
        : part,
    ),
  ],
  [
    'writes nothing of a run that was cancelled',
    /cancelled in the middle/,
    bent((store) => ({
      commit: async (lease, head, commit) =>
        commit.records.some((record) => record.type === 'run-settled' && record.status === 'cancelled')
          ? head + commit.records.length
          : store.commit(lease, head, commit),
    })),
  ],
  [
    'has room for few',
    /many sessions at once/,
    bent((store) => {
      const ids = new Set<string>()
      return {
        acquire: (sessionId, request) =>
          ids.add(sessionId).size > 10 ? Promise.reject(new Error('full')) : store.acquire(sessionId, request),
      }
    }),
  ],
]
