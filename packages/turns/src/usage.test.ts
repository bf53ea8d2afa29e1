import { describe, expect, it } from 'vitest'
import type { Usage } from './index.ts'
import { sumUsage, usageTotals } from './index.ts'

const reported = (input: Usage['input'], output: Usage['output']): Usage => ({ input, output, source: 'reported' })

describe('sumUsage', () => {
  it('adds counter by counter, and stays reported when all is stated', () => {
    const one = reported({ uncached: 10, cacheRead: 0 }, { text: 5 })
    const two = reported({ uncached: 1, cacheRead: 90 }, { text: 2 })
    expect(sumUsage([one, two])).toEqual(reported({ uncached: 11, cacheRead: 90 }, { text: 7 }))
  })

  it('leaves a counter absent that nobody states: absent is not zero', () => {
    const sum = sumUsage([reported({ uncached: 1 }, { text: 1 }), reported({ uncached: 2 }, { text: 2 })])
    expect(sum?.output).toEqual({ text: 3 })
    expect(Object.keys(sum?.input ?? {})).toEqual(['uncached'])
  })

  it('keeps a stated zero', () => {
    expect(sumUsage([reported({ cacheRead: 0 }, {})])?.input).toEqual({ cacheRead: 0 })
  })

  it('says partial when one call states a counter and another does not', () => {
    const sum = sumUsage([reported({ uncached: 1 }, { text: 1, reasoning: 7 }), reported({ uncached: 2 }, { text: 2 })])
    expect(sum).toEqual({ input: { uncached: 3 }, output: { text: 3, reasoning: 7 }, source: 'partial' })
  })

  it('says partial when a call, such as a failed one, states nothing at all', () => {
    expect(sumUsage([reported({ uncached: 1 }, { text: 1 }), undefined])?.source).toBe('partial')
  })

  it('is only as good as its worst part: partial before estimated before reported', () => {
    const of = (source: Usage['source']): Usage => ({ input: { uncached: 1 }, output: { text: 1 }, source })
    const sourceOf = (...sources: Usage['source'][]) => sumUsage(sources.map(of))?.source
    expect(sourceOf('reported', 'estimated')).toBe('estimated')
    expect(sourceOf('estimated', 'partial')).toBe('partial')
    expect(sourceOf('reported', 'partial')).toBe('partial')
    expect(sourceOf('estimated')).toBe('estimated')
  })

  it('is undefined when nobody states anything', () => {
    expect(sumUsage([])).toBeUndefined()
    expect(sumUsage([undefined, undefined])).toBeUndefined()
  })

  it('leaves the provider’s own records out', () => {
    expect(sumUsage([{ ...reported({ uncached: 1 }, {}), raw: { prompt_tokens: 1 } }])).not.toHaveProperty('raw')
  })
})

it('usageTotals adds the disjoint counters that are known', () => {
  const usage = reported({ uncached: 1, cacheRead: 20, cacheWrite: 300 }, { text: 4, reasoning: 50 })
  expect(usageTotals(usage)).toEqual({ input: 321, output: 54, total: 375 })
  expect(usageTotals(reported({}, {}))).toEqual({ input: 0, output: 0, total: 0 })
})
