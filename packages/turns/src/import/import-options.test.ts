import { expect, it } from 'vitest'
import {
  importAISDKMessages,
  importAnthropicMessages,
  importOpenAIChatMessages,
  importOpenAIResponsesItems,
} from '../import.ts'
import { untyped } from './import.test-helper.ts'

const messages = [
  {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'text', text: 'a' },
    ],
  },
]

it.each<[string, unknown, RegExp]>([
  ['options', 'x', /options must be \{ provenance, outcomeOf, nextId, now \}, not "x"/],
  ['options', null, /not null/],
  ['options', [], /not \[\]/],
  ['options', { provenence: { host: 'h', model: 'm' } }, /no option provenence\. Did you mean provenance\?/],
  [
    'provenance',
    { provenance: 'api.anthropic.com' },
    /provenance must be \{ host, model \}, not "api\.anthropic\.com"/,
  ],
  ['provenance', { provenance: null }, /not null/],
  ['provenance.model', { provenance: { host: 'h' } }, /provenance\.model must be a text that is not empty/],
  ['provenance.host', { provenance: { host: ' ', model: 'm' } }, /provenance\.host must be/],
  ['provenance', { provenance: { host: 'h', modle: 'm' } }, /Did you mean provenance\.model\?/],
  ['outcomeOf', { outcomeOf: 'ok' }, /outcomeOf must be a function/],
  ['nextId', { nextId: 5 }, /nextId must be a function/],
  ['now', { now: 5 }, /now must be a function/],
])('a wrong option is refused by its name, and takes no message with it: %s of %j', (field, options, said) => {
  const refusal = expect.objectContaining({ code: 'invalid_value', field, message: expect.stringMatching(said) })
  expect(() => importAnthropicMessages({ messages }, untyped(options))).toThrow(refusal)
  for (const importMessages of [importAISDKMessages, importOpenAIChatMessages, importOpenAIResponsesItems])
    expect(() => importMessages([{ role: 'user', content: 'Hi' }], untyped(options))).toThrow(refusal)
})

it('an option that is undefined is absent', () => {
  const options = untyped<object>({ provenance: undefined, now: undefined })
  expect(importAnthropicMessages({ messages }, options).turn.blocks).toHaveLength(2)
})
