import { copy, cut, insert, type RequestMutation, set, swap } from './request-mutations.ts'

const responses = 'openai-responses/encrypted-reasoning-tool-loop-json.2'
const stateless = 'openai-responses/encrypted-reasoning-tool-loop-stream.3'
const parallel = 'openai-responses/parallel-tools-stream.2'
/** input: user, reasoning, call, result. */
export const responsesMutations: readonly RequestMutation[] = [
  {
    what: 'an orphan result',
    of: responses,
    change: set(['input', 3, 'call_id'], 'call_other'),
    rule: 'orphan-result',
  },
  { what: 'a missing result', of: responses, change: cut(['input', 3]), rule: 'missing-result' },
  {
    what: 'a question between call and result',
    of: responses,
    change: insert(['input'], 3, { role: 'user', content: 'And?' }),
    rule: 'missing-result',
  },
  { what: 'a result given twice', of: responses, change: copy(['input'], 3, 4), rule: 'duplicate-result' },
  { what: 'a result before its call', of: responses, change: swap(['input'], 2, 3), rule: 'orphan-result' },
  {
    what: 'a call id used twice',
    of: parallel,
    change: set(['input', 3, 'call_id'], 'call_REDACTED_1'),
    rule: 'duplicate-call-id',
  },
  {
    what: 'a call id over 64 characters',
    of: responses,
    change: set(['input', 2, 'call_id'], 'c'.repeat(65)),
    rule: 'call-id',
  },
  {
    what: 'an item given twice',
    of: parallel,
    change: set(['input', 3, 'id'], 'fc_REDACTED_1'),
    rule: 'duplicate-item',
  },
  {
    what: 'the item id of another kind',
    of: parallel,
    change: set(['input', 2, 'id'], 'msg_REDACTED_1'),
    rule: 'item-id',
  },
  {
    what: 'reasoning whose following item is gone',
    of: stateless,
    change: cut(['input', 5]),
    rule: 'dangling-reasoning',
  },
  {
    what: 'reasoning at the end',
    of: responses,
    change: insert(['input'], 4, { type: 'reasoning', summary: [], encrypted_content: 'OWN SECRET' }),
    rule: 'dangling-reasoning',
  },
  {
    what: 'reasoning by its id alone where nothing is kept',
    of: responses,
    change: cut(['input', 1, 'encrypted_content']),
    rule: 'reasoning-content',
  },
  { what: 'reasoning without a summary', of: responses, change: cut(['input', 1, 'summary']), rule: 'required' },
  {
    what: 'encrypted content of another API',
    of: responses,
    change: set(['input', 1, 'encrypted_content'], 'FOREIGN SECRET'),
    rule: 'foreign-opaque',
  },
  {
    what: 'a signature of another API inside a text',
    of: responses,
    change: set(['input', 0, 'content'], 'It said FOREIGN SECRET.'),
    rule: 'foreign-opaque',
  },
  {
    what: 'arguments that are no JSON',
    of: responses,
    change: set(['input', 2, 'arguments'], '{"a":'),
    rule: 'arguments',
  },
  { what: 'an empty text', of: stateless, change: set(['input', 5, 'content', 0, 'text'], ''), rule: 'empty-text' },
  {
    what: 'a text of the user in an answer',
    of: stateless,
    change: set(['input', 5, 'content', 0, 'type'], 'input_text'),
    rule: 'content-type',
  },
  { what: 'a message without parts', of: stateless, change: set(['input', 5, 'content'], []), rule: 'empty-list' },
  { what: 'an unknown item', of: responses, change: set(['input', 2, 'type'], 'tool_use'), rule: 'content-type' },
  { what: 'a role of another API', of: responses, change: set(['input', 0, 'role'], 'tool'), rule: 'role' },
  { what: 'fields of Chat Completions', of: responses, change: set(['messages'], []), rule: 'unknown-field' },
  {
    what: 'a tool in the form of Chat Completions',
    of: responses,
    change: set(['tools', 0], { type: 'function', function: { name: 'a', parameters: {} } }),
    rule: 'tool-name',
  },
  {
    what: 'a strict tool with an open object',
    of: responses,
    change: set(['tools', 0, 'strict'], true),
    rule: 'strict-schema',
  },
  {
    what: 'a picture that is none',
    of: 'openai-responses/image-input',
    change: set(['input', 0, 'content', 1, 'image_url'], 'AAAA'),
    rule: 'media',
  },
]
