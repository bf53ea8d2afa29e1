import { background } from '@geppetto/context'
import { createAdapterEngine, type Engine, type EngineError, isEngineError, type Transport } from '@geppetto/engine'
import { type Event, withEventSinks } from '@geppetto/events'
import { type Block, createTurn, type JsonObject, type Turn, userBlock } from '@geppetto/turns'
import { openaiResponsesAdapter } from './adapter.ts'
import type { OpenAIResponsesAdapterOptions } from './options.ts'

/** A response as it is on the wire. */
export interface Answer {
  readonly model?: string
  readonly status?: number
  readonly contentType: string
  readonly body: string
}

/** What came of an answer. */
export interface Outcome {
  readonly turn: Turn
  /** What the answer added. */
  readonly blocks: readonly Block[]
  readonly events: readonly Event[]
  readonly error: EngineError | undefined
}

/** An engine whose requests get these answers, one after the other. */
export function answering(
  answers: readonly { readonly answer: Answer; readonly pieces?: readonly Uint8Array[] }[],
  options: OpenAIResponsesAdapterOptions = {},
  model = 'gpt-5-mini',
): Engine {
  const coming = answers.values()
  const transport: Transport = {
    host: 'api.openai.com',
    async send() {
      const { value } = coming.next()
      if (value === undefined) throw new Error('there is no more answer')
      const { answer, pieces = [new TextEncoder().encode(answer.body)] } = value
      return new Response(bodyOf(pieces), {
        status: answer.status ?? 200,
        headers: { 'content-type': answer.contentType },
      })
    },
  }
  return createAdapterEngine(openaiResponsesAdapter(options), transport, { defaults: { model } })
}

function bodyOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const coming = pieces.values()
  return new ReadableStream({
    pull(controller) {
      const { value } = coming.next()
      if (value === undefined) controller.close()
      else controller.enqueue(value)
    },
  })
}

/** Has an answer read. @param pieces its bytes, as they come. */
export async function play(
  answer: Answer,
  pieces?: readonly Uint8Array[],
  options: OpenAIResponsesAdapterOptions = {},
): Promise<Outcome> {
  const engine = answering([{ answer, ...(pieces === undefined ? {} : { pieces }) }], options, answer.model)
  const events: Event[] = []
  const sink = { publish: (event: Event) => void events.push(event) }
  const turn = createTurn({ blocks: [userBlock('Hi')] })
  const settle = (answered: Turn, error?: EngineError): Outcome => ({
    turn: answered,
    blocks: answered.blocks.slice(1),
    events,
    error,
  })
  try {
    return settle(await engine.runInference(withEventSinks(background(), sink), turn))
  } catch (error) {
    if (!isEngineError(error) || error.partial === undefined) throw error
    return settle(error.partial, error)
  }
}

/** Frames as a streamed answer. */
export function streamOf(frames: readonly JsonObject[]): Answer {
  const body = frames.map((frame) => `event: ${String(frame.type)}\ndata: ${JSON.stringify(frame)}\n\n`).join('')
  return { contentType: 'text/event-stream', body }
}

/** A response as one JSON text. */
export function wholeOf(response: JsonObject): Answer {
  return { contentType: 'application/json', body: JSON.stringify(response) }
}

/** The terminal frame of an answer that ends well. */
export function completed(output: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { type: 'response.completed', response: { id: 'resp_1', status: 'completed', output, ...more } }
}
