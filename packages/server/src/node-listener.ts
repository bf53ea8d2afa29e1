import type { IncomingMessage, ServerResponse } from 'node:http'
import { problemOf } from '@geppetto/client/protocol'
import { problemResponse } from './problem-error.ts'
import type { SessionServer } from './session-server.ts'

/** A listener for `node:http`: `createServer(nodeListener(server)).listen(8080, '127.0.0.1')`. */
export function nodeListener(
  server: Pick<SessionServer, 'handle'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    // The connection broke: there is nobody to tell.
    answer(server, incoming, outgoing).catch(() => outgoing.destroy())
  }
}

async function answer(
  server: Pick<SessionServer, 'handle'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = toRequest(incoming)
  const response =
    request === undefined
      ? problemResponse(problemOf('invalid_request', { detail: 'Its method, its address or its Host is none.' }))
      : await server.handle(request, { remoteAddress: incoming.socket.remoteAddress })
  // Whoever left before there was an answer is not told again that the connection is closed: what the body holds is given back.
  if (outgoing.destroyed) return response.body?.cancel()
  // What is still to come of a body that was too slow would keep the connection.
  if (response.status === 408) outgoing.setHeader('connection', 'close')
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (response.body === null) return void outgoing.end()
  const reader = response.body.getReader()
  outgoing.on('close', () => void reader.cancel().catch(ignoreBrokenBody))
  outgoing.flushHeaders()
  for (let read = await reader.read(); !read.done; read = await reader.read())
    if (!outgoing.write(read.value)) await drained(outgoing)
  outgoing.end()
}

/** Undefined where it is none that a Request can hold: TRACE, say. */
function toRequest(incoming: IncomingMessage): Request | undefined {
  const { method = 'GET' } = incoming
  const address = addressOf(incoming)
  if (address === undefined || /^(CONNECT|TRACE|TRACK)$/i.test(method)) return undefined
  const init: RequestInit & { duplex?: 'half' } = { method, headers: headersOf(incoming) }
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = bodyOf(incoming)
    init.duplex = 'half'
  }
  return new Request(address, init)
}

/** By the header Host alone: a path as //other.example/ must not look like another host. */
function addressOf({ headers, url = '/' }: IncomingMessage): URL | undefined {
  const path = url.startsWith('/') ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const address = `http://${headers.host ?? 'unknown'}${path.startsWith('/') ? '' : '/'}${path}`
  return URL.canParse(address) ? new URL(address) : undefined
}

/** Leaves what is not read to Node, which throws it away when the answer is sent. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = incoming[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
}

function headersOf({ headers }: IncomingMessage): Headers {
  const all = new Headers()
  for (const [name, value] of Object.entries(headers))
    for (const each of Array.isArray(value) ? value : [value ?? '']) all.append(name, each)
  return all
}

/** Resolves when more can be written, or nothing ever will. */
function drained(outgoing: ServerResponse): Promise<void> {
  if (outgoing.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off('drain', go)
      outgoing.off('close', go)
      resolve()
    }
    outgoing.on('drain', go)
    outgoing.on('close', go)
  })
}

/** Whoever left is not interested. */
function ignoreBrokenBody(): void {}
