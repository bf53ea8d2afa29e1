import { expect, it } from 'vitest'
import { nearestName, unknownOption } from './index.ts'

it('says nothing of names that are known, or of what has none', () => {
  expect(unknownOption({ a: 1 }, ['a', 'b'])).toBeUndefined()
  for (const value of [undefined, null, 'text', 7]) expect(unknownOption(value, [])).toBeUndefined()
})

it('says what is called otherwise elsewhere, rather than what looks like it', () => {
  const hints = { abortSignal: 'A signal goes with the context', toString: 'No' }
  expect(unknownOption({ abortSignal: 1 }, ['abortSignals'], '', hints)).toBe(
    'there is no option abortSignal. A signal goes with the context. The options are abortSignals',
  )
  expect(unknownOption({ constructor: 1 }, ['a'], '', {})).toBe('there is no option constructor. The options are a')
})

it.each([
  ['modle', 'model'],
  ['top_p', 'topP'],
  ['temprature', 'temperature'],
  ['budgetTokens', 'budget'],
  ['xyz', undefined],
])('takes %s for %s', (typed, meant) => {
  expect(nearestName(typed, ['model', 'topP', 'temperature', 'budget', 'seed'])).toBe(meant)
})
