import { readdirSync, readFileSync } from 'node:fs'
import { background } from '@geppetto/context'
import { createAdapterEngine, type EngineError, isEngineError, partialTurnOf, type Transport } from '@geppetto/engine'
import {
  type Block,
  createTurn,
  type JsonObject,
  type ProviderBlock,
  providerCalls,
  type ToolCallBlock,
  type Turn,
  userBlock,
} from '@geppetto/turns'
import { anthropicAdapter } from './index.ts'
import { readPayload } from './native.ts'

/** Recorded traffic: see packages/testing/recordings/README.md. */
export interface Recording {
  readonly id: string
  readonly model: string
  readonly request: { readonly body: JsonObject } | null
  readonly response: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly expected: {
    readonly text: string
    readonly reasoning: string
    readonly opaqueReasoning: number
    readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly args: unknown }[]
    readonly serverToolCalls: readonly { readonly id: string; readonly name: string; readonly args: unknown }[]
    readonly citations: number
    readonly stopReason: string | null
    readonly stopDetail: string | null
    readonly complete: boolean
    readonly usage: Readonly<Record<'input' | 'output' | 'cached' | 'cacheWrite' | 'reasoning', number | null>> | null
    readonly error: { readonly type: string; readonly message: string } | null
    readonly model: string | null
    readonly responseId: string | null
  }
}

const folder = new URL('../../testing/recordings/anthropic-messages/', import.meta.url)

/** One recording, by its file's name. */
export function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
}

/** All recordings of this API, by name. */
export const recordings: readonly (readonly [string, Recording])[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5))
  .map((name) => [name, recording(name)] as const)

/** What an engine makes of an answer. */
export interface Answer {
  readonly turn: Turn
  readonly blocks: readonly Block[]
  readonly error: EngineError | undefined
}

/** Cuts bytes into chunks. */
export type Split = (bytes: Uint8Array) => readonly Uint8Array[]

const whole: Split = (bytes) => [bytes]

export const byteByByte: Split = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))

/** Runs one call of an engine whose provider answers with this response. */
export async function answerWith(
  response: Recording['response'],
  options: { readonly split?: Split; readonly turn?: Turn; readonly model?: string; readonly host?: string } = {},
): Promise<Answer> {
  const { split = whole, model = 'claude-haiku-4-5', host = 'api.anthropic.com' } = options
  const turn =
    options.turn ?? createTurn({ id: 'turn', createdAt: 1, blocks: [userBlock('Hi', { id: 'hi', createdAt: 1 })] })
  const transport: Transport = {
    host,
    send: async () => {
      const chunks = split(new TextEncoder().encode(response.body))
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
      return new Response(body, {
        status: response.status,
        headers: { 'content-type': response.contentType, 'request-id': 'req_1' },
      })
    },
  }
  const engine = createAdapterEngine(anthropicAdapter(), transport, { defaults: { model } })
  try {
    const answered = await engine.runInference(background(), turn)
    return { turn: answered, blocks: answered.blocks.slice(turn.blocks.length), error: undefined }
  } catch (error) {
    const partial = partialTurnOf(error)
    if (!isEngineError(error) || partial === undefined) throw error
    return { turn: partial, blocks: partial.blocks.slice(turn.blocks.length), error }
  }
}

/** An answer in the terms of a recording's expectations. */
export function described({ turn, blocks }: Answer): unknown {
  const call = providerCalls(turn).at(-1)
  const usage = call?.usage
  const { input, output } = usage ?? { input: {}, output: {} }
  return {
    text: join(blocks, 'assistant'),
    reasoning: join(blocks, 'reasoning'),
    opaqueReasoning: blocks.filter((block) => block.kind === 'reasoning' && hasOpaque(block)).length,
    toolCalls: blocks.filter((block) => block.kind === 'tool-call').map(toCall),
    serverToolCalls: blocks
      .filter((block) => block.kind === 'provider')
      .filter((block) => block.type.endsWith('_use'))
      .map(toServerCall),
    citations: blocks.reduce(
      (sum, block) => sum + (block.kind === 'assistant' ? (block.citations?.length ?? 0) : 0),
      0,
    ),
    stopReason: call?.providerStop?.split(': ', 1)[0] ?? null,
    stopDetail: call?.providerStop?.split(': ')[1] ?? null,
    complete: call?.outcome === 'completed',
    usage:
      usage === undefined
        ? null
        : {
            input: input.uncached ?? null,
            output: output.text === undefined ? null : output.text + (output.reasoning ?? 0),
            cached: input.cacheRead ?? null,
            cacheWrite: input.cacheWrite ?? null,
            reasoning: output.reasoning ?? null,
          },
    model: call?.responseId === undefined ? null : call.model,
    responseId: call?.responseId ?? null,
  }
}

/** The same part of a recording's expectations. A call that did not become whole has no name for its id here. */
export function expectation({ expected }: Recording): unknown {
  const {
    text,
    reasoning,
    opaqueReasoning,
    toolCalls,
    serverToolCalls,
    citations,
    stopReason,
    stopDetail,
    complete,
    usage,
  } = expected
  const stated = usage === null ? null : { ...usage, total: undefined }
  return {
    text,
    reasoning,
    opaqueReasoning,
    toolCalls: complete ? toolCalls : toolCalls.map((call) => ({ ...call, id: undefined })),
    serverToolCalls,
    citations,
    stopReason,
    stopDetail,
    complete,
    usage: stated,
    model: expected.model,
    responseId: expected.responseId,
  }
}

function join(blocks: readonly Block[], kind: 'assistant' | 'reasoning'): string {
  return blocks.map((block) => (block.kind === kind && 'text' in block ? block.text : '')).join('')
}

function hasOpaque(block: Block): boolean {
  const native = readPayload(block)?.block
  return native?.signature !== undefined || native?.data !== undefined
}

function toCall(block: ToolCallBlock): unknown {
  const args = block.input.state === 'parsed' ? block.input.value : { $unparsed: block.input.raw }
  return { id: readPayload(block)?.block.id, name: block.name, args }
}

function toServerCall(block: ProviderBlock): unknown {
  return { id: readPayload(block)?.block.id, name: block.name, args: block.input }
}
