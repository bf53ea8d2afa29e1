import { expect, it } from 'vitest'
import { median, quartileRange } from './statistics.ts'

it('the median is of the numbers in order, and passes over what is none', () => {
  expect(median([3, 1, Number.NaN, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(median([])).toBeNaN()
})

it('one round that something disturbed does not make noise', () => {
  expect(quartileRange([1, 1, 1, 1, 1, 1, 50])).toBe(0)
  expect(quartileRange([1, 2, 3, 4, 5])).toBe(2)
})
