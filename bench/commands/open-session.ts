// Opens a stored session of `count` turns, and says how much of that is reading its bytes from SQLite and parsing them.
import { Session } from '@geppetto/session'
import type { Command } from './command.ts'
import { timed } from './measure.ts'
import { openStored, storedBuilder, storedId } from './stored-session.ts'

export const run: Command = async ({ count = 100 }, workshop) => {
  const store = await openStored(count, workshop)
  let records = 0
  const reading = await timed(1, async () => {
    for await (const record of store.read(storedId)) if (record.v > 0) records++
  })
  let turns = 0
  const opening = await timed(1, async () => {
    turns = (await Session.open(store, storedId, { builder: storedBuilder })).turnCount
  })
  store.close()
  const figures = {
    openMs: opening.wallMs,
    readMs: reading.wallMs,
    beyondMs: opening.wallMs - reading.wallMs,
    beyondCpuMs: opening.cpuMs - reading.cpuMs,
    records,
  }
  return { figures, ...(turns === count ? undefined : { fault: `${turns} turns of ${count}` }) }
}
