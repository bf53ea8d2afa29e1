import type { Engine } from '@geppetto/engine'
import { type EngineError, isEngineError, type PreparedRequest } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type RunResult, Session } from '@geppetto/session'
import { defineTool, type Tool } from '@geppetto/tools'
import { jsonSchema } from '@geppetto/tools/json-schema'
import { type Block, type ProviderCallRecord, pendingCalls, type ToolCallBlock, type Turn } from '@geppetto/turns'
import { createGrammarSink } from '../../src/grammar-sink.ts'
import { observeCalls } from './call-observer.ts'
import { continueSession, goesOn, newlySaid } from './continue-session.ts'
import { readRequest } from './read-request.ts'
import { rebuildTurn } from './rebuild-turn.ts'
import type { Conversation, Exchange } from './recordings.ts'

/** What came of one recorded exchange. */
export interface Played {
  readonly exchange: Exchange
  /** The blocks that the response became. */
  readonly blocks: readonly Block[]
  readonly record: ProviderCallRecord | undefined
  /** The run's error, where the response was one. */
  readonly error: EngineError | undefined
  /** The turn as the session committed it. */
  readonly turn: Turn | undefined
  /** The calls that a client may run. */
  readonly executable: readonly ToolCallBlock[]
  /** The request that `session.prepare()` showed before it was sent; undefined where the run went on by itself. */
  readonly prepared: PreparedRequest | undefined
  /** Whether the request goes on from our own earlier blocks. */
  readonly isContinued: boolean
}

/** What the engine is, for one exchange. */
export type CreateEngine = (exchange: Exchange) => Engine

/**
 * Plays a recorded conversation through sessions, as a program would have it: a new session where a request does not go on from the response
 * before, tools that run elsewhere and are answered as they were. `createEngine` must lead to the recorded responses, one after the other.
 * @throws Error when a run does not end, or its events break the grammar.
 */
export async function playConversation(
  conversation: Conversation,
  createEngine: CreateEngine,
): Promise<readonly Played[]> {
  const played: Played[] = []
  let current: Playing | undefined
  for (const [index, exchange] of conversation.exchanges.entries()) {
    const before = conversation.exchanges[index - 1]
    const isContinued = current !== undefined && before !== undefined && goesOn(conversation, index)
    if (current === undefined || before === undefined || !isContinued)
      current = beginPlaying(conversation, exchange, createEngine)
    // A run that the provider paused has gone on by itself.
    else if (current.observer.calls.length > current.playedCalls) {
      played.push(current.take(exchange, undefined, isContinued))
      continue
    } else continueSession(current.session, newlySaid(exchange, before).said, before)
    const prepared = await current.session.prepare()
    current.result = await current.session.startInference().wait()
    played.push(current.take(exchange, prepared, isContinued))
    current.sink.assertComplete()
  }
  return played
}

interface Playing {
  readonly session: Session
  readonly observer: ReturnType<typeof observeCalls>
  readonly sink: ReturnType<typeof createGrammarSink>
  result: RunResult | undefined
  playedCalls: number
  take(exchange: Exchange, prepared: PreparedRequest | undefined, isContinued: boolean): Played
}

function beginPlaying(conversation: Conversation, exchange: Exchange, createEngine: CreateEngine): Playing {
  const sink = createGrammarSink()
  const observer = observeCalls()
  const request = readRequest(exchange.api, exchange.request?.body ?? {})
  const builder = createEngineBuilder({
    base: createEngine(exchange),
    tools: toolsOf(conversation),
    eventSinks: [sink, observer],
    // Each response is played once.
    retry: false,
  })
  const session = new Session({ builder })
  session.append(rebuildTurn(request.said.length === 0 ? { ...request, said: [anything] } : request))
  return {
    session,
    observer,
    sink,
    result: undefined,
    playedCalls: 0,
    take(of, prepared, isContinued) {
      const call = observer.calls[this.playedCalls++]
      const { result } = this
      const turn = result?.turn
      const isLast = this.playedCalls === observer.calls.length
      const error = isLast && result?.status === 'failed' ? result.error : undefined
      if (error !== undefined && !isEngineError(error)) throw error
      const blocks = turn?.blocks.filter(({ id }) => call?.blockIds.has(id) === true) ?? []
      const executable = turn === undefined || !isLast ? [] : pendingCalls(turn)
      return { exchange: of, turn, blocks, record: call?.record, error, executable, prepared, isContinued }
    },
  }
}

/** What is asked where the recording has no request. */
const anything = { kind: 'user', content: [{ type: 'text', text: 'Go on.' }] } as const

/** The tools of the conversation, and those that its answers call without: all run elsewhere. */
export function toolsOf({ exchanges }: Conversation): readonly Tool[] {
  const tools = new Map<string, Tool>()
  for (const { api, request, expected } of exchanges) {
    for (const { name, description, inputSchema } of readRequest(api, request?.body ?? {}).tools)
      if (!tools.has(name))
        tools.set(name, defineTool({ name, description: description || name, input: jsonSchema(inputSchema) }))
    for (const { name } of expected.toolCalls)
      if (!tools.has(name))
        tools.set(name, defineTool({ name, description: name, input: jsonSchema({ type: 'object' }) }))
  }
  return [...tools.values()]
}
