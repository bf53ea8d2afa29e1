import { expect, it } from 'vitest'
import { createTurn, inferenceConfigKey, inferenceConfigOf, runInferenceConfigKey, withData } from './index.ts'

it('is what the turn says, and over it what its run says, field by field', () => {
  expect(inferenceConfigOf(createTurn())).toEqual({})
  const turn = withData(createTurn(), inferenceConfigKey, {
    temperature: 1,
    seed: 7,
    reasoning: { effort: 'low', summary: 'auto' },
    providerOptions: { here: { a: 1 } },
  })
  const config = { temperature: 0, reasoning: { effort: 'high' }, providerOptions: { here: { b: 2 } } } as const
  expect(inferenceConfigOf(withData(turn, runInferenceConfigKey, config))).toEqual({
    temperature: 0,
    seed: 7,
    reasoning: { effort: 'high', summary: 'auto' },
    providerOptions: { here: { a: 1, b: 2 } },
  })
})
