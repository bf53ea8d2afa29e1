import { type ConformanceCase, check, checkSame, rejectionOf } from './conformance-case.ts'
import { type DefineStoreCase, type StoreRecord, titled } from './conformance-store.ts'
import { checkRefused } from './conformance-store-lease.ts'

/** A note as a session leaves it. */
const named = (name: string): StoreRecord => ({ ...titled(name), type: 'note', said: { text: `${name} \ud800` } })

/** What others leave for whoever runs a session. */
export function noteCases(define: DefineStoreCase): readonly ConformanceCase[] {
  return [
    define(
      'P7: notes are there for the owner as they were left, in their order, whoever holds the session',
      async (tested) => {
        const { store, other, acquire, fill } = tested
        check(!(await other.leaveNote('s', named('early'))), 'a note was left for a session that has no records')
        await fill('s', [titled('conformance')])
        check(await other.leaveNote('s', named('one')), 'no note could be left while nobody holds the session')
        const lease = await acquire()
        check(await other.leaveNote('s', named('two')), 'no note could be left while somebody holds the session')
        checkSame(
          (await store.notes('s')).map(({ note }) => note),
          [named('one'), named('two')],
          'its notes are others',
        )
        checkSame(await store.readInbox(lease), { notes: await store.notes('s') }, 'its owner finds others')
        checkSame(await store.notes('another'), [], 'another session has notes')
      },
    ),
    define('P7: a commit takes the notes up to the one that it names, and no later one', async (tested) => {
      const { store, other, acquire, fill } = tested
      await fill('s', [titled('conformance')])
      for (const name of ['one', 'two']) await other.leaveNote('s', named(name))
      const found = await store.notes('s')
      await other.leaveNote('s', named('three'))
      const lease = await acquire()
      const head = await store.commit(lease, 1, { records: [titled('taken')], takesNotes: found.at(-1)?.number ?? 0 })
      checkSame(
        (await other.notes('s')).map(({ note }) => note),
        [named('three')],
        'its notes are others',
      )
      await other.leaveNote('s', named('four'))
      const numbers = [...found, ...(await store.notes('s'))].map(({ number }) => number)
      checkSame(
        numbers,
        [...new Set(numbers)].sort((one, two) => one - two),
        'the numbers of notes do not grow',
      )
      await store.commit(lease, head, { records: [] })
      check((await store.notes('s')).length === 2, 'a commit that takes no note has taken one')
    }),
    define('P3: a commit that is refused takes no note', async ({ store, other, acquire, fill }) => {
      await fill('s', [titled('conformance')])
      await other.leaveNote('s', named('one'))
      const lease = await acquire()
      const takesNotes = (await store.notes('s'))[0]?.number ?? 0
      await checkRefused(
        store.commit(lease, 7, { records: [titled('refused')], takesNotes }),
        'a commit to another head',
      )
      check((await store.notes('s')).length === 1, 'the note is gone')
    }),
    define('P7: notes are thrown away with their session', async ({ store, other, fill }) => {
      await fill('s', [titled('conformance')])
      await other.leaveNote('s', named('one'))
      await store.delete('s')
      await fill('s', [titled('again')])
      checkSame(await other.notes('s'), [], 'a session that was made again has notes')
    }),
    define('P7: the numbers of notes grow, also when all were taken, or thrown away', async (tested) => {
      const { store, other, acquire, fill } = tested
      const numbers: number[] = []
      const leave = async (name: string): Promise<number> => {
        await other.leaveNote('s', named(name))
        const number = (await store.notes('s')).at(-1)?.number ?? 0
        numbers.push(number)
        return number
      }
      await fill('s', [titled('conformance')])
      const takesNotes = await leave('one')
      const lease = await acquire()
      await store.commit(lease, 1, { records: [], takesNotes, release: true })
      await leave('two')
      await store.delete('s')
      await fill('s', [titled('again')])
      await leave('three')
      check(
        numbers.every((number, index) => number > (numbers[index - 1] ?? 0)),
        `the numbers of three notes are ${numbers.join(', ')}`,
      )
    }),
    define('P8: a note that is no JSON is refused', async ({ store, fill }) => {
      await fill('s', [titled('conformance')])
      await rejectionOf(
        store.leaveNote('s', { ...titled('odd'), count: Number.NaN }),
        'a note with a number that JSON has not',
      )
      checkSame(await store.notes('s'), [], 'it was left')
    }),
  ]
}
