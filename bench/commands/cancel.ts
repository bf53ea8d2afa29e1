// Stops a stream after `count` deltas, by a signal (`abort`) or by leaving it (`leave`): until the client is done, and until the socket is closed.
import type { Client, Work } from '../clients/client.ts'
import { monotonicNow } from '../server/connection-log.ts'
import type { Command } from './command.ts'
import { countingWork } from './measure.ts'
import { closedConnection, nextConnectionId } from './server-log.ts'

export const run: Command = async ({ api, scenario, count = 50, variant = 'abort' }, { setUp, server }) => {
  const id = nextConnectionId()
  const client = await setUp(api, { ...scenario, id }, [])
  const stop = new AbortController()
  let deltas = 0
  let stoppedAt = 0
  const work: Work = {
    ...countingWork(scenario, 0, { deltas: 0, characters: 0 }),
    ...(variant === 'abort' ? { signal: stop.signal } : undefined),
    onDelta: () => {
      if (++deltas < count) return false
      if (deltas === count) {
        stoppedAt = monotonicNow()
        if (variant === 'abort') stop.abort()
      }
      return variant === 'leave'
    },
  }
  const error = await errorOf(client, work)
  const settledMs = monotonicNow() - stoppedAt
  const { closedAt = Number.NaN, isDrained } = await closedConnection(server, id)
  client.close?.()
  const figures = { settledMs, closedMs: closedAt - stoppedAt, deltasAfter: deltas - count, drained: isDrained ? 1 : 0 }
  return { figures, ...(deltas < count ? { fault: `${deltas} deltas: ${error}` } : undefined) }
}

/** How a client says that it was stopped is its own affair. */
function errorOf(client: Client, work: Work): Promise<unknown> {
  return client.stream(work).then(
    () => undefined,
    (error: unknown) => error,
  )
}
