// One delta a few milliseconds after the other: how long each takes from the server's write to the program.
import { toolUse } from '../clients/weather-tool.ts'
import { monotonicNow } from '../server/connection-log.ts'
import { median } from '../statistics.ts'
import { formats } from '../wire/format.ts'
import type { Command } from './command.ts'
import { countingWork, faultOf } from './measure.ts'
import { closedConnection, nextConnectionId } from './server-log.ts'

export const run: Command = async ({ api, scenario }, { setUp, server }) => {
  const id = nextConnectionId()
  const client = await setUp(api, { ...scenario, id }, [])
  const tally = { deltas: 0, characters: 0 }
  const work = countingWork(scenario, 0, tally)
  const before = toolUse()
  const arrivedAt: number[] = []
  const startedAt = monotonicNow()
  await client.stream({
    ...work,
    onDelta: (text) => {
      arrivedAt.push(monotonicNow())
      return work.onDelta(text)
    },
  })
  client.close?.()
  const log = await closedConnection(server, id)
  const fault = faultOf(scenario, 1, tally, before)
  const late = arrivedAt.map(
    (time, index) => time - (log.writtenAt[index + formats[api].eventsBeforeText] ?? Number.NaN),
  )
  const figures = { requestMs: log.requestedAt - startedAt, firstDeltaMs: late[0] ?? Number.NaN, deltaMs: median(late) }
  return { figures, ...(fault === undefined ? undefined : { fault }) }
}
