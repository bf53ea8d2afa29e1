import { createTurn, type ProviderCallRecord, type Usage, withProviderCall } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { costOf, costOfTurn, modelInfoFor, showCost } from './cost.ts'
import { valuesLayer } from './layers/layer.ts'
import { resolve } from './settings.test-helper.ts'

const prices = { input: 2, output: 10, cache_read: 0.2, cache_write: 2.5 }

const usage: Usage = {
  input: { uncached: 1_000_000, cacheRead: 500_000, cacheWrite: 100_000 },
  output: { text: 20_000, reasoning: 80_000 },
  source: 'reported',
}

function call(id: string, fields: Partial<ProviderCallRecord>): ProviderCallRecord {
  const times = { startedAt: 0, finishedAt: 1 }
  return { id, api: 'a', host: 'h', model: 'm', outcome: 'completed', stop: 'end_turn', ...times, ...fields }
}

describe('the cost of tokens', () => {
  it('is each kind of them by its price, reasoning as output', () => {
    expect(costOf(usage, prices)).toEqual({ usd: 3.35, atLeastUsd: 3.35, isEstimated: false, unknown: [] })
  })

  it('is known where what has no price was not used', () => {
    const plain: Usage = { input: { uncached: 1_000 }, output: { text: 0 }, source: 'reported' }
    expect(costOf(plain, { input: 1 }).usd).toBe(0.001)
  })

  it('is nothing where the model is free, which is not unknown', () => {
    expect(costOf(usage, { input: 0, output: 0, cache_read: 0, cache_write: 0 }).usd).toBe(0)
  })

  it.each([
    [
      'without any price',
      usage,
      undefined,
      ['the price of input', 'the price of cache_read', 'the price of cache_write', 'the price of output'],
    ],
    [
      'without the price of what was read from a cache',
      usage,
      { input: 2, output: 10, cache_write: 2.5 },
      ['the price of cache_read'],
    ],
    [
      'of a call that was cut off',
      { ...usage, source: 'partial' as const },
      prices,
      ['all of the tokens that were used'],
    ],
    ['of tokens that nobody counted', undefined, prices, ['the tokens that were used']],
  ])('is unknown %s', (_, used, priced, unknown) => {
    const cost = costOf(used, priced)
    expect(cost.usd).toBeUndefined()
    expect(cost.unknown).toEqual(unknown)
  })
})

describe('the cost of a turn', () => {
  const turn = [
    call('1', { usage, runId: 'run-1' }),
    call('2', { usage, runId: 'run-2', outcome: 'failed' }),
    call('3', { usage, runId: 'run-2', model: 'other' }),
  ].reduce(withProviderCall, createTurn())

  it('is that of its calls, each by what is known of its model, the failed ones too', () => {
    const infos = { m: { cost: prices }, other: { cost: { input: 1, output: 1, cache_read: 1, cache_write: 1 } } }
    const cost = costOfTurn(turn, ({ model }) => (model === 'm' ? infos.m : infos.other))
    expect(cost.usd).toBeCloseTo(3.35 * 2 + 1.7, 10)
    expect(costOfTurn(turn, () => infos.m, 'run-1').usd).toBeCloseTo(3.35, 10)
  })

  it('is unknown where that of one call is, and says what it is at the least', () => {
    const cost = costOfTurn(turn, ({ model }) => (model === 'm' ? { cost: prices } : undefined))
    expect(cost.usd).toBeUndefined()
    expect(cost.atLeastUsd).toBeCloseTo(6.7, 10)
  })
})

describe('what settings know of a model', () => {
  it('is for the calls of that model alone, also by its dated name', () => {
    const model_info = { cost: prices }
    const known = modelInfoFor(resolve(valuesLayer({ chat: { api_type: 'openai', engine: 'gpt-5-mini' }, model_info })))
    expect(known({ model: 'gpt-5-mini' })).toEqual(model_info)
    expect(known({ model: 'gpt-5-mini-2025-08-07' })).toEqual(model_info)
    expect(known({ model: 'gpt-5' })).toBeUndefined()
  })
})

describe('showCost', () => {
  it.each([
    [{ usd: 0, atLeastUsd: 0, isEstimated: false, unknown: [] }, '$0'],
    [{ usd: 0.004251, atLeastUsd: 0, isEstimated: false, unknown: [] }, '$0.0043'],
    [{ usd: 0.00002, atLeastUsd: 0, isEstimated: false, unknown: [] }, 'less than $0.0001'],
    [{ usd: 12.345, atLeastUsd: 0, isEstimated: true, unknown: [] }, 'about $12.35'],
    [
      { atLeastUsd: 0.5, isEstimated: false, unknown: ['the price of output'] },
      'at least $0.5 (unknown: the price of output)',
    ],
    [{ atLeastUsd: 0, isEstimated: false, unknown: ['the price of output'] }, 'unknown: the price of output'],
  ])('%j is %s', (cost, text) => expect(showCost(cost)).toBe(text))
})
