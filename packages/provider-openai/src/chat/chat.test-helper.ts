import { background } from '@geppetto/context'
import {
  createAdapterEngine,
  type EngineError,
  isEngineError,
  type PreparedRequest,
  type Transport,
} from '@geppetto/engine'
import {
  appendBlocks,
  type Block,
  createTurn,
  isJsonObject,
  type JsonObject,
  type Turn,
  userBlock,
} from '@geppetto/turns'
import { type OpenAIChatAdapterOptions, openaiChatAdapter } from './adapter.ts'

/** What came of an answer. */
export interface Outcome {
  readonly turn: Turn
  /** The blocks behind the question. */
  readonly answer: readonly Block[]
  readonly error: EngineError | undefined
}

const question = appendBlocks(createTurn(), userBlock('go'))

/** Gives an answer of these bytes to the turn. */
export async function answerBytes(
  pieces: readonly Uint8Array[],
  { status = 200, contentType = 'text/event-stream', turn = question, model = 'm', host = 'api.example' } = {},
): Promise<Outcome> {
  const transport: Transport = {
    host,
    send: async () => new Response(streamOf(pieces), { status, headers: { 'content-type': contentType } }),
  }
  const engine = createAdapterEngine(openaiChatAdapter(), transport, { defaults: { model } })
  try {
    return outcome(turn, await engine.runInference(background(), turn), undefined)
  } catch (error) {
    if (!isEngineError(error)) throw error
    return outcome(turn, error.partial ?? turn, error)
  }
}

function outcome(asked: Turn, turn: Turn, error: EngineError | undefined): Outcome {
  return { turn, answer: turn.blocks.slice(asked.blocks.length), error }
}

/** A streamed answer of these chunks; a text is a frame's data as it is. */
export async function answerChunks(chunks: readonly (object | string)[]): Promise<Outcome> {
  const frames = chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`)
  return await answerBytes([new TextEncoder().encode(frames.join(''))])
}

/** A chunk of the first choice. */
export function chunk(delta: object, finish: string | null = null): object {
  return { id: 'c-1', model: 'm-1', choices: [{ index: 0, delta, finish_reason: finish }] }
}

/** An answer in one JSON body. */
export async function answerJson(body: unknown): Promise<Outcome> {
  return await answerBytes([new TextEncoder().encode(JSON.stringify(body))], { contentType: 'application/json' })
}

/** A request as it was prepared, with its body read. */
export interface ReadRequest {
  readonly request: PreparedRequest
  readonly body: JsonObject
  readonly messages: readonly JsonObject[]
  readonly codes: readonly string[]
}

/** Prepares a request for a host. */
export function prepareFor(
  turn: Turn,
  options: OpenAIChatAdapterOptions = {},
  { host = 'api.example', model = 'm' } = {},
): ReadRequest {
  const request = openaiChatAdapter(options).prepare(turn, { model }, host)
  const body: unknown = JSON.parse(request.body)
  if (!isJsonObject(body) || !Array.isArray(body['messages'])) throw new Error('the body is no chat request')
  return {
    request,
    body,
    messages: body['messages'].filter((message) => isJsonObject(message)),
    codes: request.degradations.map(({ code }) => code),
  }
}

/** A turn of these blocks. */
export function turnOf(...blocks: readonly Block[]): Turn {
  return appendBlocks(createTurn(), ...blocks)
}

/** The pieces as a body. */
export function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    },
  })
}
