import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { difficultRecords, spoil } from './conformance-difficult.ts'
import { type DefineStoreCase, type StoreRecord, titled } from './conformance-store.ts'
import { checkRefused } from './conformance-store-lease.ts'

const numbered = (count: number): readonly StoreRecord[] =>
  Array.from({ length: count }, (_, index) => titled(`${index}`))

/** Ids that a store may take for something else: a path, a query, a property of every object. */
const difficultIds = [
  'a/b',
  '../up',
  "it's; --",
  '100%_',
  'CON',
  'constructor',
  '__proto__',
  '\u00e9',
  'e\u0301',
  '🦀',
  ' ',
  'A',
  'a',
]

/** What is written, and what is read back. */
export function recordCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define('P1: a commit appends in order, and says where the next one goes', async ({ store, other, acquire }) => {
      const lease = await acquire()
      const all = numbered(5)
      check((await store.commit(lease, 0, { records: all.slice(0, 2) })) === 2, 'the head after two records is not 2')
      check((await store.commit(lease, 2, { records: [] })) === 2, 'the head after an empty commit is another')
      check((await store.commit(lease, 2, { records: all.slice(2) })) === 5, 'the head after five records is not 5')
      checkSame(await collectAll(other.read('s')), all, 'it reads back something else')
    }),
    define('P3: a commit to another head than is expected is refused', async ({ store, acquire }) => {
      const lease = await acquire()
      await store.commit(lease, 0, { records: numbered(2) })
      for (const head of [0, 1, 3])
        await checkRefused(store.commit(lease, head, { records: [titled('x')] }), `a commit at ${head}`)
      checkSame(await collectAll(store.read('s')), numbered(2), 'it has other records')
    }),
    define('P5: a commit that fails leaves nothing, and the next one goes on', async ({ store, acquire }) => {
      const lease = await acquire()
      const metadata = Object.defineProperty({ title: 'poison' }, 'body', {
        enumerable: true,
        get() {
          throw new Error('cannot be read')
        },
      })
      const poison: StoreRecord = { ...titled(''), ...{ metadata } }
      await rejectionOf(
        store.commit(lease, 0, { records: [titled('a'), poison, titled('b')] }),
        'what cannot be stored',
      )
      checkSame(await collectAll(store.read('s')), [], 'a part of it was stored')
      check((await store.commit(lease, 0, { records: [titled('c')] })) === 1, 'the head after one record is not 1')
    }),
    define(
      'P12: every value is read back as it was written, also what is not known',
      async ({ store, other, fill }) => {
        const records = difficultRecords()
        await fill('s', structuredClone(records))
        checkSame(await collectAll(store.read('s')), records, 'it reads back something else')
        checkSame(await collectAll(other.read('s')), records, 'another reader reads something else')
      },
    ),
    define('P12: big records, and many, are read back as they were written', async ({ other, fill }) => {
      const records = [titled('long '.repeat(300_000)), ...numbered(2_000)]
      await fill('s', records)
      checkSame(await collectAll(other.read('s')), records, 'it reads back something else')
    }),
    define('P12: a store that gives lines gives what is read', async ({ store, other, fill }) => {
      if (other.readLines === undefined) return
      const records = [...difficultRecords(), titled('long '.repeat(300_000)), ...numbered(2_000)]
      await fill('s', records)
      const expected = (await collectAll(store.read('s'))).map((record) => JSON.stringify(record))
      const lines = (await collectAll(other.readLines('s'))).join('\n').split('\n')
      checkSame(lines, expected, 'its lines are other records')
      checkSame(await collectAll(other.readLines('nobody')), [], 'a session that does not exist has lines')
    }),
    define('P5: reading begins where it is asked to', async ({ store, fill }) => {
      await fill('s', numbered(4))
      for (const from of [0, 1, 4, 9])
        checkSame(await collectAll(store.read('s', from)), numbered(4).slice(from), `from ${from} it reads otherwise`)
      checkSame(await collectAll(store.read('nobody')), [], 'a session that does not exist has records')
    }),
    define('P5: reading goes on in order while others write, and nothing is seen twice', async (tested) => {
      const { store, other, acquire } = tested
      const lease = await acquire()
      await store.commit(lease, 0, { records: numbered(10) })
      const seen: StoreRecord[] = []
      let head = 10
      for await (const record of other.read('s')) {
        seen.push(record)
        if (head < 30) head = await store.commit(lease, head, { records: numbered(head + 2).slice(head) })
      }
      check(seen.length >= 10, `it read ${seen.length} of the 10 records that were there`)
      checkSame(seen, numbered(seen.length), 'it reads out of order')
      checkSame(await collectAll(other.read('s')), numbered(30), 'it has other records')
    }),
    define('P5: leaving a reading in the middle stops nothing', async ({ store, acquire }) => {
      const lease = await acquire()
      await store.commit(lease, 0, { records: numbered(3) })
      for await (const _ of store.read('s')) break
      await store.commit(lease, 3, { records: [titled('3')] })
      checkSame(await collectAll(store.read('s')), numbered(4), 'it has other records')
    }),
    define('P12: what somebody does to what he gave, or got, changes nothing', async ({ store, acquire }) => {
      const lease = await acquire()
      const metadata = { title: 'before', deep: { title: 'before' } }
      const keptMetadata = structuredClone(metadata)
      const kept: readonly StoreRecord[] = [{ ...titled(''), ...{ metadata: keptMetadata } }]
      const records: StoreRecord[] = [{ ...titled(''), ...{ metadata } }]
      await store.commit(lease, 0, { records })
      records.push(titled('more'))
      metadata.title = 'after'
      metadata.deep.title = 'after'
      checkSame(await collectAll(store.read('s')), kept, 'it shares what it was given')
      for await (const record of store.read('s')) spoil(record)
      checkSame(await collectAll(store.read('s')), kept, 'it shares what it gives')
      for await (const { metadata: listed } of store.list()) spoil(listed)
      const listed = (await collectAll(store.list())).map((summary) => summary.metadata)
      checkSame(listed, [keptMetadata], 'it shares what it lists')
    }),
    define('P12: many sessions, under any ids, are kept apart', async ({ store, other, fill }) => {
      const ids = [...difficultIds, ...Array.from({ length: 100 }, (_, index) => `session ${index}`)]
      for (const id of ids) await fill(id, [titled(id)])
      for (const id of ids) checkSame(await collectAll(other.read(id)), [titled(id)], `session ${id} reads otherwise`)
      const listed = (await collectAll(store.list())).map(({ sessionId }) => sessionId)
      checkSame(listed.toSorted(), ids.toSorted(), 'it lists others')
    }),
  ]
}
