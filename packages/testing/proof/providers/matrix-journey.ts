import type { Engine } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { eliza } from '@geppetto/provider-eliza'
import { Session, type StartOptions } from '@geppetto/session'
import { defineTool, type Tool } from '@geppetto/tools'
import { jsonSchema } from '@geppetto/tools/json-schema'
import { type Block, contentText, createTurn, isJsonObject, pendingCalls, type Turn } from '@geppetto/turns'
import { z } from 'zod'
import { createEngine } from './engines.ts'
import { parseJson } from './json.ts'
import { type Begun, conversationOf, engineFor, type Place } from './matrix-begin.ts'
import type { MatrixFeature } from './matrix-features.ts'
import { OpaqueLedger, opaqueValues, payloadsOf } from './opaque-ledger.ts'
import { toolsOf } from './play-conversation.ts'
import { reasoningSecrets } from './reasoning-secrets.ts'
import { recordedFetch } from './recorded-fetch.ts'
import type { Api, Conversation, Exchange } from './recordings.ts'
import { findRequestFaults } from './request-rules.ts'

/** What came of carrying a conversation to another API and back. */
export interface Journey {
  readonly faults: readonly string[]
  /** What could not be said there as it stood, as codes; undefined where there is no wire. */
  readonly there: readonly string[] | undefined
  /** The same of the way back. */
  readonly back: readonly string[] | undefined
  /** Of the opaque values that the home API made, how many it gets back. */
  readonly replayed: { readonly of: number; readonly count: number }
}

/** What the place answers when a conversation comes to it: with calls, and reasoning where it has any. */
const answers: Readonly<Record<Api, string>> = {
  'openai-chat': 'tool-loop-json',
  'openai-responses': 'encrypted-reasoning-tool-loop-json',
  'anthropic-messages': 'thinking-tool-loop-json',
}

/** A form with what the APIs’ strict modes do not take: something optional, limits, an open map. */
const person = z.object({
  name: z.string().min(1).max(80),
  born: z.number().int().optional(),
  tags: z.record(z.string(), z.string()),
})

/** Carries the conversation to the target, goes on there, and comes back. */
export async function travel(home: Place, target: Place, begun: Begun, feature: MatrixFeature): Promise<Journey> {
  const answer = target === 'eliza' ? undefined : conversationOf(target, answers[target])
  const trip = new Trip([begun.conversation, answer], feature)
  trip.learn(begun.heard)
  trip.learn(answer?.exchanges ?? [])
  const [first] = answer?.exchanges ?? []

  const session = trip.sessionOn(first === undefined ? eliza() : engineThere(first, answer?.exchanges ?? []))
  session.append(begun.turn)
  if (feature.isMidStep !== true) session.appendNewTurnFromUserPrompt('Go on.')
  const there = first === undefined ? undefined : await trip.judge(session, first.api, first.provider)
  const reached = await trip.goOn(session)

  const homeEngine =
    home === 'eliza' ? eliza() : createEngine(home, 'fetch', { ...begun.home, fetch: recordedFetch([]) })
  const back = trip.sessionOn(homeEngine)
  back.append(reached)
  back.appendNewTurnFromUserPrompt('And back.')
  if (home === 'eliza') {
    await trip.goOn(back)
    return { faults: trip.faults, there: there?.codes, back: undefined, replayed: { of: 0, count: 0 } }
  }
  const returned = await trip.judge(back, home, begun.home.provider)
  const secrets = begun.heard.flatMap(secretsOf)
  return {
    faults: trip.faults,
    there: there?.codes,
    back: returned.codes,
    replayed: { of: secrets.length, count: secrets.filter((secret) => isIn(returned.body, secret)).length },
  }
}

/** One conversation on its way: its tools, its form, and whose opaque data is whose. */
class Trip {
  readonly faults: string[] = []
  readonly #ledger = new OpaqueLedger()
  readonly #tools: readonly Tool[]
  readonly #options: StartOptions

