import { type Answer, callLabel, inputTokens, toolName } from './answer.ts'
import { argumentPieces, padding, textDeltas } from './text.ts'

const envelope = {
  id: 'chatcmpl-C8rkQwYbVx1m0ZkT2nS4uJd7oPaLe',
  object: 'chat.completion.chunk',
  created: 1_770_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_560af6e559',
}

/** An answer of Chat Completions: its events as they stand on the wire. */
export function chatEvents(answer: Answer): string[] {
  const events: string[] = []
  const add = (delta: object, finishReason: string | null = null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
    events.push(line({ ...envelope, choices, usage: null, obfuscation: padding(events.length) }))
  }
  if (answer.kind === 'text') {
    add({ role: 'assistant', content: '', refusal: null })
    for (const content of textDeltas(answer.deltas)) add({ content })
    add({}, 'stop')
  } else {
    for (let index = 0; index < answer.parallel; index++) addCall(answer, index, add)
    add({}, 'tool_calls')
  }
  events.push(line({ ...envelope, choices: [], usage: usageOf(events.length), obfuscation: '' }), 'data: [DONE]\n\n')
  return events
}

function addCall(answer: Answer & { kind: 'tools' }, index: number, add: (delta: object) => void): void {
  const id = `call_${callLabel(answer.step, index)}`
  const call = { index, id, type: 'function', function: { name: toolName, arguments: '' } }
  add({ ...(index === 0 ? { role: 'assistant', content: null } : undefined), tool_calls: [call], refusal: null })
  for (const piece of argumentPieces(answer.noteDeltas))
    add({ tool_calls: [{ index, function: { arguments: piece } }] })
}

function usageOf(outputTokens: number): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function line(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
