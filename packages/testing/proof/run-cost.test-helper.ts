import { statSync } from 'node:fs'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Engine, startProviderCall } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { defineTool } from '@geppetto/tools'
import { z } from 'zod'
import { createManualClock, createSequentialIds } from '../src/index.ts'

/** What one run of a session in a file costs. */
export interface RunCost {
  /** How many turns the session had before it. */
  readonly turns: number
  /** Statements that SQLite was asked to run. */
  readonly statements: number
  /** Rows that are new. */
  readonly rows: number
  /** Bytes of text in them. */
  readonly bytes: number
}

const info = { api: 'test', host: 'embedded', model: 'test' }

/** Calls a tool, then answers. */
const engine: Engine = {
  info,
  async runInference(ctx, turn) {
    const call = startProviderCall(ctx, turn, info)
    if (turn.blocks.at(-1)?.kind === 'user') {
      const writer = call.toolCall('note')
      writer.append('{}')
      writer.finish()
      call.stop('tool_calls')
    } else {
      const text = call.text()
      text.append('An answer of some ten words, as they are given every day.')
      text.finish()
      call.stop('end_turn')
    }
    return call.finish()
  },
}

const tools = [defineTool({ name: 'note', description: 'Notes.', input: z.object({}), execute: () => 'noted' })]

/** Lets a session in the file grow, and says what the runs cost that begin with so many turns; and how large the file is at the end. */
export async function runCosts(
  path: string,
  atTurns: readonly number[],
): Promise<{ readonly costs: readonly RunCost[]; readonly fileBytes: number }> {
  const clock = createManualClock()
  using store = openSqliteStore(path, { clock, durability: 'process' })
  const builder = createEngineBuilder({ base: engine, tools })
  const session = new Session({ id: 's', builder, store, clock, ids: createSequentialIds() })
  const costs: RunCost[] = []
  for (let turns = 0; turns <= Math.max(...atTurns); turns++) {
    if (!atTurns.includes(turns)) {
      await session.run('A question, as they are asked every day.')
      continue
    }
    const before = contentOf(path)
    const statements = await countStatements(() => session.run('A question, as they are asked every day.'))
    const after = contentOf(path)
    costs.push({ turns, statements, rows: after.rows - before.rows, bytes: after.bytes - before.bytes })
  }
  return { costs, fileBytes: statSync(path).size }
}

function contentOf(path: string): { readonly rows: number; readonly bytes: number } {
  using database = new DatabaseSync(path, { readOnly: true })
  const count = (table: string) =>
    database.prepare(`SELECT count(*) AS rows, coalesce(sum(length(body)), 0) AS bytes FROM ${table}`).get()
  const found = [count('record'), count('event')]
  const sum = (field: string) => found.reduce((total, row) => total + Number(row?.[field]), 0)
  return { rows: sum('rows'), bytes: sum('bytes') }
}

/** Counts at the door of SQLite, whoever asks it. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const { run, get, all, iterate } = StatementSync.prototype
  const counted = <Input extends unknown[], Output>(method: (this: StatementSync, ...input: Input) => Output) =>
    function counting(this: StatementSync, ...input: Input): Output {
      count++
      return method.apply(this, input)
    }
  Object.assign(StatementSync.prototype, {
    run: counted(run),
    get: counted(get),
    all: counted(all),
    iterate: counted(iterate),
  })
  try {
    await work()
  } finally {
    Object.assign(StatementSync.prototype, { run, get, all, iterate })
  }
  return count
}
