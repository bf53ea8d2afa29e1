import { expect, it } from 'vitest'
import { untyped } from './import/import.test-helper.ts'
import {
  createTurn,
  inferenceConfigKey,
  inferenceConfigOf,
  joinInferenceConfigs,
  runInferenceConfigKey,
  withData,
} from './index.ts'

it('takes what is undefined for absent, also within reasoning and the options of an API', () => {
  const config = { temperature: 1, reasoning: { effort: 'low' }, providerOptions: { here: { a: 1 } } } as const
  const over = { temperature: undefined, reasoning: { effort: undefined }, providerOptions: { here: { a: undefined } } }
  expect(joinInferenceConfigs(config, untyped(over))).toEqual(config)
})

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
