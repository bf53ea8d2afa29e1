import { describe, expect, it } from 'vitest'
import { argumentsOf } from './tool-text.ts'

describe('the arguments of a call', () => {
  it('are one text of JSON', () => {
    expect(argumentsOf({ state: 'parsed', value: { city: 'Oslo', days: 2 } })).toEqual([
      { name: '', text: '{\n  "city": "Oslo",\n  "days": 2\n}' },
    ])
  })

  it('are texts by their names where one has several lines, so that it can be read before it is allowed', () => {
    const value = { to: 'ada', body: 'Dear Ada,\nhello', tags: ['a'] }
    expect(argumentsOf({ state: 'parsed', value })).toEqual([
      { name: 'to', text: 'ada' },
      { name: 'body', text: 'Dear Ada,\nhello' },
      { name: 'tags', text: '[\n  "a"\n]' },
    ])
  })
})
