import { describe, expect, it } from 'vitest'
import { createTurn, parseToolInput, toolCallBlock, validateTurn } from './index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const texts = [
  '{"city":"Paris","days":[1,2,3],"deep":{"er":null}}',
  '{"text":"Grüße aus 東京 🎈 \\u00e9 \\\\ \\"quoted\\""}',
  '{ "a" : 1 , "b" : [ ] }\n',
  '[{"x":-1.5e-7},true,false]',
  '"just a text"',
  '{}',
  '12345',
]

describe('parseToolInput', () => {
  it.each(texts)('cut at any byte, %s is only run when it is whole and closed', (text) => {
    const bytes = encoder.encode(text)
    for (let end = 0; end <= bytes.length; end++) {
      const raw = decoder.decode(bytes.subarray(0, end))
      expect(parseToolInput(raw, false)).toEqual({ state: 'incomplete', raw })
      const closed = parseToolInput(raw, true)
      if (raw.trim() === '') expect(closed).toEqual({ state: 'parsed', value: {} })
      else if (raw.trim() === text.trim()) expect(closed).toEqual({ state: 'parsed', value: JSON.parse(text) })
      // The one text whose beginnings are whole: digits. The provider's closing is all that there is to go by.
      else if (text === '12345') expect(closed.state).toBe('parsed')
      else expect(closed).toEqual({ state: 'malformed', raw })
    }
  })

  it('takes no text from a closed call as no arguments', () => {
    expect(parseToolInput('', true)).toEqual({ state: 'parsed', value: {} })
    expect(parseToolInput(' \n', true)).toEqual({ state: 'parsed', value: {} })
    expect(parseToolInput('', false)).toEqual({ state: 'incomplete', raw: '' })
  })

  it.each(["{'a':1}", '{"a":1,}', '{"a":1}{"b":2}', '```json\n{}\n```', 'undefined', 'NaN', '{"a":01}', '{"a":"\t"}'])(
    'does not mend %s',
    (raw) => {
      expect(parseToolInput(raw, true)).toEqual({ state: 'malformed', raw })
    },
  )

  it.each([
    ['a number beyond all numbers', '{"n":1e999}'],
    ['endless nesting', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('calls %s malformed: the parser takes it, but it could never be stored or sent again', (_, raw) => {
    expect(parseToolInput(raw, true)).toEqual({ state: 'malformed', raw })
    const call = toolCallBlock({ callId: 'c', name: 'n', input: parseToolInput(raw, true) })
    expect(validateTurn(createTurn({ blocks: [call] }), { open: true })).toEqual([])
  })

  it('reads a field named __proto__ as a field, and changes nobody’s prototype', () => {
    const input = parseToolInput('{"__proto__":{"admin":true}}', true)
    expect(input.state === 'parsed' && JSON.stringify(input.value)).toBe('{"__proto__":{"admin":true}}')
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })
})
