// A mock provider on loopback, in a process of its own: what it costs is not the client's. Tells its address on stdout.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from '../wire/answer.ts'
import { formats } from '../wire/format.ts'
import { type Api, parseAddress, type Scenario } from '../wire/scenario.ts'
import { connectionLog } from './connection-log.ts'
import { sendPaced } from './send.ts'
import { writesOf } from './writes.ts'

const server = createServer((request, response) => {
  const url = request.url ?? ''
  if (url.startsWith('/connections/')) {
    response.end(JSON.stringify(connectionLog(Number(url.slice('/connections/'.length))) ?? null))
    return
  }
  const asked = parseAddress(url)
  if (asked === undefined) {
    response.statusCode = 404
    response.end(JSON.stringify({ error: { message: `the mock provider has nothing at ${url}` } }))
    return
  }
  void readBody(request).then((body) => answer(asked.api, asked.scenario, body, response))
})

function answer(api: Api, scenario: Scenario, body: string, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': 'req_mock',
    'request-id': 'req_mock',
    'openai-processing-ms': '12',
  })
  sendPaced(response, writesOf(api, answerTo(api, scenario, body), scenario.writeSize ?? 16_384), scenario)
}

function answerTo(api: Api, scenario: Scenario, body: string): Answer {
  const { steps = 0, parallel = 1, noteDeltas = 0, deltas } = scenario
  const step = steps === 0 ? 0 : Math.floor(formats[api].countResults(JSON.parse(body)) / parallel)
  return step < steps ? { kind: 'tools', step, parallel, noteDeltas } : { kind: 'text', deltas }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

server.keepAliveTimeout = 60_000
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.stdout.write(`${portOf(server.address())}\n`)
})
// The driver is gone.
process.on('disconnect', () => process.exit(0))

function portOf(address: AddressInfo | string | null): number {
  return address === null || typeof address === 'string' ? 0 : address.port
}
