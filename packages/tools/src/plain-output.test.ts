import { expect, it } from 'vitest'
import { plainOutput } from './plain-output.ts'

it('writes dates, addresses and what else says so as JSON, wherever it stands', () => {
  const price = { toJSON: () => ({ euros: 5, since: new Date(0) }) }
  expect(plainOutput({ rows: [{ at: new Date(0) }], link: new URL('http://a.test/b'), price })).toEqual({
    rows: [{ at: '1970-01-01T00:00:00.000Z' }],
    link: 'http://a.test/b',
    price: { euros: 5, since: '1970-01-01T00:00:00.000Z' },
  })
  expect(plainOutput(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
})

it('leaves plain data as it is, and what JSON would lose to whoever judges it', () => {
  const around: { self?: unknown } = {}
  around.self = around
  for (const value of [7, 'x', null, undefined, { a: [1, { b: 2 }] }, new Map(), new Uint8Array(2), around])
    expect(plainOutput(value)).toBe(value)
})
