import { createTurn, type InferenceConfig, inferenceConfigKey, runInferenceConfigKey, withData } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { providerOptionsOf, resolveInferenceConfig } from './index.ts'

const turnWith = (config: InferenceConfig) => createTurn({ data: inferenceConfigKey.write({}, config) })
const defaults = {
  model: 'm-1',
  temperature: 1,
  reasoning: { effort: 'low', summary: 'auto' },
  providerOptions: { here: { a: 1, b: 2 }, there: { c: 3 } },
} as const

it('is the defaults where the turn says nothing', () => {
  expect(resolveInferenceConfig(createTurn(), defaults)).toBe(defaults)
})

it('lets the turn win field by field, also within reasoning and the options of each API', () => {
  const turn = turnWith({ model: 'm-2', reasoning: { effort: 'high' }, providerOptions: { here: { b: 9 }, new: {} } })
  expect(resolveInferenceConfig(turn, defaults)).toEqual({
    model: 'm-2',
    temperature: 1,
    reasoning: { effort: 'high', summary: 'auto' },
    providerOptions: { here: { a: 1, b: 9 }, there: { c: 3 }, new: {} },
  })
})

it('lets the run win over the turn', () => {
  const turn = withData(turnWith({ model: 'm-2', seed: 1 }), runInferenceConfigKey, { model: 'm-3' })
  expect(resolveInferenceConfig(turn, { model: 'm-1' })).toEqual({ model: 'm-3', seed: 1 })
})

it('asks for no reasoning that nobody asked for', () => {
  expect(resolveInferenceConfig(turnWith({ seed: 1 }), { model: 'm-1' })).toEqual({ model: 'm-1', seed: 1 })
})

it('finds the options of one API', () => {
  expect([providerOptionsOf(defaults, 'here'), providerOptionsOf(defaults, 'nowhere')]).toEqual([{ a: 1, b: 2 }, {}])
})
