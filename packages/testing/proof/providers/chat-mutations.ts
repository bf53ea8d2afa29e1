import { copy, cut, insert, type RequestMutation, set, swap } from './request-mutations.ts'

const chat = 'openai-chat/parallel-tools-json.2'
const chatTools = 'openai-chat/tool-loop-json.2'
/** messages: system, user, assistant with two calls, two results. */
export const chatMutations: readonly RequestMutation[] = [
  {
    what: 'an orphan result',
    of: chat,
    change: set(['messages', 3, 'tool_call_id'], 'call_other'),
    rule: 'orphan-result',
  },
  { what: 'a missing result', of: chat, change: cut(['messages', 4]), rule: 'missing-result' },
  {
    what: 'a result not directly behind its call',
    of: chat,
    change: insert(['messages'], 4, { role: 'user', content: 'And?' }),
    rule: 'missing-result',
  },
  { what: 'a result given twice', of: chat, change: copy(['messages'], 4, 5), rule: 'duplicate-result' },
  { what: 'a result before its call', of: chat, change: swap(['messages'], 2, 3), rule: 'orphan-result' },
  {
    what: 'a call id used twice',
    of: chat,
    change: set(['messages', 2, 'tool_calls', 1, 'id'], 'call_JbtEJLdy2rnO1a0MncDXg7en'),
    rule: 'duplicate-call-id',
  },
  {
    what: 'a call id over 40 characters',
    of: chat,
    change: set(['messages', 2, 'tool_calls', 1, 'id'], 'c'.repeat(41)),
    rule: 'call-id',
  },
  { what: 'an empty call id', of: chat, change: set(['messages', 2, 'tool_calls', 1, 'id'], ''), rule: 'call-id' },
  {
    what: 'arguments that are no JSON',
    of: chat,
    change: set(['messages', 2, 'tool_calls', 0, 'function', 'arguments'], '{"a":'),
    rule: 'arguments',
  },
  {
    what: 'arguments as an object',
    of: chat,
    change: set(['messages', 2, 'tool_calls', 0, 'function', 'arguments'], {}),
    rule: 'arguments',
  },
  {
    what: 'a message without content or calls',
    of: chat,
    change: set(['messages', 2], { role: 'assistant', content: null }),
    rule: 'required',
  },
  { what: 'an empty list of calls', of: chat, change: set(['messages', 2, 'tool_calls'], []), rule: 'empty-list' },
  { what: 'an empty question', of: chat, change: set(['messages', 1, 'content'], ''), rule: 'empty-text' },
  {
    what: 'an answer of spaces alone',
    of: chat,
    change: set(['messages', 2], { role: 'assistant', content: '   ' }),
    rule: 'empty-text',
  },
  {
    what: 'an answer at the end that Mistral is not told to go on with',
    of: 'openai-chat/mistral-thinking',
    change: insert(['messages'], 3, { role: 'assistant', content: 'Well,' }),
    rule: 'last-role',
  },
  { what: 'an unknown role', of: chat, change: set(['messages', 1, 'role'], 'human'), rule: 'role' },
  { what: 'an unknown field', of: chat, change: set(['thinking'], { type: 'enabled' }), rule: 'unknown-field' },
  {
    what: 'reasoning sent to a host that takes none',
    of: chat,
    change: set(['messages', 2, 'reasoning_content'], 'Hm.'),
    rule: 'unknown-field',
  },
  {
    what: 'a tool name with a space',
    of: chatTools,
    change: set(['tools', 0, 'function', 'name'], 'the weather'),
    rule: 'tool-name',
  },
  { what: 'the same tool twice', of: chatTools, change: copy(['tools'], 0, 1), rule: 'duplicate-tool' },
  {
    what: 'a tool whose input is no object',
    of: chatTools,
    change: set(['tools', 0, 'function', 'parameters', 'type'], 'array'),
    rule: 'tool-schema',
  },
  {
    what: 'a choice of a tool that is not there',
    of: chatTools,
    change: set(['tool_choice'], { type: 'function', function: { name: 'other' } }),
    rule: 'tool-choice',
  },
  { what: 'a tool choice without tools', of: chatTools, change: cut(['tools']), rule: 'tool-choice' },
  {
    what: 'an image in a tool result',
    of: chat,
    change: set(['messages', 3, 'content'], [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }]),
    rule: 'content-type',
  },
  {
    what: 'an image of a type that is not taken',
    of: 'openai-chat/image-input',
    change: set(['messages', 0, 'content', 1, 'image_url', 'url'], 'data:image/tiff;base64,AAAA'),
    rule: 'media',
  },
  { what: 'both limits of the answer', of: chatTools, change: set(['max_tokens'], 10), rule: 'conflict' },
  {
    what: 'stream options without a stream',
    of: chatTools,
    change: set(['stream_options'], { include_usage: true }),
    rule: 'conflict',
  },
  {
    what: 'a strict schema with an open object',
    of: 'openai-chat/structured-json',
    change: cut(['response_format', 'json_schema', 'schema', 'additionalProperties']),
    rule: 'strict-schema',
  },
  {
    what: 'a strict schema with an optional property',
    of: 'openai-chat/structured-json',
    change: set(['response_format', 'json_schema', 'schema', 'required'], ['name']),
    rule: 'strict-schema',
  },
  {
    what: 'a signature of another API',
    of: 'openai-chat/openrouter-reasoning-details-tools.2',
    change: set(['messages', 2, 'reasoning_details', 0, 'signature'], 'FOREIGN SECRET'),
    rule: 'foreign-opaque',
  },
]
