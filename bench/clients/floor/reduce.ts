import type { Api } from '../../wire/scenario.ts'

/** A tool call as it was streamed. */
export interface FloorCall {
  readonly id: string
  readonly name: string
  arguments: string
}

/** What the least that a program can do keeps of an answer. */
export interface FloorAnswer {
  text: string
  readonly calls: FloorCall[]
  usage: unknown
}

/** A piece of a call as Chat Completions streams it. */
interface ChatCallPiece {
  readonly index: number
  readonly id?: string
  readonly function: { readonly name: string; readonly arguments: string }
}

/** What the floor reads of the events of all three formats: each has the fields of its own, as the mock provider sends them. */
interface WireEvent {
  readonly type: string
  readonly index: number
  readonly usage: unknown
  readonly choices: readonly {
    readonly delta: { readonly content?: string; readonly tool_calls?: readonly ChatCallPiece[] }
  }[]
  readonly item: { readonly type: string; readonly call_id: string; readonly name: string; readonly arguments: string }
  readonly response: { readonly usage: unknown }
  readonly content_block: { readonly type: string; readonly id: string; readonly name: string }
  /** Responses has a text here, Messages an object: each reducer looks at its own alone. */
  readonly delta: string & { readonly type: string; readonly text: string; readonly partial_json: string }
}

/** Takes one parsed event; true: the reader wants no more. What the mock provider sends is taken on trust, which no library can. */
export type FloorReducer = (event: WireEvent) => boolean

export function emptyAnswer(): FloorAnswer {
  return { text: '', calls: [], usage: undefined }
}

export function reducerOf(api: Api, answer: FloorAnswer, onDelta: (text: string) => boolean): FloorReducer {
  const say = (text: string): boolean => {
    answer.text += text
    return onDelta(text)
  }
  return { chat: chatReducer, responses: responsesReducer, anthropic: anthropicReducer }[api](answer, say)
}

type Say = (text: string) => boolean

function chatReducer(answer: FloorAnswer, say: Say): FloorReducer {
  return (event) => {
    const choice = event.choices[0]
    if (choice === undefined) {
      if (event.usage) answer.usage = event.usage
      return false
    }
    const { delta } = choice
    if (delta.content) return say(delta.content)
    if (delta.tool_calls)
      for (const call of delta.tool_calls) {
        if (call.id) answer.calls[call.index] = { id: call.id, name: call.function.name, arguments: '' }
        const begun = answer.calls[call.index]
        if (begun !== undefined) begun.arguments += call.function.arguments
      }
    return false
  }
}

function responsesReducer(answer: FloorAnswer, say: Say): FloorReducer {
  return (event) => {
    if (event.type === 'response.output_text.delta') return say(event.delta)
    if (event.type === 'response.output_item.done' && event.item.type === 'function_call')
      answer.calls.push({ id: event.item.call_id, name: event.item.name, arguments: event.item.arguments })
    else if (event.type === 'response.completed') answer.usage = event.response.usage
    return false
  }
}

function anthropicReducer(answer: FloorAnswer, say: Say): FloorReducer {
  return (event) => {
    if (event.type === 'content_block_delta') {
      if (event.delta.type === 'text_delta') return say(event.delta.text)
      const begun = answer.calls[event.index]
      if (begun !== undefined) begun.arguments += event.delta.partial_json
    } else if (event.type === 'content_block_start') {
      const { type, id, name } = event.content_block
      if (type === 'tool_use') answer.calls[event.index] = { id, name, arguments: '' }
    } else if (event.type === 'message_delta') answer.usage = event.usage
    return false
  }
}
