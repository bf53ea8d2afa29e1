import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A host that speaks Chat Completions in a way that is in no table of ours. */
export interface OddHost {
  readonly baseUrl: string
  close(): void
}

/** What somebody fills in who has read the host's reference. */
const entries: readonly (readonly [generated: string, filledIn: string])[] = [
  ["keyHeader: { name: 'authorization', before: 'Bearer ' }", "keyHeader: { name: 'x-odd-key', before: 'odd-' }"],
  ['headers: {}', "headers: { 'x-odd-version': '7' }"],
  ['renamedFields: {}', "renamedFields: { max_tokens: 'token_limit' }"],
  ['refusedFields: []', "refusedFields: ['seed', 'stream_options']"],
  ["requestIdHeader: 'x-request-id'", "requestIdHeader: 'x-odd-id'"],
  ['errorCodes: {}', "errorCodes: { '418': 'overloaded', out_of_coins: 'quota' }"],
  ['payloads: {}', "payloads: { 'odd.billing': ({ model }, output) => output.update({ model: String(model) }) }"],
]

/** The generated table, filled in for the odd host. */
export function fillTable(text: string): string {
  return entries.reduce((filled, [generated, filledIn]) => {
    if (!filled.includes(generated)) throw new Error(`the generated table has no entry ${generated}`)
    return filled.replace(generated, filledIn)
  }, text)
}

/** Starts it on loopback. It answers only what it is asked in its own way, and fails for who has no coins. */
export async function startOddHost(): Promise<OddHost> {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    const { 'x-odd-key': key, 'x-odd-version': version } = request.headers
    const body: Readonly<Record<string, unknown>> = JSON.parse(text)
    const foreign = ['max_tokens', 'seed', 'stream_options'].filter((name) => name in body)
    const isRight = request.url === '/v1/chat/completions' && version === '7' && body['token_limit'] === 20
    response.setHeader('x-odd-id', 'odd-request-1')
    if (key === 'odd-poor')
      response.writeHead(400).end(JSON.stringify({ error: { code: 'out_of_coins', message: 'No.' } }))
    else if (key !== 'odd-rich' || foreign.length > 0 || !isRight) response.writeHead(400).end('not in my way')
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${portOf(server.address())}/v1`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const frames = [
  { object: 'odd.billing', model: 'odd-1-billed' },
  { choices: [{ index: 0, delta: { content: 'Odd, but understood.' }, finish_reason: 'stop' }] },
]
const answer = `${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`

/** A program that talks to the host by the generated package: once with coins, once without. */
export function programFor(packageName: string, functionName: string, baseUrl: string): string {
  return `import { background } from '@geppetto/context'
import { ${functionName} } from '${packageName}'
import { assistantText, createTurn, providerCalls, userBlock } from '@geppetto/turns'

const turn = createTurn({ blocks: [userBlock('Hello')] })
for (const apiKey of ['rich', 'poor']) {
  const engine = ${functionName}({ model: 'odd-1', apiKey, baseUrl: '${baseUrl}', maxOutputTokens: 20, seed: 1 })
  await engine.runInference(background(), turn).then(
    (answered) => console.log(assistantText(answered), providerCalls(answered)[0]?.model),
    (error) => console.log(error.code, error.requestId),
  )
}
`
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens to no port')
  return address.port
}
