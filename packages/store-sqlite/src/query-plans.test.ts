import type { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { blobSql } from './blobs.ts'
import { eventSql } from './event-log.ts'
import { holdingSql } from './holdings.ts'
import { inboxSql } from './inbox.ts'
import { noteSql } from './notes.ts'
import { openDatabase } from './open-database.ts'
import { sessionSql } from './sessions.ts'
import { inMemory } from './store-path.ts'

const { database } = openDatabase(inMemory, 0)
afterAll(() => database.close())

const statements = [sessionSql, holdingSql, eventSql, blobSql, noteSql, inboxSql].flatMap((group) =>
  Object.entries(group).map(([name, sql]) => ({ name, sql: String(sql) })),
)

/** All sessions are listed, by an index that has nothing else in it; the store has one row of its own. */
const allowed = ['SCAN session USING COVERING INDEX session_by_update', 'SCAN store']

describe('what a statement costs does not grow with what is stored', () => {
  it.each(statements)('$name', ({ sql }) => {
    const plan = planOf(database, sql)
    expect(plan.filter((step) => /\bSCAN\b|TEMP B-TREE/.test(step) && !allowed.includes(step))).toEqual([])
  })
})

function planOf(on: DatabaseSync, sql: string): readonly string[] {
  const steps = on.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
  return steps.map(({ detail }) => String(detail))
}
