import { environmentLayer, valuesLayer } from '@geppetto/settings'
import type { ProviderCallRecord } from '@geppetto/turns'
import { accessOf, providers } from 'engine-choice'
import { expect, it } from 'vitest'
import { Answering } from './answering.ts'

const call = (model: string, api = 'openai-chat'): ProviderCallRecord => ({
  id: model,
  api,
  host: 'api.openai.com',
  model,
  outcome: 'completed',
  stop: 'end_turn',
  usage: { input: { uncached: 1_000_000 }, output: { text: 0 }, source: 'reported' },
  startedAt: 1,
  finishedAt: 2,
})

async function start() {
  const environment = environmentLayer({ OPENAI_API_KEY: 'key', OLLAMA_HOST: '127.0.0.1:1' }, providers)
  const defaults = valuesLayer({
    chat: { api_type: 'openai', engine: 'known' },
    model_info: { id: 'known', cost: { input: 2, output: 4 } },
  })
  return Answering.start(accessOf([environment, { ...defaults, kind: 'user-config' }]))
}

it('goes on to know what was paid for a model when another answers of which no price is known', async () => {
  const answering = await start()
  expect(answering.costOfCalls([call('known')])).toMatchObject({ usd: 2 })
  await answering.switchTo({ engine: 'openai-chat', model: 'other' })
  expect(answering.modelInfo).toEqual({})
  expect(answering.costOfCalls([call('known')])).toMatchObject({ usd: 2 })
  const both = answering.costOfCalls([call('known'), call('other')])
  expect(both).toMatchObject({ atLeastUsd: 2, unknown: ['the price of input'] })
  expect(both).not.toHaveProperty('usd')
})

it('counts nothing for eliza, and says nothing where no price is known', async () => {
  const answering = await start()
  expect(answering.costOfCalls([call('known'), call('eliza-1966', 'eliza')])).toMatchObject({ usd: 2, unknown: [] })
  expect(answering.costOfCalls([call('eliza-1966', 'eliza')])).toBeUndefined()
  expect(answering.costOfCalls([call('other')])).toBeUndefined()
  expect(answering.costOfCalls([])).toBeUndefined()
})
