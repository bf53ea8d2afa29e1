import { createTurn, inferenceConfigKey, withData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createAdapterEngine, createFetchTransport, readModelOptions, resolveInferenceConfig } from './index.ts'
import { scriptAdapter } from './script-adapter.test-helper.ts'

const rules = { api: 'test-script', others: ['apiKey', 'baseUrl'], exampleModel: 'm-1' }
const model = 'm'

describe('options of an engine', () => {
  it('are the inference config in them, without what is not there', () => {
    const reasoning = { effort: 'low' as const, budget: 5 }
    const providerOptions = { 'test-script': { a: 1 }, 'openai-chat': {} }
    const options = { model, seed: undefined, reasoning, providerOptions, apiKey: 'k', timeLimits: {} }
    expect(readModelOptions(options, rules)).toEqual({ model, reasoning, providerOptions })
  })

  it('that are undefined are absent, whatever they are called', () => {
    const options = { model, reasoning: { effort: undefined, budgetTokens: undefined }, colour: undefined }
    const config = readModelOptions(options, rules)
    expect(config).not.toHaveProperty('colour')
    expect(resolveInferenceConfig(createTurn(), config)).toEqual({ model })
    const turn = withData(createTurn(), inferenceConfigKey, { reasoning: { effort: undefined } })
    expect(resolveInferenceConfig(turn, { model })).toEqual({ model })
    expect(resolveInferenceConfig(turn, { model, reasoning: { budget: 5 } })).toEqual({
      model,
      reasoning: { budget: 5 },
    })
  })

  it('may wish for reasoning without saying how much', () => {
    expect(readModelOptions({ model, reasoning: {} }, rules)).toEqual({ model, reasoning: {} })
  })

  it.each([
    ['{}', "model must be the model's name, such as m-1"],
    ['{"model":7}', 'not 7'],
    ['7', "options must be an object, such as { model: 'm-1' }"],
    [
      '{"model":"m","reasoning":{"budgetTokens":"5"}}',
      'no option reasoning.budgetTokens. Did you mean reasoning.budget?',
    ],
    ['{"model":"m","reasoning":{"budget":"5"}}', 'reasoning.budget must be a number, not "5"'],
    ['{"model":"m","reasoning":{"Effort":"low"}}', 'Did you mean reasoning.effort?'],
    ['{"model":"m","reasoning":{"effort":"lots"}}', 'reasoning.effort must be "none" or "minimal"'],
    ['{"model":"m","reasoning":"high"}', 'reasoning must be an object, not "high"'],
    ['{"model":"m","providerOptions":{"test_script":{}}}', 'Did you mean providerOptions.test-script?'],
    ['{"model":"m","providerOptions":{"openai":{}}}', 'no option providerOptions.openai.'],
    ['{"model":"m","providerOptions":{"openai-chat":[1]}}', 'providerOptions.openai-chat must be an object, not [1]'],
    ['{"model":"m","providerOptions":[]}', 'providerOptions must be an object'],
    ['{"model":"m","stopSequences":["a",1]}', 'stopSequences[1] must be a text, not 1'],
    ['{"model":"m","maxOutputTokens":"100"}', 'maxOutputTokens must be a number, not "100"'],
    ['{"model":"m","maxOutputTokens":0}', 'maxOutputTokens must be a whole number over 0, not 0'],
    ['{"model":"m","temprature":1}', 'no option temprature. Did you mean temperature?'],
    ['{"model":"m","max_output_tokens":1}', 'Did you mean maxOutputTokens?'],
    ['{"model":"m","baseURL":"x"}', 'Did you mean baseUrl?'],
    ['{"model":"m","colour":"red"}', 'no option colour. The options are model, temperature,'],
  ])('that are wrong are named by their path, with what was meant: %s', (json, message) => {
    expect(() => readModelOptions(JSON.parse(json), rules)).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['{"idelMs":5}', 'no option timeLimits.idelMs. Did you mean timeLimits.idleMs?'],
    ['{"idleMs":"5"}', 'timeLimits.idleMs must be a number of milliseconds over 0, or Infinity for no limit, not "5"'],
    ['5', 'timeLimits must be an object, not 5'],
  ])('are checked where they limit the time: %s', (json, message) => {
    const timeLimits = JSON.parse(json)
    const make = () =>
      createAdapterEngine(scriptAdapter, createFetchTransport({ baseUrl: 'https://a.test' }), {
        defaults: { model },
        timeLimits,
      })
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(message) }),
    )
  })
})
