// What the API sends, frame by frame.

import type { Block, JsonObject } from '@geppetto/turns'

/** A message that says `text`. */
export const message = (text: string, more: JsonObject = {}): JsonObject => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
  ...more,
})

/** A call of a function. */
export const call = (args: string, more: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'weather',
  arguments: args,
  status: 'completed',
  ...more,
})

/** An item begins. */
export const added = (item: JsonObject, output_index = 0): JsonObject => ({
  type: 'response.output_item.added',
  output_index,
  item,
})

/** An item is whole. */
export const done = (item: JsonObject, output_index = 0): JsonObject => ({
  type: 'response.output_item.done',
  output_index,
  item,
})

/** A piece of what `of` names. */
export const delta = (of: string, text: string, more: JsonObject = {}): JsonObject => ({
  type: `response.${of}.delta`,
  output_index: 0,
  delta: text,
  ...more,
})

/** What blocks say; the kind of those that say nothing. */
export const texts = (blocks: readonly Block[]): readonly string[] =>
  blocks.map((block) => ('text' in block ? block.text : block.kind))

/** A piece of the arguments of the first item. */
export const argsDelta = (text: string): JsonObject => delta('function_call_arguments', text)

/** The terminal frame of an answer that met a limit. */
export const incomplete = (output: readonly JsonObject[], reason = 'max_output_tokens'): JsonObject => ({
  type: 'response.incomplete',
  response: { status: 'incomplete', incomplete_details: { reason }, output },
})
