import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import type { EventSink } from '@geppetto/events'
import { openaiChat } from '@geppetto/provider-openai/fetch'
import { Session } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'

// Has so many megabytes of answers come by HTTP through sessions in one SQLite file, three at once, with a sink that blocks them all now and then; prints what came, and what is held
// of it after a third and at the end.
const megabytes = Number(process.argv[2])
const deltas = 2_500
const atOnce = 3
const answers = atOnce * Math.ceil((megabytes * 1e6) / (atOnce * deltas * frame(0).length))
const folder = mkdtempSync(join(tmpdir(), 'geppetto-bytes-'))
let wire = 0
let deltasSeen = 0
let events = 0

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  void answer(response)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
// What a TCP server listens at.
const { port } = server.address() as AddressInfo
const store = openSqliteStore(join(folder, 'sessions.sqlite'), { durability: 'process' })
const sink: EventSink = {
  publish(event) {
    if (event.type === 'text-delta') deltasSeen++
    return ++events % 500 === 0 ? setTimeout(1) : undefined
  },
}
const base = openaiChat({ model: 'test', apiKey: 'key', baseUrl: `http://127.0.0.1:${port}/v1` })
const builder = createEngineBuilder({ base, eventSinks: [sink] })

await runSome(answers / 3)
const first = await held()
await runSome((answers * 2) / 3)
const last = await held()
store.close()
server.closeAllConnections()
server.close()
rmSync(folder, { recursive: true })
process.stdout.write(JSON.stringify({ wire, deltasSeen, deltas: deltas * answers, grew: last - first }))

async function runSome(count: number): Promise<void> {
  let due = Math.round(count)
  const work = async () => {
    while (due-- > 0) await new Session({ builder, store }).run('Say something.')
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

async function answer(response: ServerResponse): Promise<void> {
  for (let index = 0; index < deltas; index++) {
    const text = frame(index)
    wire += text.length
    if (!response.write(text)) await once(response, 'drain')
  }
  response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
}

function frame(index: number): string {
  const content = `the word ${String(index).padStart(6, '0')} and what a host puts around it `
  const choice = { index: 0, delta: { content }, finish_reason: null }
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'test', choices: [choice] })}\n\n`
}

/** When idle connections are all that is left. */
async function held(): Promise<number> {
  await setTimeout(50)
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
