import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Connection } from './connection.ts'
import { Damage } from './row.ts'

/** A connection to a list of words, and how often it has begun to write. */
function setUp(lockTimeoutMs = 0) {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE word (word TEXT)')
  const begun = vi.fn<() => void>()
  const prepare = database.prepare.bind(database)
  vi.spyOn(database, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql)
    const run = statement.run.bind(statement)
    if (sql.startsWith('BEGIN'))
      vi.spyOn(statement, 'run').mockImplementation(() => {
        begun()
        return run()
      })
    return statement
  })
  const connection = new Connection({ database }, ':memory:', lockTimeoutMs)
  onTestFinished(() => connection.close())
  const add = (word: string, then: () => void = () => {}) =>
    connection.write('process', () => {
      connection.run('INSERT INTO word VALUES (?)', word)
      then()
      return word
    })
  const words = () => Array.from(connection.rows('SELECT word FROM word'), ({ word }) => word)
  return { connection, database, begun, add, words }
}

/** What SQLite throws where another process holds the lock. */
const busy = Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 })

const refuse = (error: unknown) => () => {
  throw error
}

describe('writes that come at once', () => {
  it('are written together, in their order, and each is told what came of it', async () => {
    const { begun, add, words } = setUp()
    expect(await Promise.all(['one', 'two', 'three'].map((word) => add(word)))).toEqual(['one', 'two', 'three'])
    expect([begun.mock.calls.length, words()]).toEqual([1, ['one', 'two', 'three']])
    await add('four')
    expect(begun).toHaveBeenCalledTimes(2)
  })

  it('leave out the one that is refused, with all that it wrote', async () => {
    const { begun, add, words } = setUp()
    const [one, two, three] = await Promise.allSettled([add('one'), add('two', refuse(new Error('no'))), add('three')])
    expect([one.status, two.status, three.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(two).toMatchObject({ reason: { code: 'store_failed', message: expect.stringContaining('no') } })
    expect([begun.mock.calls.length, words()]).toEqual([1, ['one', 'three']])
  })

  it('are each written alone where the disk undid all of them', async () => {
    const { add, words } = setUp()
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' })
    const [one, two, three] = await Promise.allSettled([add('one'), add('two', refuse(full)), add('three')])
    expect([one.status, two.status, three.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(two).toMatchObject({ reason: { code: 'store_failed', reason: 'disk_full' } })
    expect(words()).toEqual(['one', 'three'])
  })

  it('wait for the disk where one of them does', async () => {
    const { connection, database, add } = setUp()
    const synchronous = () => database.prepare('PRAGMA synchronous').get()?.synchronous
    await Promise.all([add('one'), connection.write('disk', () => {}), add('three')])
    // https://sqlite.org/pragma.html#pragma_synchronous: 2 is FULL.
    expect(synchronous()).toBe(2)
    await add('four')
    expect(synchronous()).toBe(1)
  })

  it('are refused at once where nobody gets the lock, and not tried one by one', async () => {
    const { begun, add } = setUp()
    begun.mockImplementation(refuse(busy))
    const writes = await Promise.allSettled([add('one'), add('two'), add('three')])
    for (const write of writes) expect(write).toMatchObject({ reason: { reason: 'locked' } })
    expect(begun).toHaveBeenCalledTimes(1)
  })

  it('wait for a lock that stays no longer where they are more than are written together', async () => {
    const { begun, add } = setUp(50)
    begun.mockImplementation(refuse(busy))
    const tries = await Promise.all(Array.from({ length: 200 }, () => add('one').catch(() => begun.mock.calls.length)))
    // Those behind the first ones are tried once more, as the lock may be free by then.
    expect(Number(tries.at(-1)) - Number(tries[0])).toBe(3)
  })

  it('wait for a lock for as long as each of them may, and no less for the one that came later', async () => {
    const { begun, add, words } = setUp(100)
    let time = 1_000
    const now = vi.spyOn(performance, 'now').mockImplementation(() => time)
    onTestFinished(() => now.mockRestore())
    // The lock is free at the third try.
    begun.mockImplementation(() => {
      time += 30
      if (begun.mock.calls.length < 3) throw busy
    })
    const first = add('first')
    time += 50
    const [one, two] = await Promise.allSettled([first, add('later')])
    expect(one).toMatchObject({ reason: { reason: 'locked' } })
    expect([two.status, words()]).toEqual(['fulfilled', ['later']])
  })

  it('name the session of the one that met damage', async () => {
    const { connection, add } = setUp()
    const damaged = connection.write('process', refuse(new Damage('it', 'missing')), {
      place: () => ({ sessionId: 'torn' }),
    })
    const [one, two] = await Promise.allSettled([add('one'), damaged])
    expect(one.status).toBe('fulfilled')
    expect(two).toMatchObject({ reason: { reason: 'damaged', message: expect.stringContaining('session torn') } })
  })

  it('are all told of before anybody who waited for one of them goes on', async () => {
    const { connection } = setUp()
    const told: string[] = []
    const write = (word: string) =>
      connection.write('process', () => word, { onWritten: (written) => told.push(written) })
    const first = write('one').then(() => [...told])
    await write('two')
    expect(await first).toEqual(['one', 'two'])
  })

  it('are refused where the store is closed before their turn', async () => {
    const { connection, add } = setUp()
    const writes = Promise.allSettled([add('one'), add('two')])
    connection.close()
    for (const write of await writes) expect(write).toMatchObject({ reason: { reason: 'closed' } })
  })
})

describe('a write', () => {
  it('is there before the event loop comes to its next callback, which may be the last of the process', async () => {
    const { add, words } = setUp()
    const seen: unknown[] = []
    const written = (count: number) => Array.from({ length: count }, () => 'one')
    await new Promise<void>((resolve) => {
      // All are due at once, as timers may be.
      for (let count = 0; count < 4; count++) {
        setImmediate(() => void add('one'))
        setImmediate(() => seen.push(words()))
      }
      setImmediate(resolve)
    })
    expect(seen).toEqual([1, 2, 3, 4].map(written))
  })

  it('waits for the others where many come in one turn of the event loop, each with a callback of its own', async () => {
    const { begun, add, words } = setUp()
    const callback = () => new Promise<void>((resolve) => setImmediate(resolve))
    await Promise.all(Array.from({ length: 50 }, () => callback().then(() => add('one'))))
    expect(words()).toHaveLength(50)
    expect(begun.mock.calls.length).toBeLessThan(8)
  })

  it.each([1, 130])(
    'keeps no timer waiting where %i callers write again as soon as they have written',
    async (count) => {
      const { add } = setUp()
      let isOver = false
      let written = 0
      setImmediate(() => {
        isOver = true
      })
      const writeOn = async (): Promise<void> => {
        for (; !isOver && written < 10_000; written++) await add('one')
      }
      await Promise.all(Array.from({ length: count }, writeOn))
      expect(written).toBeLessThan(10_000)
    },
  )
})
