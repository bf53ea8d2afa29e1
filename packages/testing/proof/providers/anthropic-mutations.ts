import { copy, cut, insert, type RequestMutation, set } from './request-mutations.ts'

const messages = 'anthropic-messages/thinking-tool-loop-stream.2'
const many = 'anthropic-messages/parallel-tools-json.2'
/** messages: user, assistant with thinking and a call, user with its result. */
export const anthropicMutations: readonly RequestMutation[] = [
  {
    what: 'a message that only thinks',
    of: messages,
    change: (body) => cut(['messages', 2, 'content', 0])(cut(['messages', 1, 'content', 1])(body)),
    rule: 'thinking-only',
  },
  {
    what: 'an hour in the cache behind minutes',
    of: messages,
    change: (body) =>
      set(['messages', 2, 'content', 0, 'cache_control'], { type: 'ephemeral', ttl: '1h' })(
        set(['messages', 0, 'content'], [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }])(body),
      ),
    rule: 'cache-order',
  },
  {
    what: 'an orphan result',
    of: messages,
    change: set(['messages', 2, 'content', 0, 'tool_use_id'], 'toolu_other'),
    rule: 'orphan-result',
  },
  { what: 'a missing result', of: many, change: cut(['messages', 2, 'content', 1]), rule: 'missing-result' },
  { what: 'no message with the results', of: messages, change: cut(['messages', 2]), rule: 'missing-result' },
  {
    what: 'text before the results',
    of: many,
    change: insert(['messages', 2, 'content'], 0, { type: 'text', text: 'Here:' }),
    rule: 'result-order',
  },
  {
    what: 'an error with an image',
    of: messages,
    change: (body) =>
      set(
        ['messages', 2, 'content', 0, 'content'],
        [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
      )(set(['messages', 2, 'content', 0, 'is_error'], true)(body)),
    rule: 'error-media',
  },
  { what: 'a result given twice', of: many, change: copy(['messages', 2, 'content'], 1, 2), rule: 'duplicate-result' },
  {
    what: 'a message between call and result',
    of: messages,
    change: insert(['messages'], 2, { role: 'user', content: 'And?' }),
    rule: 'alternation',
  },
  {
    what: 'a result without its call',
    of: messages,
    change: cut(['messages', 1, 'content', 1]),
    rule: 'orphan-result',
  },
  {
    what: 'a call id used twice',
    of: many,
    change: set(['messages', 1, 'content', 1, 'id'], 'toolu_01VAsVzPhMLptxfCiiydc4Th'),
    rule: 'duplicate-call-id',
  },
  {
    what: 'a call id that another API made',
    of: messages,
    change: set(['messages', 1, 'content', 1, 'id'], 'call_1|fc_1'),
    rule: 'call-id',
  },
  {
    what: 'a call id over 64 characters',
    of: messages,
    change: set(['messages', 1, 'content', 1, 'id'], 't'.repeat(65)),
    rule: 'call-id',
  },
  {
    what: 'arguments as text',
    of: messages,
    change: set(['messages', 1, 'content', 1, 'input'], '{}'),
    rule: 'arguments',
  },
  {
    what: 'thinking without its signature',
    of: messages,
    change: cut(['messages', 1, 'content', 0, 'signature']),
    rule: 'signature',
  },
  {
    what: 'thinking with an empty signature',
    of: messages,
    change: set(['messages', 1, 'content', 0, 'signature'], ''),
    rule: 'signature',
  },
  {
    what: 'thinking signed by another API',
    of: messages,
    change: set(['messages', 1, 'content', 0, 'signature'], 'FOREIGN SECRET'),
    rule: 'foreign-opaque',
  },
  {
    what: 'thinking at the end of what is to go on',
    of: 'anthropic-messages/thinking-omitted.2',
    change: (body) => cut(['messages', 1, 'content', 1])(cut(['messages', 2])(body)),
    rule: 'thinking-last',
  },
  { what: 'the answer first', of: messages, change: cut(['messages', 0]), rule: 'first-role' },
  { what: 'two questions in a row', of: messages, change: copy(['messages'], 0, 0), rule: 'alternation' },
  {
    what: 'system text among the messages',
    of: messages,
    change: set(['messages', 0, 'role'], 'system'),
    rule: 'role',
  },
  {
    what: 'an empty text',
    of: 'anthropic-messages/tool-loop-json.2',
    change: set(['messages', 1, 'content', 0, 'text'], ''),
    rule: 'empty-text',
  },
  {
    what: 'white space for a text',
    of: 'anthropic-messages/tool-loop-json.2',
    change: set(['messages', 1, 'content', 0, 'text'], '\n'),
    rule: 'empty-text',
  },
  {
    what: 'an empty result text',
    of: messages,
    change: set(['messages', 2, 'content', 0, 'content', 0, 'text'], ''),
    rule: 'empty-text',
  },
  { what: 'an empty system text', of: messages, change: set(['system', 0, 'text'], ''), rule: 'empty-text' },
  {
    what: 'white space at the end of what is to go on',
    of: 'anthropic-messages/stop-sequence',
    change: set(['messages', 1, 'content', 0, 'text'], 'def '),
    rule: 'trailing-space',
  },
  { what: 'no limit of the answer', of: messages, change: cut(['max_tokens']), rule: 'required' },
  {
    what: 'a call in a message of the user',
    of: messages,
    change: set(['messages', 0, 'content', 0, 'type'], 'tool_use'),
    rule: 'content-type',
  },
  {
    what: 'a part of another API',
    of: messages,
    change: set(['messages', 0, 'content', 0, 'type'], 'input_text'),
    rule: 'content-type',
  },
  {
    what: 'a field of another API',
    of: messages,
    change: set(['messages', 1, 'content', 1, 'arguments'], '{}'),
    rule: 'unknown-field',
  },
  {
    what: 'a budget above the limit',
    of: messages,
    change: set(['thinking', 'budget_tokens'], 9_999),
    rule: 'thinking',
  },
  {
    what: 'a forced tool with thinking',
    of: messages,
    change: set(['tool_choice'], { type: 'any' }),
    rule: 'thinking',
  },
  { what: 'a temperature with thinking', of: messages, change: set(['temperature'], 0), rule: 'thinking' },
  {
    what: 'a tool whose input is a choice',
    of: messages,
    change: set(['tools', 0, 'input_schema', 'anyOf'], []),
    rule: 'tool-schema',
  },
  {
    what: 'an image of a type that is not taken',
    of: 'anthropic-messages/image-input',
    change: set(['messages', 0, 'content', 1, 'source'], { type: 'base64', media_type: 'image/tiff', data: 'AAAA' }),
    rule: 'media',
  },
  {
    what: 'a server tool’s call without its result',
    of: 'anthropic-messages/web-fetch.2',
    change: cut(['messages', 1, 'content', 2]),
    rule: 'missing-result',
  },
  {
    what: 'a server tool’s result without its call',
    of: 'anthropic-messages/web-fetch.2',
    change: cut(['messages', 1, 'content', 1]),
    rule: 'orphan-result',
  },
  {
    what: 'an open object in the form of the answer',
    of: 'anthropic-messages/structured-stream',
    change: cut(['output_config', 'format', 'schema', 'additionalProperties']),
    rule: 'strict-schema',
  },
]
