import { type Event, foldEvents } from '@geppetto/events'
import { appendBlocks, assistantBlock, type ContentPart, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { SessionError } from '../contract/session-error.ts'
import type { OpenOptions } from '../contract/session-options.ts'
import type { SessionStore, StoredEvent } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'
import { toBase64 } from '../store/base64.ts'
import { exportSession } from './export-session.ts'
import { importSession } from './import-session.ts'
import { pruneSession } from './prune-session.ts'

const image: ContentPart = { type: 'image', source: { type: 'base64', data: toBase64(new Uint8Array(2_000)) } }

async function setUp() {
  const store = createMemoryStore()
  const runInference = async (_: unknown, turn: Turn) => appendBlocks(turn, assistantBlock('I see.'))
  const options: OpenOptions = { builder: { build: () => ({ runInference }) } }
  const session = new Session({ ...options, store, id: 's' })
  await session.run([{ type: 'text', text: 'Look' }, image])
  await session.run('And now?')
  return { store, options }
}

function endOf(lines: readonly string[]): unknown {
  return JSON.parse(lines.at(-1) ?? '').end
}

/** The store with one event that cannot be read, the one at `index`. */
function withDamagedEvent(store: SessionStore, index: number, damaged: StoredEvent): SessionStore {
  const { epoch, seq } = damaged
  const isMeant = (stored: StoredEvent) => stored.epoch === epoch && stored.seq === seq && stored.event.type !== 'gap'
  return {
    ...store,
    async *readEvents(id, after) {
      for await (const stored of store.readEvents(id, after))
        yield isMeant(stored)
          ? { epoch, seq, event: { type: 'damaged', v: 1 }, damage: `event ${index} is damaged` }
          : stored
    },
  }
}

describe('a damaged event', () => {
  it('is a gap for readers, who hear the others', async () => {
    const { store, options } = await setUp()
    const events = await collect(store.readEvents('s'))
    const broken = withDamagedEvent(store, 1, must(events[1]))
    const session = await Session.open(broken, 's', options)
    const told: Event[] = []
    for await (const event of session.attach()) if (told.push(event) === events.length) break
    expect(told.map(({ type }) => type)).toEqual(events.map(({ event }, index) => (index === 1 ? 'gap' : event.type)))
    expect(told[1]).toMatchObject({ epoch: events[1]?.epoch, seq: events[1]?.seq, count: 1 })
    expect(() => foldEvents(told)).not.toThrow()
  })

  it('is named by an export, and a gap where it is imported', async () => {
    const { store, options } = await setUp()
    const events = await collect(store.readEvents('s'))
    const { epoch, seq } = must(events[1])
    const lines = await collect(exportSession(withDamagedEvent(store, 1, must(events[1])), 's'))
    expect(endOf(lines)).toMatchObject({ damagedEvents: [{ epoch, seq }] })
    const there = createMemoryStore()
    await importSession(there, lines)
    const imported = await collect(there.readEvents('s'))
    expect(imported.map(({ event }) => event.type)).toEqual(
      events.map(({ event }, index) => (index === 1 ? 'gap' : event.type)),
    )
    expect((await Session.open(there, 's', options)).turnCount).toBe(2)
  })

  it('goes with the older runs that are pruned', async () => {
    const { store } = await setUp()
    const events = await collect(store.readEvents('s'))
    const broken = withDamagedEvent(store, 1, must(events[1]))
    expect(await pruneSession(broken, 's', { keepRuns: 2 })).toBe(0)
    expect(await pruneSession(broken, 's', { keepRuns: 1 })).toBe(events.filter(({ epoch }) => epoch === 1).length)
    expect(endOf(await collect(exportSession(broken, 's')))).not.toHaveProperty('damagedEvents')
  })
})

describe('a damaged blob', () => {
  const bytes = [
    ['has other bytes', async () => new Uint8Array(2_000).fill(1)],
    ['is missing', async () => undefined],
    ['cannot be read', () => Promise.reject(new SessionError('store_failed', 'bytes', { reason: 'damaged' }))],
  ] as const

  it.each(bytes)(
    'is named by an export where it %s, and an import asks before it goes on without',
    async (_, readBlob) => {
      const { store, options } = await setUp()
      const lines = await collect(exportSession({ ...store, readBlob }, 's'))
      expect(endOf(lines)).toMatchObject({ blobs: 0, damagedBlobs: [expect.stringMatching(/^sha256-/)] })
      const there = createMemoryStore()
      await expect(importSession(there, lines)).rejects.toMatchObject({
        code: 'invalid_import',
        message: expect.stringMatching(/of its media, sha256-\w+ were .*damaged.* allowChanges/),
      })
      await importSession(there, lines, { allowChanges: true })
      const session = await Session.open(there, 's', options)
      expect(session.latest?.blocks[0]).toMatchObject({
        content: [
          { type: 'text', text: 'Look' },
          { type: 'text', text: expect.stringMatching(/^\[image lost: sha256-\w+ was damaged\]$/) },
        ],
      })
      expect((await session.run('Go on')).blocks).toHaveLength(6)
    },
  )

  it('is no reason to make a backup without a word where the store fails otherwise', async () => {
    const { store } = await setUp()
    const readBlob = () => Promise.reject(new SessionError('store_failed', 'no disk', { reason: 'io' }))
    await expect(collect(exportSession({ ...store, readBlob }, 's'))).rejects.toMatchObject({ reason: 'io' })
  })
})

describe('a damaged record', () => {
  function withDamagedRecord(store: SessionStore, record: number): SessionStore {
    return {
      ...store,
      async *read(id, from = 0) {
        for (const [index, stored] of (await collect(store.read(id))).entries()) {
          if (index === record) throw new SessionError('store_failed', 'no record', { reason: 'damaged', record })
          if (index >= from) yield stored
        }
      },
    }
  }

  it('is refused by an export, unless it is to be left out: then what stands before it is a session', async () => {
    const { store, options } = await setUp()
    const { length } = await collect(store.read('s'))
    for (let record = 1; record < length; record++) {
      const broken = withDamagedRecord(store, record)
      await expect(collect(exportSession(broken, 's'))).rejects.toMatchObject({ reason: 'damaged', record })
      const lines = await collect(exportSession(broken, 's', { damaged: 'leave-out' }))
      expect(endOf(lines)).toMatchObject({ records: record, damagedRecord: record })
      expect(endOf(lines)).not.toHaveProperty('isRunning')
      const there = createMemoryStore()
      await expect(importSession(there, lines)).rejects.toThrow(`record ${record} was damaged when it was exported`)
      await importSession(there, lines, { allowChanges: true })
      const session = await Session.open(there, 's', options)
      expect((await session.submit('Go on').wait()).status).toBe('completed')
      const ends = (await collect(there.readEvents('s'))).filter(({ event }) => event.type === 'run-finished')
      expect(new Set(ends.map(({ event }) => Object(event.correlation).runId)).size).toBe(ends.length)
    }
  })

  it('leaves nothing to export where it is the first', async () => {
    const { store } = await setUp()
    const broken = withDamagedRecord(store, 0)
    const exporting = collect(exportSession(broken, 's', { damaged: 'leave-out' }))
    await expect(exporting).rejects.toMatchObject({ reason: 'damaged', record: 0 })
  })
})

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is missing')
  return value
}
