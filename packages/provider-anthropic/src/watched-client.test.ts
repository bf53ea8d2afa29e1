import Anthropic, { type APIRequest, type ClientOptions } from '@anthropic-ai/sdk'
import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { anthropic } from './index.ts'
import { startLoopback } from './loopback.test-helper.ts'
import { recording } from './recordings.test-helper.ts'

const { status, body, contentType } = recording('text-stream').response
const model = 'claude-haiku-4-5'

const answering = () =>
  startLoopback((response) => {
    response.writeHead(status, { 'content-type': contentType })
    response.end(body)
  })

const ask = (engine: Engine, text: string) =>
  engine.runInference(background(), createTurn({ blocks: [userBlock(text)] }))

describe('a client of the user', () => {
  it('is copied once, and again when the program has changed it', async () => {
    await using server = await answering()
    let clients = 0
    class Counted extends Anthropic {
      constructor(options?: ClientOptions) {
        super(options)
        clients++
      }
    }
    const client = new Counted({ apiKey: 'sk-ant-key-1', baseURL: server.baseUrl })
    const engine = anthropic({ model, client })
    const counts: number[] = []
    const change: (() => void)[] = [
      () => {},
      () => {},
      () => {
        client.apiKey = 'sk-ant-key-2'
      },
      () => {
        client.middleware = [(request, next) => next(request)]
      },
      () => {},
    ]
    for (const make of change) {
      make()
      await ask(engine, 'Q')
      counts.push(clients)
    }
    expect(counts).toEqual([2, 2, 3, 4, 4])
    const keys = server.requests.map(({ headers }) => headers.authorization?.slice(-1))
    expect(keys).toEqual(['1', '1', '2', '2', '2'])
  })

  it('may make requests anew in its middlewares, also several at once, but not other ones', async () => {
    await using server = await answering()
    const engineOf = (rewrite: (body: unknown) => string): Engine => {
      const anew = ({ url, method = 'POST', headers, body }: APIRequest): APIRequest => ({
        ...{ url, method, headers },
        body: rewrite(body),
      })
      const middleware: ClientOptions['middleware'] = [(request, next) => next(anew(request))]
      return anthropic({ model, client: new Anthropic({ apiKey: 'key', baseURL: server.baseUrl, middleware }) })
    }
    const askAll = (engine: Engine) => Promise.allSettled(['Q', 'R', 'Q'].map((text) => ask(engine, text)))
    const good = await askAll(engineOf(String))
    expect(good.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    const sent = server.requests.map(({ body }) => body.match(/"text":"(.)"/)?.[1]).sort()
    expect(sent).toEqual(['Q', 'Q', 'R'])
    const message = expect.stringContaining('rewrites the request')
    for (const outcome of await askAll(engineOf((text) => `${text} `)))
      expect(outcome).toMatchObject({ reason: { code: 'invalid_options', message } })
    expect(server.requests).toHaveLength(3)
  })
})
