import { objectsIn } from '@geppetto/engine'
import { type Block, createTurn, type JsonObject, toolResultBlock, userBlock } from '@geppetto/turns'
import { expect } from 'vitest'
import { openaiResponsesAdapter } from './adapter.ts'
import type { OpenAIResponsesAdapterOptions } from './options.ts'
import { type Outcome, play, wholeOf } from './play.test-helper.ts'
import { parseBody } from './recording.test-helper.ts'

export const reasoning: JsonObject = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [],
  encrypted_content: 'SECRET',
  content: [],
}
export const summarised: JsonObject = {
  ...{ type: 'reasoning', id: 'rs_2', encrypted_content: 'SECRET 2' },
  summary: [
    { type: 'summary_text', text: 'One' },
    { type: 'summary_text', text: 'Two' },
  ],
}
export const callOf = (id: string, more: JsonObject = {}): JsonObject => ({
  ...{
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    name: 'f',
    arguments: '{"a": 1}',
    status: 'completed',
  },
  ...more,
})
export const search: JsonObject = {
  type: 'web_search_call',
  id: 'ws_1',
  status: 'completed',
  action: { type: 'search', query: 'a' },
}
export const message: JsonObject = {
  ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', phase: 'commentary' },
  content: [{ type: 'output_text', text: 'Looking.', annotations: [], logprobs: [] }],
}
export const output = [reasoning, search, message, summarised, callOf('1'), callOf('2')]

export const answer = (items: readonly JsonObject[], more: JsonObject = {}): Promise<Outcome> =>
  play(wholeOf({ id: 'resp_1', model: 'gpt-5-mini-2025-08-07', status: 'completed', output: items, ...more }))

/** The conversation after an answer, with a result for each of its calls. */
export const after = (blocks: readonly Block[]): readonly Block[] => [
  userBlock('Hi', { id: 'question' }),
  ...blocks,
  ...blocks.flatMap((block) => (block.kind === 'tool-call' ? [resultOf(block.callId)] : [])),
]
export const resultOf = (callId: string, more: Partial<Parameters<typeof toolResultBlock>[0]> = {}): Block =>
  toolResultBlock({ callId, name: 'f', outcome: 'ok', content: 'Done.', ...more })
export const prepare = (
  blocks: readonly Block[],
  options: OpenAIResponsesAdapterOptions = {},
  model = 'gpt-5-mini',
  host = 'api.openai.com',
) => openaiResponsesAdapter(options).prepare(createTurn({ blocks: [...blocks] }), { model }, host)
export const sent = (
  blocks: readonly Block[],
  ...more: [OpenAIResponsesAdapterOptions?, string?, string?]
): readonly JsonObject[] => objectsIn(parseBody(prepare(blocks, ...more).body), 'input')
export const expectNothingOpaque = (
  blocks: readonly Block[],
  ...more: [OpenAIResponsesAdapterOptions?, string?, string?]
) => {
  const { body } = prepare(blocks, ...more)
  for (const opaque of ['SECRET', 'rs_1', 'rs_2', 'fc_1', 'msg_1', 'ws_1', '"call_1"'])
    expect(body).not.toContain(opaque)
}
