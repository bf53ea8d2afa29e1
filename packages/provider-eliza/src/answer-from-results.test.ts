import { type ContentPart, type ToolOutcome, toolCallBlock, toolResultBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { answerFromResults } from './answer-from-results.ts'
import type { Exchange } from './conversation.ts'

function exchange(outcome: ToolOutcome, content: string | readonly ContentPart[], city = 'Paris'): Exchange {
  const name = 'get_weather'
  return {
    call: toolCallBlock({ callId: 'c', name, input: { state: 'parsed', value: { city } } }),
    result: toolResultBlock({ callId: 'c', name, outcome, content }),
  }
}

function answer(outcome: ToolOutcome, content: string | readonly ContentPart[]): string {
  return answerFromResults([exchange(outcome, content)])
}

describe('answerFromResults', () => {
  it.each<[string, string]>([
    ['Sunny', 'get_weather (Paris) says: Sunny.'],
    ['Is it?', 'get_weather (Paris) says: Is it?'],
    [
      '{"temperature":18.5,"rain":false,"windNow":{"speed":3}}',
      'get_weather (Paris) says: temperature 18.5, rain no, wind now (speed 3).',
    ],
    ['["a","b","c"]', 'get_weather (Paris) says: a, b and c.'],
    ['[{"day":1},{"day":2}]', 'get_weather (Paris) says: (day 1) and (day 2).'],
    ['391', 'get_weather (Paris) says: 391.'],
    ['null', 'get_weather (Paris) says: nothing.'],
    ['{"broken', 'get_weather (Paris) says: {"broken.'],
    ['', 'get_weather (Paris) ran and said nothing.'],
    ['one\ntwo', 'get_weather (Paris) says:\none\ntwo'],
  ])('says what a tool said: %j', (content, said) => {
    expect(answer('ok', content)).toBe(said)
  })

  it.each<[ToolOutcome, string]>([
    ['error', 'get_weather (Paris) failed: No such city.'],
    ['denied', 'get_weather (Paris) was denied, so I have no answer from it. No such city.'],
    ['timed-out', 'get_weather (Paris) did not answer in time. No such city.'],
    ['cancelled', 'get_weather (Paris) was cancelled before it had an answer. No such city.'],
    ['not-run', 'get_weather (Paris) was not run, so I have no answer from it. No such city.'],
    ['unknown', 'get_weather (Paris) was called, and I do not know what came of it. No such city.'],
    ['pending', 'get_weather (Paris) has not answered yet. No such city.'],
  ])('says honestly when there is no answer: %s', (outcome, said) => {
    expect(answer(outcome, 'No such city')).toBe(said)
  })

  it('says that a call without a result has none', () => {
    expect(answerFromResults([{ ...exchange('ok', ''), result: undefined }])).toContain('I do not know what came of it')
  })

  it('says one thing for each call, in their order', () => {
    const text = answerFromResults([exchange('ok', 'dry'), exchange('ok', 'wet', 'Rome')])
    expect(text).toBe('get_weather (Paris) says: dry.\nget_weather (Rome) says: wet.')
  })

  it('cuts what is long, and says so', () => {
    expect(answer('ok', 'line\n'.repeat(100))).toMatch(/\(and 88 more lines\)$/)
    expect(answer('ok', 'x'.repeat(5_000))).toMatch(/x… \(5000 characters in all\)\.$/)
    expect(answer('ok', JSON.stringify(Array.from({ length: 50 }, (_, index) => index)))).toMatch(/11 and 38 more\.$/)
  })

  it('says that it cannot see an image', () => {
    const image: ContentPart = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
    expect(answer('ok', [{ type: 'text', text: 'Here.' }, image])).toBe(
      'get_weather (Paris) says: Here. It also returned image content, which I cannot take in: I read text only.',
    )
  })
})
