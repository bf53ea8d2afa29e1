import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionServer } from './session-server.ts'

/** A listener for `node:http`: `createServer(nodeListener(server)).listen(8080, '127.0.0.1')`. */
export function nodeListener(
  server: Pick<SessionServer, 'handle'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    answer(server, incoming, outgoing).catch(() => {
      // The connection broke, or the request is none that Request can hold: there is nobody to tell, or nothing to say.
      if (!outgoing.headersSent) outgoing.writeHead(400)
      outgoing.end()
    })
  }
}

async function answer(
  server: Pick<SessionServer, 'handle'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await server.handle(toRequest(incoming), { remoteAddress: incoming.socket.remoteAddress })
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (response.body === null) return void outgoing.end()
  const reader = response.body.getReader()
  outgoing.on('close', () => void reader.cancel().catch(ignoreBrokenBody))
  outgoing.flushHeaders()
  for (let read = await reader.read(); !read.done; read = await reader.read())
    if (!outgoing.write(read.value)) await drained(outgoing)
  outgoing.end()
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', headers, url = '/' } = incoming
  const init: RequestInit & { duplex?: 'half' } = { method, headers: headersOf(incoming) }
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = bodyOf(incoming)
    init.duplex = 'half'
  }
  return new Request(new URL(url, `http://${headers.host ?? 'unknown'}`), init)
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
