import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { makeFolder, openStore, put, titled } from './store-file.test-helper.ts'

const page = readFileSync(new URL('../../../docs/persistence.md', import.meta.url), 'utf8')

const { 1: section = '' } = page.split('### For those who read it without us')

/** A file with a row of each kind, opened without the store. */
async function strangersView(): Promise<DatabaseSync> {
  const path = join(makeFolder(), 'sessions.sqlite')
  const store = openStore(path)
  const event = { epoch: 1, seq: 7, deltaOf: 'segment', event: { type: 'log' } }
  const records = [{ v: 1, type: 'session', metadata: { title: 'Ünï' } }, titled('a')]
  await put(store, 'trip', { records, events: { events: [event, { epoch: 1, seq: 8, event: { type: 'log' } }] } })
  await store.leaveNote('trip', titled('note'))
  store.close()
  return new DatabaseSync(path, { readOnly: true })
}

it('is told of whole on the page for those who read the file without the store', async () => {
  const database = await strangersView()
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
  expect(tables.length).toBeGreaterThan(5)
  for (const { name } of tables) {
    const row = section.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``))
    expect(row, `the table ${name}`).toBeDefined()
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all()
    for (const column of columns)
      if (column.name !== 'one' && column.name !== 'number')
        expect(row, `the column ${name}.${column.name}`).toContain(`\`${column.name}\``)
  }
  const { application_id: id } = database.prepare('PRAGMA application_id').get() ?? {}
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  expect(page).toContain(`\`PRAGMA application_id\` is ${id}`)
  expect(page).toMatch(new RegExp(`version of the\\s+tables: ${version}\\.`))
  database.close()
})

it('has sums that can be made again from what the page says', async () => {
  const database = await strangersView()
  const rowsOf = (table: string) => database.prepare(`SELECT * FROM ${table}`).all()
  const checked = [
    ...rowsOf('record').map((row) => [row.sum, `["trip",${row.position}]${row.body}`]),
    ...rowsOf('event').map((row) => [
      row.sum,
      `["trip",${row.epoch},${row.seq},${row.delta_of === null ? 'null' : JSON.stringify(row.delta_of)}]${row.body}`,
    ]),
    ...rowsOf('note').map((row) => [row.sum, `["trip","note"]${row.body}`]),
    ...rowsOf('session').map((row) => [row.metadata_sum, `["trip","metadata"]${row.metadata}`]),
  ]
  expect(checked).toHaveLength(6)
  for (const [sum, text] of checked) expect(crc32(String(text))).toBe(sum)
  database.close()
})
