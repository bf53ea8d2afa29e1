import { type Answer, callLabel, inputTokens, toolName } from './answer.ts'
import { argumentPieces, textDeltas } from './text.ts'

const cacheUsage = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }

/** An answer of Anthropic's Messages API: its events as they stand on the wire. */
export function anthropicEvents(answer: Answer): string[] {
  const events: string[] = []
  const add = (type: string, body: object) => {
    events.push(`event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`)
  }
  add('message_start', { message: emptyMessage })
  if (answer.kind === 'text') {
    add('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    add('ping', {})
    for (const text of textDeltas(answer.deltas))
      add('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
    add('content_block_stop', { index: 0 })
  } else {
    for (let index = 0; index < answer.parallel; index++) {
      const id = `toolu_${callLabel(answer.step, index)}`
      add('content_block_start', { index, content_block: { type: 'tool_use', id, name: toolName, input: {} } })
      for (const piece of argumentPieces(answer.noteDeltas))
        add('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } })
      add('content_block_stop', { index })
    }
  }
  const stopReason = answer.kind === 'text' ? 'end_turn' : 'tool_use'
  const usage = { input_tokens: inputTokens, ...cacheUsage, output_tokens: events.length }
  add('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage })
  add('message_stop', {})
  return events
}

const emptyMessage = {
  id: 'msg_01AbCdEfGhJkLmNpQrStUvWx',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: {
    input_tokens: inputTokens,
    ...cacheUsage,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: 1,
    service_tier: 'standard',
  },
}
