import { type ReceivedRequest, type ReplayServer, startReplayServer } from '@geppetto/testing/node'
import { isJsonObject, isSameJson } from '@geppetto/turns'
import { type Exchange, resultsIn } from './recording.ts'

/** Answers on loopback as the API did. A request that does not bring the results of the recorded one back is refused. */
export function startReplay(exchanges: readonly Exchange[]): Promise<ReplayServer> {
  return startReplayServer((received, call) => {
    const exchange = exchanges[call - 1]
    const problem = exchange === undefined ? 'the recording ends here' : problemOf(exchange, received)
    if (exchange !== undefined && problem === undefined) return { response: exchange.response }
    const body = JSON.stringify({ error: { type: 'replay_mismatch', message: problem } })
    return { response: { status: 400, contentType: 'application/json', body } }
  })
}

function problemOf({ request }: Exchange, { path, body }: ReceivedRequest): string | undefined {
  if (path !== '/v1/responses') return `nothing was recorded at ${path}`
  const received: unknown = JSON.parse(body)
  if (!isJsonObject(received)) return 'the body is no object'
  const results = resultsIn(received)
  const missing = [...resultsIn(request)].filter(([id, output]) => !isSameJson(results.get(id), output))
  return missing.length === 0
    ? undefined
    : `the results of ${missing.map(([id]) => id).join(', ')} are not the recorded ones`
}
