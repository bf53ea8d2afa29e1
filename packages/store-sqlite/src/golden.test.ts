import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { fillGolden, goldenCommits, goldenNotes } from './golden.test-helper.ts'
import { schemaVersion } from './migrations.ts'
import type { SqliteStoreOptions } from './open-sqlite-store.ts'
import { collect, makeFolder, openStore, put, request, titled } from './store-file.test-helper.ts'

const folder = fileURLToPath(new URL('../golden/', import.meta.url))
const files = readdirSync(folder).toSorted()

// A new version: run `fillGolden` on a new file, close it, and keep it there for ever.
it('there is a file of every version', () => {
  expect(files).toEqual(Array.from({ length: schemaVersion }, (_, index) => `v${index + 1}.sqlite`))
})

/** What the files of a version hold that others do not. */
const about = (file: string) =>
  file === 'v1.sqlite'
    ? { token: 3, notes: [] }
    : { token: 4, notes: goldenNotes.slice(1).map((note, index) => ({ number: index + 2, note })) }

describe.each(files)('%s', (file) => {
  const { token, notes } = about(file)
  const setUp = (options: SqliteStoreOptions = {}) => {
    const path = join(makeFolder(), file)
    copyFileSync(join(folder, file), path)
    const clock = createManualClock(5_000)
    return { path, clock, store: openStore(path, { clock, ...options }) }
  }

  it.each([{}, { readOnly: true }])('opens with all that was stored, with the options %j', async (options) => {
    const { store, path } = setUp(options)
    for (const [sessionId, { records, events, blobs }] of goldenCommits) {
      expect(await collect(store.read(sessionId))).toEqual(records)
      expect(await collect(store.readEvents(sessionId))).toEqual(events?.events ?? [])
      for (const { hash, bytes } of blobs ?? []) expect(await store.readBlob(hash)).toEqual(bytes)
    }
    const [first] = goldenCommits[0] ?? ['']
    const dates = { createdAt: 1_000, updatedAt: 1_000 }
    const active = { runId: 'run_2', holder: 'golden \ud800', expiresAt: 11_000 }
    expect(await collect(store.list())).toEqual([
      { sessionId: 'second', head: 1, metadata: { title: 'The second' }, ...dates },
      { sessionId: first, head: 3, metadata: goldenCommits[0]?.[1].records[0]?.metadata, ...dates, active },
    ])
    expect((await store.readInbox({ sessionId: first, token, holder: '', expiresAt: 0 })).cancelReason).toBe('please')
    expect(await store.notes(first)).toEqual(notes)
    if (options.readOnly === true) expect(readFileSync(path)).toEqual(readFileSync(join(folder, file)))
  })

  it('is held as it was', async () => {
    const { store, clock } = setUp()
    const [first] = goldenCommits[0] ?? ['']
    await expect(store.acquire(first, request)).rejects.toMatchObject({ code: 'session_busy', runId: 'run_2' })
    await clock.advance(6_000)
    expect((await store.acquire(first, request)).token).toBe(token + 1)
  })

  it('is written to like a new one', async () => {
    const { store } = setUp()
    await put(store, 'second')
    expect((await store.find('second'))?.head).toBe(2)
    expect(await store.leaveNote('second', titled('note'))).toBe(true)
    expect((await store.notes('second')).map(({ note }) => note)).toEqual([titled('note')])
    await store.delete('second')
    expect(await store.find('second')).toBeUndefined()
  })

  it('has the schema of a new one once it is open', () => {
    const { path } = setUp()
    const fresh = openStore(join(makeFolder(), 'fresh.sqlite'))
    expect(schemaOf(path)).toEqual(schemaOf(fresh.path))
  })
})

it('the newest file is what this version writes', async () => {
  const folderOfTest = makeFolder()
  const [golden, fresh] = [join(folderOfTest, 'golden.sqlite'), join(folderOfTest, 'fresh.sqlite')]
  copyFileSync(join(folder, files.at(-1) ?? ''), golden)
  await fillGolden(openStore(fresh, { clock: createManualClock(1_000) }))
  expect(rowsOf(fresh)).toEqual(rowsOf(golden))
})

function rowsOf(path: string): unknown {
  const database = new DatabaseSync(path)
  // Who holds the session is another process.
  database.exec('UPDATE holding SET owner = NULL')
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()
  const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).all()])
  database.close()
  return rows
}

function schemaOf(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true })
  const schema = database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all()
  const versions = ['user_version', 'application_id'].map((name) => database.prepare(`PRAGMA ${name}`).get())
  database.close()
  return { schema, versions }
}
