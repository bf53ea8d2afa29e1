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
  [{ 'retry-after': '2026-10-21T07:28:10Z', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 10_000],
  [{ 'retry-after': '-1' }, undefined],
  // What JavaScript takes for a number or a date, and no server means.
  ...['0x10', '1e300', '1e3', '9'.repeat(40), 'in 5', 'foo 1', 'Infinity', '2592001'].map(
    (text): [Record<string, string>, undefined] => [
      { 'retry-after': text, date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      undefined,
    ],
  ),
  [{ 'retry-after': 'Wed, 21 Oct 2099 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
  [{ 'retry-after': ' ' }, undefined],
  [{}, undefined],
])('reads %j as %s', (headers, expected) => {
  expect(retryAfterMs((name) => headers[name])).toBe(expected)
})
