import type { ServerResponse } from 'node:http'
import type { Scenario } from '../wire/scenario.ts'
import { logConnection, maxTimes, monotonicNow } from './connection-log.ts'

/** Sends the writes one after the other, as the socket takes them and the scenario's pace allows, until the client leaves. */
export function sendPaced(response: ServerResponse, writes: readonly Buffer[], { gapMs = 0, id }: Scenario): void {
  const log = id === undefined ? undefined : logConnection(id)
  let next = 0
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  response.on('close', () => {
    isClosed = true
    clearTimeout(timer)
    if (log === undefined) return
    log.closedAt = monotonicNow()
    log.isDrained = response.writableFinished
  })
  const sendMore = (): void => {
    while (!isClosed && next < writes.length) {
      if (log !== undefined && next < maxTimes) log.writtenAt.push(monotonicNow())
      const isTaken = response.write(writes[next++])
      if (gapMs > 0) {
        timer = setTimeout(sendMore, gapMs)
        return
      }
      if (!isTaken) {
        response.once('drain', sendMore)
        return
      }
    }
    if (!isClosed) response.end()
  }
  sendMore()
}
