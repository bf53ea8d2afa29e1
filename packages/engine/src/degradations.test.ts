import { expect, it } from 'vitest'
import { type Degradation, degradationCodes, reportTo } from './index.ts'

it('collects rewrites, with the block where there is one', () => {
  const list: Degradation[] = []
  const report = reportTo(list)
  report('media-moved', 'an image', { id: 'b' })
  report('my-own-code', 'of an adapter elsewhere')
  expect(list).toEqual([
    { code: 'media-moved', message: 'an image', blockId: 'b' },
    { code: 'my-own-code', message: 'of an adapter elsewhere' },
  ])
})

it('has each code once, in order', () => {
  expect(degradationCodes).toEqual([...new Set(degradationCodes)].sort())
})
