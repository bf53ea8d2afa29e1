import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Connection } from './connection.ts'

/** A connection to a list of words, and how often it has begun to write. */
function setUp() {
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
  const connection = new Connection({ database }, ':memory:', 0)
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

  it('are refused where the store is closed before their turn', async () => {
    const { connection, add } = setUp()
    const writes = Promise.allSettled([add('one'), add('two')])
    connection.close()
    for (const write of await writes) expect(write).toMatchObject({ reason: { reason: 'closed' } })
  })
})
