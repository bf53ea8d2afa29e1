import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Clock, systemClock } from '@geppetto/context'
import { defined } from '@geppetto/turns'
import { waitOn } from './clock-wait.ts'
import { bodyData, requestDifferences } from './describe-difference.ts'
import { playAnswer } from './play-answer.ts'
import type { WireExchange, WireRequest } from './wire-exchange.ts'
import { assertFaults } from './wire-fault.ts'

/** How a request ended: with the whole response; because the client left; or broken off by the script, or by closing the server. */
export type RequestEnd = 'answered' | 'client-left' | 'broken'

/** A request that came. */
export interface ReceivedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Its exact text. */
  readonly body: string
  /** Settles when the response is over. Never rejects. */
  readonly ended: Promise<RequestEnd>
}

/** What {@link startReplayServer} takes beside the exchanges. */
export interface ReplayServerOptions {
  /**
   * What is wrong with a request, one line per fault. Default: method, path and body must be those of the exchange, as far as it has
   * them. Give your own where clients may differ, as in optional fields of the body.
   */
  readonly check?: (expected: WireRequest, received: ReceivedRequest) => readonly string[]
  /** For the times of pieces and faults. Default: the machine's. */
  readonly clock?: Clock
}

/** An HTTP server on loopback that answers by its script. */
export interface ReplayServer extends AsyncDisposable {
  /** `http://127.0.0.1:` and a free port. */
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** What did not match, so far. The client was told the same, with status 400. */
  readonly problems: readonly string[]
  /** Connections that are open, also idle ones. */
  readonly openSockets: number
  /** Requests whose response is not over. */
  readonly openRequests: number
  /** @throws Error naming every request that did not match, and every exchange that was not asked for. */
  assertDone(): void
  /** Breaks what is open and stops. Calling it again does nothing. */
  close(): Promise<void>
}

/**
 * Starts a server that answers the first request by the first exchange, and so on; or asks `script` at each request, which counts from 1.
 * `await using server = await startReplayServer([{ response: { body: 'hello' } }])` closes it at the end of the scope.
 * @throws RangeError when the place or time of a fault is none.
 */
export async function startReplayServer(
  script: readonly WireExchange[] | ((request: ReceivedRequest, call: number) => WireExchange),
  options: ReplayServerOptions = {},
): Promise<ReplayServer> {
  const { clock = systemClock, check = compare } = options
  const expectedCount = typeof script === 'function' ? 0 : script.length
  if (typeof script !== 'function') for (const { faults = [] } of script) assertFaults(faults)
  const requests: ReceivedRequest[] = []
  const problems: string[] = []
  const sockets = new Set<Socket>()
  let openRequests = 0
  let isClosing = false

  const choose = (request: ReceivedRequest): WireExchange => {
    const call = requests.push(request)
    const exchange = typeof script === 'function' ? script(request, call) : script[call - 1]
    const lines =
      exchange === undefined
        ? [`the script has only ${expectedCount} exchange(s)`]
        : check(exchange.request ?? {}, request)
    if (exchange !== undefined && lines.length === 0) return exchange
    const problem = `request ${call} (${request.method} ${request.path}) does not match:\n  ${lines.join('\n  ')}`
    problems.push(problem)
    return refusal(problem)
  }

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    openRequests++
    const over = new AbortController()
    const ended = new Promise<RequestEnd>((resolve) => {
      response.once('close', () => {
        openRequests--
        over.abort()
        if (response.writableFinished) resolve('answered')
        else resolve(isClosing || brokenByUs.has(response) ? 'broken' : 'client-left')
      })
    })
    const request = await readRequest(incoming, ended)
    if (request === undefined) return
    const wait = (ms: number) => waitOn(clock, ms, over.signal)
    try {
      await playAnswer(response, choose(request), { wait, clock, reset: () => breakOff(response) })
    } catch (error) {
      // The client may leave at any time: `ended` says so.
      if (over.signal.aborted) return
      problems.push(`the answer to request ${requests.indexOf(request) + 1} failed: ${String(error)}`)
      breakOff(response)
    }
  }

  const server = createServer({ noDelay: true }, (incoming, response) => {
    answer(incoming, response)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // True because the server listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo
  // The server counts a socket as closed a moment before the socket says so.
  const closed = once(server, 'close').then(async () => {
    await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  })
  const close = () => {
    isClosing = true
    server.close()
    server.closeAllConnections()
    return closed
  }
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    problems,
    get openSockets() {
      return sockets.size
    },
    get openRequests() {
      return openRequests
    },
    assertDone() {
      const missing = expectedCount - requests.length
      const all = missing > 0 ? [...problems, `${missing} exchange(s) were not asked for`] : problems
      if (all.length > 0) throw new Error(`the requests are not those of the script:\n- ${all.join('\n- ')}`)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const brokenByUs = new WeakSet<ServerResponse>()

function breakOff(response: ServerResponse): void {
  brokenByUs.add(response)
  // A plain close of a chunked body may look like an end; a reset never does.
  response.socket?.resetAndDestroy()
  response.destroy()
}

async function readRequest(
  incoming: IncomingMessage,
  ended: Promise<RequestEnd>,
): Promise<ReceivedRequest | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk)
  } catch {
    // The client left while it was sending: there was no request.
    return undefined
  }
  const { method = '', url = '', headers } = incoming
  return { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8'), ended }
}

function compare(expected: WireRequest, { method, path, body }: ReceivedRequest): readonly string[] {
  const data = body === '' ? undefined : bodyData(body)
  return requestDifferences(expected, { method, path, ...defined({ body: data }) })
}

/** In the form that most clients take an error's message from; a status that nobody tries again. */
function refusal(message: string): WireExchange {
  const body = JSON.stringify({ error: { type: 'replay_mismatch', message } })
  return { response: { status: 400, contentType: 'application/json', body } }
}
