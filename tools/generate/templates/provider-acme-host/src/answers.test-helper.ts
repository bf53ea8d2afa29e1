import type { WireAnswer } from '@geppetto/testing'

// What AcmeHost answers: put what it really sent in place of these.

/** A text in several deltas, with its usage. */
export const text: WireAnswer = streamOf([
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' } }] },
  { choices: [{ index: 0, delta: { content: ' from' } }] },
  { choices: [{ index: 0, delta: { content: ' AcmeHost.' } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 } },
])

/** Two calls of the tool `add`. */
export const calls: WireAnswer = streamOf([
  call(0, { id: 'call_a', function: { name: 'add', arguments: '' } }),
  call(0, { function: { arguments: '{"a":1,' } }),
  call(0, { function: { arguments: '"b":2}' } }),
  call(1, { id: 'call_b', function: { name: 'add', arguments: '{"a":3,"b":4}' } }),
  { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
])

/** A text, and then an error inside the stream. */
export const failure: WireAnswer = streamOf([
  { choices: [{ index: 0, delta: { content: 'Hello' } }] },
  { error: { message: 'Too many requests at once.', code: 'server_is_overloaded' } },
])

function call(index: number, part: object): object {
  return { choices: [{ index: 0, delta: { tool_calls: [{ index, type: 'function', ...part }] } }] }
}

function streamOf(chunks: readonly object[]): WireAnswer {
  const frames = chunks.map((chunk) => `data: ${JSON.stringify({ object: 'chat.completion.chunk', ...chunk })}\n\n`)
  return { contentType: 'text/event-stream', body: `${frames.join('')}data: [DONE]\n\n` }
}
