import { isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { differencesInMeaning } from './meaning.ts'
import { readExchanges } from './recordings.ts'
import { cut, insert, type RequestMutation, set, swap } from './request-mutations.ts'

const exchanges = readExchanges()

function requestOf(of: string): { readonly exchange: (typeof exchanges)[number]; readonly body: JsonObject } {
  const exchange = exchanges.find(({ id }) => id === of)
  if (exchange?.request === undefined) throw new Error(`there is no request of ${of}`)
  return { exchange, body: exchange.request.body }
}

function differencesAfter({ of, change }: Change): readonly string[] {
  const { exchange, body } = requestOf(of)
  const changed: JsonValue = change(body)
  return differencesInMeaning(exchange.api, body, isJsonObject(changed) ? changed : {})
}

type Change = Pick<RequestMutation, 'what' | 'of' | 'change'>

const chat = 'openai-chat/openrouter-reasoning-details-tools.2'
const responses = 'openai-responses/encrypted-reasoning-tool-loop-json.2'
const messages = 'anthropic-messages/thinking-tool-loop-stream.2'

const others: readonly Change[] = [
  { what: 'another call id', of: chat, change: set(['messages', 2, 'tool_calls', 0, 'id'], 'other') },
  { what: 'another result', of: chat, change: set(['messages', 3, 'content'], '41 C') },
  { what: 'no signature', of: chat, change: cut(['messages', 2, 'reasoning_details', 0, 'signature']) },
  {
    what: 'no reasoning',
    of: 'openai-chat/deepseek-thinking-tools.2',
    change: cut(['messages', 3, 'reasoning_content']),
  },
  { what: 'another system text', of: chat, change: set(['messages', 0, 'content'], 'Be rude.') },
  { what: 'an optional field that says something else', of: chat, change: set(['messages', 2, 'reasoning'], 'Hm.') },
  { what: 'results in another order', of: 'openai-chat/parallel-tools-json.2', change: swap(['messages'], 3, 4) },
  { what: 'another encrypted content', of: responses, change: set(['input', 1, 'encrypted_content'], 'x') },
  { what: 'reasoning behind its call', of: responses, change: swap(['input'], 1, 2) },
  { what: 'another item id', of: responses, change: set(['input', 1, 'id'], 'rs_other') },
  { what: 'one message more', of: responses, change: insert(['input'], 4, { role: 'user', content: 'And?' }) },
  { what: 'another tool', of: responses, change: set(['tools', 0, 'name'], 'other') },
  { what: 'another signature', of: messages, change: set(['messages', 1, 'content', 0, 'signature'], 'x') },
  { what: 'other thoughts', of: messages, change: set(['messages', 1, 'content', 0, 'thinking'], 'x') },
  { what: 'a failed result', of: messages, change: set(['messages', 2, 'content', 0, 'is_error'], true) },
  { what: 'another schema', of: messages, change: set(['tools', 0, 'input_schema', 'required'], ['place']) },
]

const same: readonly Change[] = [
  { what: 'the system text in another role', of: chat, change: set(['messages', 0, 'role'], 'developer') },
  {
    what: 'white space in arguments',
    of: chat,
    change: set(['messages', 2, 'tool_calls', 0, 'function', 'arguments'], '{"location":"Florence, Italy"}'),
  },
  { what: 'no id of a reasoning item', of: responses, change: cut(['input', 1, 'id']) },
  {
    what: 'a text as a part',
    of: responses,
    change: set(['input', 3, 'output'], [{ type: 'input_text', text: '123124' }]),
  },
  {
    what: 'no mark of the cache',
    of: 'anthropic-messages/tool-loop-stream.2',
    change: cut(['messages', 1, 'content', 1, 'cache_control']),
  },
  {
    what: 'a result that says that it did not fail',
    of: messages,
    change: set(['messages', 2, 'content', 0, 'is_error'], false),
  },
  { what: 'the system text as a text', of: messages, change: set(['system'], 'You are a helpful assistant') },
]

describe('two requests mean something else with', () => {
  it.each(others)('$what', (change) => expect(differencesAfter(change)).not.toEqual([]))
})

describe('two requests mean the same with', () => {
  it.each(same)('$what', (change) => expect(differencesAfter(change)).toEqual([]))
})
