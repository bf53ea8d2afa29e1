import { type Answer, callLabel, inputTokens, toolName } from './answer.ts'
import { argumentPieces, padding, textDeltas, toolArguments } from './text.ts'

type Add = (type: string, body: object) => void

/** An answer of the Responses API: its events as they stand on the wire. */
export function responsesEvents(answer: Answer): string[] {
  const events: string[] = []
  const add: Add = (type, body) => {
    const data = { type, sequence_number: events.length, ...body }
    events.push(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  add('response.created', { response: response('in_progress', [], null) })
  add('response.in_progress', { response: response('in_progress', [], null) })
  const output =
    answer.kind === 'text'
      ? [addMessage(answer.deltas, add)]
      : Array.from({ length: answer.parallel }, (_, index) => addCall(answer, index, add))
  add('response.completed', { response: response('completed', output, usageOf(events.length)) })
  return events
}

function addMessage(deltas: number, add: Add): object {
  const id = 'msg_68c1f2a8e1d8819a'
  const place = { item_id: id, output_index: 0, content_index: 0 }
  const begun = { id, type: 'message', status: 'in_progress', content: [], role: 'assistant' }
  add('response.output_item.added', { output_index: 0, item: begun })
  const part = { type: 'output_text', annotations: [], logprobs: [], text: '' }
  add('response.content_part.added', { ...place, part })
  const pieces = textDeltas(deltas)
  for (const [index, delta] of pieces.entries())
    add('response.output_text.delta', { ...place, delta, logprobs: [], obfuscation: padding(index) })
  const text = pieces.join('')
  add('response.output_text.done', { ...place, text, logprobs: [] })
  add('response.content_part.done', { ...place, part: { ...part, text } })
  const item = { ...begun, status: 'completed', content: [{ ...part, text }] }
  add('response.output_item.done', { output_index: 0, item })
  return item
}

function addCall(answer: Answer & { kind: 'tools' }, index: number, add: Add): object {
  const label = callLabel(answer.step, index)
  const id = `fc_${label}`
  const begun = {
    id,
    type: 'function_call',
    status: 'in_progress',
    arguments: '',
    call_id: `call_${label}`,
    name: toolName,
  }
  const place = { item_id: id, output_index: index }
  add('response.output_item.added', { output_index: index, item: begun })
  for (const [count, delta] of argumentPieces(answer.noteDeltas).entries())
    add('response.function_call_arguments.delta', { ...place, delta, obfuscation: padding(count) })
  const whole = toolArguments(answer.noteDeltas)
  add('response.function_call_arguments.done', { ...place, arguments: whole, name: toolName })
  const item = { ...begun, status: 'completed', arguments: whole }
  add('response.output_item.done', { output_index: index, item })
  return item
}

function usageOf(outputTokens: number): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  }
}

/** All the fields that the API repeats in its first and last events. */
function response(status: string, output: readonly object[], usage: object | null): object {
  return {
    id: 'resp_68c1f2a7b3d04c5e9',
    object: 'response',
    created_at: 1_770_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: 'gpt-4o-mini-2024-07-18',
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'auto',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage,
    user: null,
    metadata: {},
  }
}
