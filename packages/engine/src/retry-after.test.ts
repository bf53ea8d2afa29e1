import { expect, it } from 'vitest'
import { retryAfterMs } from './index.ts'

it.each<[Readonly<Record<string, string>>, number | undefined]>([
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
  [{ 'retry-after': '2.5' }, 2500],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 10_000],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:28:10 GMT' }, 0],
  // Without a date of its own nobody knows how long that is.
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': ' ' }, undefined],
  [{}, undefined],
])('reads %j as %s', (headers, expected) => {
  expect(retryAfterMs((name) => headers[name])).toBe(expected)
})
