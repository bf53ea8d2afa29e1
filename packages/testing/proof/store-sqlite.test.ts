import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore, type SqliteStore } from '@geppetto/store-sqlite'
import { storeConformance } from '@geppetto/testing'
import { afterAll, describe, it } from 'vitest'
import { startStoreProcess } from './store-door.test-helper.ts'

const folder = mkdtempSync(join(tmpdir(), 'geppetto-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
/** By store, as the kit knows it. */
const opened = new Map<unknown, SqliteStore>()

function open(path: string, options: Parameters<typeof openSqliteStore>[1]): SqliteStore {
  const store = openSqliteStore(path, options)
  opened.set(store, store)
  return store
}

describe('two stores on one file', () => {
  const cases = storeConformance({
    createStore: (options) => open(join(folder, `${files++}.sqlite`), options),
    reopen: (store, options) => open(opened.get(store)?.path ?? '', options),
    close: (store) => opened.get(store)?.close(),
  })
  it.each(cases)('$name', ({ run }) => run())
})

describe('a store that another process has open too', () => {
  const neighbour = startStoreProcess()
  afterAll(() => neighbour.end())
  const cases = storeConformance({
    createStore: (options) => open(join(folder, `${files++}.sqlite`), options),
    reopen: (store, { clock }) => neighbour.open(opened.get(store)?.path ?? '', clock),
    close: (store) => opened.get(store)?.close(),
  })
  it.each(cases)('$name', ({ run }) => run())
})

describe('a store in memory', () => {
  const cases = storeConformance({
    createStore: (options) => open(':memory:', options),
    close: (store) => opened.get(store)?.close(),
  })
  it.each(cases)('$name', ({ run }) => run())
})
