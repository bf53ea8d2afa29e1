import { expect, it } from 'vitest'
import { ageOf } from './age.ts'

const now = Date.UTC(2026, 0, 31)
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

it.each([
  [0, 'just now'],
  [-5000, 'just now'],
  [minute - 1, 'just now'],
  [minute, '1 minute ago'],
  [59 * minute, '59 minutes ago'],
  [hour, '1 hour ago'],
  [47 * hour, '1 day ago'],
  [29 * day, '29 days ago'],
  [30 * day, '2026-01-01'],
])('tells %d ms as %s', (age, text) => expect(ageOf(now - age, now)).toBe(text))
