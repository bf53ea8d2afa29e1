import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it came over the socket. */
interface ReceivedRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A provider on loopback. */
export interface LoopbackProvider {
  readonly baseUrl: string
  readonly requests: readonly ReceivedRequest[]
  /** Settles when a client has closed its socket before the answer was whole. */
  readonly hungUp: Promise<void>
}

/** Starts a server that answers every request with `answer`; it ends with the test. */
export async function startProvider(answer: (response: ServerResponse) => void): Promise<LoopbackProvider> {
  const requests: ReceivedRequest[] = []
  let hangUp: () => void = () => {}
  const hungUp = new Promise<void>((resolve) => {
    hangUp = resolve
  })
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) hangUp()
    })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { baseUrl: `http://127.0.0.1:${portOf(server.address())}/v1`, requests, hungUp }
}

/** An answer of one piece. */
export function answerWith(
  body: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens to no port')
  return address.port
}
