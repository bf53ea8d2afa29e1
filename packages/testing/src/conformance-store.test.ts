import { createMemoryStore, type SessionStore } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { brokenEvents } from './broken-events.test-helper.ts'
import { brokenFences } from './broken-fences.test-helper.ts'
import { brokenLeases } from './broken-leases.test-helper.ts'
import { brokenNotes } from './broken-notes.test-helper.ts'
import { brokenRecords } from './broken-records.test-helper.ts'
import { type StoreConformanceOptions, storeConformance } from './conformance-store.ts'

describe('the memory store', () => {
  it.each(storeConformance({ createStore: createMemoryStore }))('$name', ({ run }) => run())
})

describe('a kit', () => {
  it('closes every store that it opened, also of a case that fails', async () => {
    const open = new Set<SessionStore>()
    const opened = (store: SessionStore): SessionStore => {
      open.add(store)
      return store
    }
    const cases = storeConformance({
      createStore: (options) =>
        opened({ ...createMemoryStore(options), acquire: () => Promise.reject(new Error('no')) }),
      reopen: (store) => opened({ ...store }),
      close: (store) => void open.delete(store),
    })
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()))
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    expect(open.size).toBe(0)
  })

  it('says of a store that hangs that it does', async () => {
    const [first] = storeConformance({ createStore: () => new Promise(() => {}), limitMs: 10 })
    await expect(first?.run()).rejects.toThrow(/hangs/)
  })
})

const broken = [...brokenLeases, ...brokenFences, ...brokenRecords, ...brokenEvents, ...brokenNotes]

describe('a broken store fails the case of the rule that it breaks', () => {
  it.each(broken)('%s', async (_, rule, createStore) => {
    const found = storeConformance({ createStore, limitMs: 500 }).filter(({ name }) => rule.test(name))
    expect(found).toHaveLength(1)
    for (const { name, run } of found) await expect(run()).rejects.toThrow(name)
  })

  it('so that every case has caught one', () => {
    const names = storeConformance({ createStore: createMemoryStore }).map(({ name }) => name)
    expect(names.filter((name) => !broken.some(([, rule]) => rule.test(name)))).toEqual([])
  })
})

describe('a store that keeps no second writer out', () => {
  const open: StoreConformanceOptions['createStore'] = ({ clock }) => {
    const store = createMemoryStore({ clock })
    return {
      ...store,
      capabilities: { exclusive: false },
      async acquire(sessionId, request) {
        const active = (await store.find(sessionId))?.active
        if (active === undefined) return store.acquire(sessionId, request)
        return { sessionId, token: 1, holder: request.holder, expiresAt: active.expiresAt }
      },
    }
  }
  const cases = storeConformance({ createStore: open, exclusive: false })

  it('is spared the cases of leases', () => {
    const all = storeConformance({ createStore: open }).map(({ name }) => name)
    const left = cases.map(({ name }) => name)
    expect(all.filter((name) => !left.includes(name)).length).toBeGreaterThan(20)
    expect(left).toContain('P12: a blob is kept until the last session that has it is deleted')
  })

  it.each(cases)('$name', ({ run }) => run())
})
