import { encodeBlock } from '@geppetto/turns'
import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { historyOfEveryKind } from './conformance-history.ts'
import { type DefineStoreCase, type StoreRecord, titled } from './conformance-store.ts'
import { checkRefused } from './conformance-store-lease.ts'

const started: StoreRecord = { ...{ v: 1 }, type: 'run-started', runId: 'run_1', turnId: 't', startedAt: 1 }
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
    define('P3: of several commits to one head at once, one is taken, whole', async ({ store, acquire }) => {
      const lease = await acquire()
      const batches = ['a', 'b', 'c', 'd'].map((name) => [titled(name), titled(`${name}${name}`)])
      const outcomes = await Promise.allSettled(batches.map((batch) => store.commit(lease, 0, { records: batch })))
      const taken = batches.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      check(taken.length === 1, `${taken.length} commits to one head were taken`)
      checkSame(await collectAll(store.read('s')), taken[0], 'it has other records')
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
    define('P12: the list has each session that has records, with its head and newest metadata', async (tested) => {
      const { store, other, acquire, fill } = tested
      await fill('one', [titled('old'), started, titled('new')])
      await fill('two', [started])
      await acquire({ sessionId: 'empty' })
      const lease = await acquire({ sessionId: 'one' })
      await store.commit(lease, 3, { records: [titled('newest')] })
      const listed = (await collectAll(other.list())).toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
      checkSame(
        listed.map(({ sessionId, head, metadata }) => ({ sessionId, head, metadata })),
        [
          { sessionId: 'one', head: 4, metadata: { title: 'newest' } },
          { sessionId: 'two', head: 1, metadata: {} },
        ],
        'it lists otherwise',
      )
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

/** Records with every kind of value that JSON can hold, blocks of every kind, and fields that no version knows. */
function difficultRecords(): readonly StoreRecord[] {
  const values = {
    text: 'naïve 👩‍👩‍👧 \u0000 \ud800 \u2028 "\\ \r\n',
    empty: ['', [], {}, null, false, 0],
    numbers: [0.1, -1.5e-300, 1e21, Number.MAX_SAFE_INTEGER, 5e-324],
    deep: JSON.parse(`${'[{"a":'.repeat(50)}1${'}]'.repeat(50)}`),
    'odd names': { '': 1, constructor: 2, 'a.b': 3, $: 4, '0': 5, ü: 6 },
  }
  const { blocks, ...facts } = historyOfEveryKind()
  const parts = blocks.map(encodeBlock)
  const turn = { ...facts, metadata: values, data: { values }, parts }
  const settled = {
    v: 1,
    type: 'run-settled',
    runId: 'run_1',
    turnId: 'turn_2',
    status: 'failed',
    stop: 'error',
    usage: { input: { uncached: 0 }, output: {}, source: 'partial', raw: values },
    error: { name: 'EngineError', code: 'overloaded', message: values.text, status: 529, retryable: true },
    settledAt: 1_000.5,
  }
  const records = [
    { v: 1, type: 'session', metadata: { title: values.text, ...values, parts } },
    { v: 1, type: 'turn', index: 0, turn },
    { v: 1, type: 'turn', index: 1, turn: { ...turn, id: 'turn_2', parts: [[0, parts.length]] }, later: values },
    settled,
    { ...settled, type: 'hologram-kept', v: 7, depth: { metres: [3] } },
  ]
  // As records come from a version that this one does not know: no type describes them.
  return JSON.parse(JSON.stringify(records))
}

/** Writes on a value wherever it can be written on. */
function spoil(value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === 'object' && part !== null) spoil(part)
    // False where it is frozen, and that is well.
    Reflect.set(value, name, 'spoiled')
  }
}
