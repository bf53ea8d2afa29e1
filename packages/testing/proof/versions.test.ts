import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { Event } from '@geppetto/events'
import { createMemoryStore, exportSession, Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { createTurn, encodeTurn } from '@geppetto/turns'
import { describe, expect, it, onTestFinished } from 'vitest'
import { recordSession } from '../src/record-session.ts'
import { createScriptedEngine } from '../src/scripted-engine.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/versions.md'), 'utf8')

/** What the table of the document says is the version now. */
function stated(what: string): number {
  const [, now] =
    page
      .split('\n')
      .find((line) => line.startsWith(`| ${what} |`))
      ?.match(/^\|[^|]+\| (\d+) \|/) ?? []
  return Number(now)
}

const builder = createEngineBuilder({ base: createScriptedEngine(() => [{ text: 'Yes.' }]) })

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('docs/versions.md says with which number is written', () => {
  it('a record, and an export', async () => {
    const store = createMemoryStore()
    await new Session({ id: 's', store, builder }).run('Well?')
    const records = await all(store.read('s'))
    expect(new Set(records.map(({ v }) => v))).toEqual(new Set([stated('records of a session')]))
    const [header = ''] = await all(exportSession(store, 's'))
    expect(JSON.parse(header)).toMatchObject({ v: stated('an exported session') })
  })

  it('a turn by itself', () => {
    expect(encodeTurn(createTurn())).toMatchObject({ v: stated('a stored turn by itself') })
  })

  it('an event', async () => {
    const seen: Event[] = []
    const eventSinks = [{ publish: (event: Event) => void seen.push(event) }]
    const engine = createScriptedEngine(() => [{ text: 'Yes.' }])
    await new Session({ builder: createEngineBuilder({ base: engine, eventSinks }) }).run('Well?')
    expect(new Set(seen.map(({ v }) => v))).toEqual(new Set([stated('events')]))
  })

  it('a file of SQLite', () => {
    const folder = mkdtempSync(join(tmpdir(), 'geppetto-versions-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    openSqliteStore(join(folder, 's.sqlite')).close()
    using database = new DatabaseSync(join(folder, 's.sqlite'), { readOnly: true })
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: stated('tables of SQLite') })
  })

  it('a recording', async () => {
    const { cassette } = await recordSession(async () => {})
    expect(cassette).toMatchObject({ version: stated('a recording of `testing`') })
  })
})
