import { type ConformanceCase, check, checkSame, collectAll, rejectionOf } from './conformance-case.ts'
import { type DefineStoreCase, type StoreRecord, titled } from './conformance-store.ts'
import { eventAt } from './conformance-store-events.ts'

const started: StoreRecord = { ...{ v: 1 }, type: 'run-started', runId: 'run_1', turnId: 't', startedAt: 1 }

/** `hello`, and bytes that no text is. */
const hello = 'sha256-2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
const everyByte = 'sha256-40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880'
const nothing = 'sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const blobs = () => [
  { hash: hello, bytes: Uint8Array.of(104, 101, 108, 108, 111) },
  { hash: everyByte, bytes: Uint8Array.from({ length: 256 }, (_, index) => index) },
  { hash: nothing, bytes: new Uint8Array() },
]

/** What is kept of a session, for how long, and how it is found. */
export function keepingCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define('P12: a blob is read back by its hash, whatever is done to what was given or got', async (tested) => {
      const { store, other, acquire } = tested
      const lease = await acquire()
      const given = blobs()
      await store.commit(lease, 0, { records: [titled('x')], blobs: given })
      for (const { bytes } of given) bytes.fill(7)
      for (const { hash, bytes } of blobs())
        for (const door of [store, other]) {
          const found = await door.readBlob(hash)
          checkSame(found && [...found], [...bytes], `${hash} is another`)
          found?.fill(7)
        }
      checkSame([...((await store.readBlob(everyByte)) ?? [])].length, 256, 'it shares what it gives')
      checkSame(await store.readBlob('sha256-00'), undefined, 'there is a blob that nobody wrote')
    }),
    define('P12: a blob is kept until the last session that has it is deleted', async ({ store, other, acquire }) => {
      const put = async (sessionId: string, head: number) => {
        const lease = await acquire({ sessionId })
        const [shared] = blobs()
        await store.commit(lease, head, { records: [titled('x')], blobs: shared ? [shared] : [], release: true })
      }
      await put('one', 0)
      await put('one', 1)
      await put('two', 0)
      await other.delete('one')
      checkSame((await store.readBlob(hello))?.length, 5, 'it is gone, or another, while a session has it')
      await other.delete('two')
      checkSame(await store.readBlob(hello), undefined, 'it is there when no session has it')
      await put('one', 0)
      checkSame((await store.readBlob(hello))?.length, 5, 'written again, it is not there')
    }),
    define('P5: a commit that is refused leaves no blob either', async ({ store, acquire }) => {
      const lease = await acquire()
      await rejectionOf(store.commit(lease, 7, { records: [titled('x')], blobs: blobs() }), 'a commit to another head')
      checkSame(await store.readBlob(hello), undefined, 'it has a blob')
    }),
    define('P12: a session that is deleted is gone with all it had, and can be made again', async (tested) => {
      const { store, other, acquire, fill } = tested
      for (const sessionId of ['s', 'bystander']) {
        const lease = await acquire({ sessionId })
        const events = { events: [eventAt(1, 0), eventAt(1, 1, 'a')] }
        await store.commit(lease, 0, { records: [titled(sessionId)], events, release: true })
      }
      await other.delete('s')
      await other.delete('s')
      await other.delete('nobody')
      checkSame(await collectAll(store.read('s')), [], 'it has records')
      checkSame(await collectAll(store.readEvents('s')), [], 'it has events')
      checkSame(await store.find('s'), undefined, 'it is found')
      const listed = (await collectAll(store.list())).map(({ sessionId }) => sessionId)
      checkSame(listed, ['bystander'], 'it lists others')
      check((await collectAll(store.readEvents('bystander'))).length === 2, 'another session has lost its events')
      await fill('s', [titled('again')])
      checkSame(await collectAll(other.read('s')), [titled('again')], 'made again, it has other records')
      checkSame(await collectAll(other.readEvents('s')), [], 'made again, it has events')
    }),
    define('P12: the list has each session that has records, with its head and newest metadata', async (tested) => {
      const { store, other, acquire, fill } = tested
      await fill('one', [titled('old'), started, titled('new')])
      await fill('two', [started])
      await acquire({ sessionId: 'empty' })
      const lease = await acquire({ sessionId: 'one' })
      await store.commit(lease, 3, { records: [titled('newest')] })
      await store.commit(lease, 4, { records: [started] })
      const listed = (await collectAll(other.list())).toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
      checkSame(
        listed.map(({ sessionId, head, metadata }) => ({ sessionId, head, metadata })),
        [
          { sessionId: 'one', head: 5, metadata: { title: 'newest' } },
          { sessionId: 'two', head: 1, metadata: {} },
        ],
        'it lists otherwise',
      )
      for (const sessionId of ['empty', 'nobody'])
        checkSame(await other.find(sessionId), undefined, `session ${sessionId} is found`)
    }),
    define('P12: the list begins with the session that was written to last, and dates each', async (tested) => {
      const { store, other, acquire, fill, wait } = tested
      for (const sessionId of ['a', 'b', 'c']) {
        await fill(sessionId, [titled(sessionId)])
        await wait(10)
      }
      const lease = await acquire({ sessionId: 'b' })
      await store.commit(lease, 1, { records: [titled('more')], release: true })
      const listed = await collectAll(other.list())
      checkSame(
        listed.map(({ sessionId }) => sessionId),
        ['b', 'c', 'a'],
        'the order is another',
      )
      const [b, c, a] = listed
      check(a !== undefined && b !== undefined && c !== undefined, 'one is missing')
      check(a.createdAt === a.updatedAt, 'a session that was written to once has two dates')
      check(a.createdAt < b.createdAt && b.createdAt < c.createdAt, 'the dates of making are out of order')
      check(c.updatedAt < b.updatedAt, 'the date of the last commit is not the newest')
      for (const each of listed) checkSame(await other.find(each.sessionId), each, 'by itself it is shown otherwise')
    }),
  ]
}
