// Opens a stored session of `count` turns, beside a bare reading of its bytes from SQLite; then asks it for the next answer.
import { DatabaseSync } from 'node:sqlite'
import { Session } from '@geppetto/session'
import type { Command } from './command.ts'
import { type Timing, timed } from './measure.ts'
import { openStored, storedBuilder, storedId } from './stored-session.ts'

export const run: Command = async ({ count = 100 }, workshop) => {
  const store = await openStored(count, workshop)
  const bytes = await readBytes(store.path)
  let turns = 0
  const open = async () => Session.open(store, storedId, { builder: storedBuilder })
  const opening = await timed(1, async () => {
    turns = (await open()).turnCount
  })
  const session = await open()
  const asking = await timed(1, async () => {
    // All of the conversation, as the next request needs it.
    if (session.latest === undefined) turns = 0
  })
  store.close()
  const figures = {
    openMs: opening.wallMs,
    openCpuMs: opening.cpuMs,
    bytesMs: bytes.wallMs,
    beyondMs: opening.wallMs - bytes.wallMs,
    beyondCpuMs: opening.cpuMs - bytes.cpuMs,
    wholeMs: asking.wallMs,
    wholeCpuMs: asking.cpuMs,
  }
  return { figures, ...(turns === count ? undefined : { fault: `${turns} turns of ${count}` }) }
}

/** What any program pays that reads the records as text, row by row. */
async function readBytes(path: string): Promise<Timing> {
  const database = new DatabaseSync(path, { readOnly: true })
  const records = database.prepare('SELECT position, body, sum FROM record ORDER BY session, position')
  let characters = 0
  const cost = await timed(1, async () => {
    for (const { body } of records.iterate()) if (typeof body === 'string') characters += body.length
  })
  database.close()
  if (characters === 0) throw new Error(`${path} has no records`)
  return cost
}
