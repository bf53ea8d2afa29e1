import type { ProviderCallRecord } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { statusOf } from './status.ts'

const call = (uncached: number, text: number): ProviderCallRecord => ({
  id: 'c',
  api: 'openai-chat',
  host: 'here',
  model: 'm',
  outcome: 'completed',
  stop: 'end_turn',
  usage: { input: { uncached }, output: { text }, source: 'reported' },
  startedAt: 1,
  finishedAt: 2,
})
const choice = { engine: 'openai-chat', model: 'm', baseUrl: 'http://here/v1' } as const

it('says the tokens and the cost of all calls, and how much of the window the last one took', () => {
  const costOfCalls = () => ({ usd: 0.25, atLeastUsd: 0.25, isEstimated: false, unknown: [] })
  const answering = { choice, modelInfo: { context_window: 20_000 }, costOfCalls }
  expect(statusOf({ calls: [call(900, 100), call(4_000, 1_000)], name: 'trip' }, answering)).toEqual({
    engine: 'm (openai-chat)',
    session: 'session trip',
    tokens: '6.0k tokens',
    cost: '$0.25',
    context: 'context 25% of 20k',
  })
})

it('says nothing of what nobody knows', () => {
  const costOfCalls = () => ({ atLeastUsd: 0, isEstimated: false, unknown: ['the price of input'] })
  expect(statusOf({ calls: [], name: undefined }, { choice, modelInfo: {}, costOfCalls })).toEqual({
    engine: 'm (openai-chat)',
  })
})

it('says that it cost more where a price is missing', () => {
  const costOfCalls = () => ({ atLeastUsd: 0.1, isEstimated: false, unknown: ['the price of output'] })
  const status = statusOf({ calls: [call(10, 10)], name: 'trip' }, { choice, modelInfo: {}, costOfCalls })
  expect(status).toMatchObject({ cost: 'at least $0.1', context: 'context 20' })
})
