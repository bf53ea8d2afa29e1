import type { JsonObject } from '@geppetto/turns'

/** A streamed answer of these frames. */
export function streamOf(...frames: readonly JsonObject[]) {
  const body = frames.map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`).join('')
  return { status: 200, contentType: 'text/event-stream', body }
}

export const start: JsonObject = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content: [],
    usage: { input_tokens: 10, output_tokens: 1 },
  },
}

/** A content block with its deltas. */
export function blockOf(index: number, content: JsonObject, ...deltas: readonly JsonObject[]): readonly JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

export function textBlock(index: number, ...texts: readonly string[]): readonly JsonObject[] {
  return blockOf(index, { type: 'text', text: '' }, ...texts.map((text) => ({ type: 'text_delta', text })))
}

export function callBlock(index: number, id: string, ...inputs: readonly string[]): readonly JsonObject[] {
  const deltas = inputs.map((json) => ({ type: 'input_json_delta', partial_json: json }))
  return blockOf(index, { type: 'tool_use', id, name: 'look', input: {} }, ...deltas)
}

/** The end of an answer. */
export function stopOf(word: string | null, usage: JsonObject = { output_tokens: 5 }): readonly JsonObject[] {
  return [{ type: 'message_delta', delta: { stop_reason: word, stop_sequence: null }, usage }, { type: 'message_stop' }]
}
