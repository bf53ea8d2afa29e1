import { expect, it } from 'vitest'
import { findDate } from './dates.ts'

const now = Date.UTC(2026, 11, 31, 23)

it.each([
  ['on 2026-05-01 at noon', '2026-05-01'],
  ['on May 1, 2026', '2026-05-01'],
  ['the 3rd of September 2027', '2027-09-03'],
  ['tomorrow', '2027-01-01'],
  ['Yesterday', '2026-12-30'],
  ['tonight', '2026-12-31'],
])('finds the day in %j', (text, date) => {
  expect(findDate(text, now)?.date).toBe(date)
})

it.each(['', 'in May', 'maybe 1', '2026'])('finds no day in %j', (text) => {
  expect(findDate(text, now)).toBeUndefined()
})