  constructor(conversations: readonly (Conversation | undefined)[], { isStructured }: MatrixFeature) {
    const tools = conversations.flatMap((one) => (one === undefined ? [weather] : toolsOf(one)))
    this.#tools = [...new Map(tools.map((tool) => [tool.name, tool])).values()]
    this.#options = isStructured === true ? { output: person } : {}
  }

  learn(exchanges: readonly Exchange[]): void {
    for (const { api, response } of exchanges)
      for (const payload of payloadsOf(response)) this.#ledger.learn(api, payload)
  }

  sessionOn(base: Engine): Session {
    return new Session({ builder: createEngineBuilder({ base, tools: this.#tools, retry: false }) })
  }

  /** Judges the request that the session would send: what it could not say, as codes. */
  async judge(
    session: Session,
    api: Api,
    provider: string,
  ): Promise<{ readonly codes: readonly string[]; readonly body: string }> {
    const { body, degradations } = await session.prepare(undefined, this.#options)
    this.faults.push(...requestFaults(api, provider, body, session.latest ?? createTurn(), this.#ledger))
    return { codes: [...new Set(degradations.map(({ code }) => code))].toSorted(), body }
  }

  /** Runs to the end, answering every call. */
  async goOn(session: Session): Promise<Turn> {
    while (true) {
      const result = await session.startInference(undefined, this.#options).wait()
      if (result.status === 'failed') this.faults.push(`the run failed: ${String(result.error)}`)
      if (result.status !== 'waiting') return result.turn
      session.answerToolCalls(pendingCalls(result.turn).map(({ callId }) => ({ callId, content: '19 °C' })))
    }
  }
}

const weather: Tool = defineTool({ name: 'weather', description: 'The weather', input: jsonSchema({ type: 'object' }) })

/** Asked to think where that is a choice: a history without thoughts must do. */
function engineThere(first: Exchange, exchanges: readonly Exchange[]): Engine {
  if (first.api === 'openai-chat') return engineFor(exchanges)(first)
  const { api, provider, model } = first
  const reasoning = api === 'anthropic-messages' ? { budget: 2_000 } : { effort: 'low' as const }
  return createEngine(api, 'fetch', { provider, model, reasoning, fetch: recordedFetch(exchanges) })
}

/** The opaque values of a response that must go back; a stream’s search results are not among them, as they come in pieces. */
export function secretsOf(exchange: Exchange): readonly string[] {
  const { response, expected } = exchange
  if (expected.stream) return reasoningSecrets(exchange)
  const all = payloadsOf(response)
    .flatMap(opaqueValues)
    .filter(({ kind }) => kind === 'secret')
  return [...new Set([...all.map(({ value }) => value), ...reasoningSecrets(exchange)])]
}

/** Whether the body holds the value, as JSON has it. */
export function isIn(body: string, value: string): boolean {
  return body.includes(JSON.stringify(value).slice(1, -1))
}

function requestFaults(api: Api, provider: string, body: string, turn: Turn, ledger: OpaqueLedger): readonly string[] {
  const data = parseJson(body)
  if (!isJsonObject(data)) return [`${api}: the body is no JSON object`]
  const broken = findRequestFaults(api, data, { provider, ledger })
  const lost = turn.blocks.flatMap(textsOf).filter((text) => !isIn(body, text))
  return [
    ...broken.map(({ rule, at, message }) => `${api}: ${rule} ${at} ${message}`),
    ...lost.map((text) => `${api}: the request lacks what was said: ${text.slice(0, 60)}`),
  ]
}

/** What was said that nobody may leave out. */
function textsOf(block: Block): readonly string[] {
  if (block.kind === 'assistant' || block.kind === 'system') return lines(block.text)
  return block.kind === 'user' || block.kind === 'tool-result' ? lines(contentText(block.content)) : []
}

/** Line by line: white space at the ends may have to go. */
function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
