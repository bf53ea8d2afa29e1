import type { Engine } from '@geppetto/engine'
import { type Turn, toolDefinitionsKey, type Usage, withData } from '@geppetto/turns'
import { afterAll, describe, it } from 'vitest'
import { engineConformance } from '../../src/conformance-engine.ts'
import { type ReplayServer, startReplayServer } from '../../src/replay-server.ts'
import type { WireExchange } from '../../src/wire-exchange.ts'
import { type Carrier, carriers, createEngine } from './engines.ts'
import { fetchFrom } from './hosts.ts'
import { conversationOf } from './matrix-begin.ts'
import { readRequest } from './read-request.ts'
import { rebuildTurn } from './rebuild-turn.ts'
import { type Api, apis, type Exchange } from './recordings.ts'

/** The recordings that bring an engine into each situation. */
interface Situations {
  readonly text: string
  readonly usage: Usage
  readonly tools: string
  readonly failure: string
}

const situations: Readonly<Record<Api, Situations>> = {
  'openai-chat': {
    text: 'text-stream-usage',
    usage: { input: { uncached: 14, cacheRead: 0 }, output: { text: 8, reasoning: 0 }, source: 'reported' },
    tools: 'parallel-tools-stream',
    failure: 'groq-error-midstream',
  },
  'openai-responses': {
    text: 'reasoning-summary-stream',
    usage: { input: { uncached: 14, cacheRead: 0 }, output: { text: 14, reasoning: 0 }, source: 'reported' },
    tools: 'parallel-tools-stream',
    failure: 'failed-midstream',
  },
  'anthropic-messages': {
    text: 'structured-stream',
    usage: { input: { uncached: 231, cacheRead: 0, cacheWrite: 0 }, output: { text: 118 }, source: 'reported' },
    tools: 'parallel-tools-stream',
    failure: 'derived-cut-stream',
  },
}

const servers: Promise<ReplayServer>[] = []
afterAll(async () => {
  await Promise.all(servers.map(async (server) => (await server).close()))
})

/** An engine whose every call is answered with the exchange. */
function answering(exchange: Exchange, carrier: Carrier, faults: WireExchange['faults'] = []): () => Promise<Engine> {
  const server = startReplayServer(() => ({ response: exchange.response, faults }), { check: () => [] })
  servers.push(server)
  const { api, provider, model } = exchange
  return async () => createEngine(api, carrier, { provider, model, fetch: fetchFrom((await server).url) })
}

/** What the recording asked, with its tools. */
function turnOf({ api, request }: Exchange): Turn {
  const read = readRequest(api, request?.body ?? {})
  return withData(rebuildTurn(read), toolDefinitionsKey, read.tools)
}

function exchangeOf(api: Api, name: string): Exchange {
  const [exchange] = conversationOf(api, name).exchanges
  if (exchange === undefined) throw new Error(`${api}/${name} is empty`)
  return exchange
}

describe.each(apis.flatMap((api) => carriers.map((carrier) => ({ api, carrier }))))(
  '$api by $carrier is an engine',
  ({ api, carrier }) => {
    const { text, usage, tools, failure } = situations[api]
    const answer = exchangeOf(api, text)
    const calls = exchangeOf(api, tools)
    const half = Math.floor(new TextEncoder().encode(answer.response.body).length / 2)
    const cases = engineConformance({
      createEngine: answering(answer, carrier),
      usage,
      toolCalls: { createEngine: answering(calls, carrier), turn: turnOf(calls) },
      failure: { createEngine: answering(exchangeOf(api, failure), carrier) },
      stuck: { createEngine: answering(answer, carrier, [{ kind: 'delay', ms: Number.POSITIVE_INFINITY, at: half }]) },
    })
    it.each(cases)('$name', ({ run }) => run())
  },
)
