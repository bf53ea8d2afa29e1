import { expect, it } from 'vitest'
import { randomIds } from './index.ts'

it('random ids fit the grammar that every API takes, and keep their prefix', () => {
  for (const prefix of ['a', 'blk', 'call', 'ten_letter']) {
    const id = randomIds.next(prefix)
    expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/)
    expect(id.startsWith(`${prefix}_`)).toBe(true)
  }
})

it('random ids do not repeat, and use the whole alphabet', () => {
  const ids = Array.from({ length: 20_000 }, () => randomIds.next('x'))
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(ids.join('').replaceAll('x_', '')).size).toBe(32)
})
