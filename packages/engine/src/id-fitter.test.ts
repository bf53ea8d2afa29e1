import { describe, expect, it } from 'vitest'
import { createIdFitter } from './index.ts'

const nine = '^[a-zA-Z0-9]{9}$'

describe('fitting ids', () => {
  it('leaves what fits', () => {
    expect(createIdFitter(nine)('abc123XYZ')).toBe('abc123XYZ')
  })

  it('gives the same id the same, in every request', () => {
    expect(createIdFitter(nine)('call_1')).toBe(createIdFitter(nine)('call_1'))
  })

  it('gives many ids as many, all of them fit', () => {
    const fit = createIdFitter(nine)
    const fitted = Array.from({ length: 20_000 }, (_none, index) => fit(`call_${index}`))
    expect(new Set(fitted).size).toBe(20_000)
    expect(fitted.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true)
  })

  it('gives whom an id is reserved for that id, and everybody else another, whoever comes first', () => {
    const fit = createIdFitter('^[a-z]{1,3}$', [
      ['ours-1', 'abc'],
      ['ours-2', 'abc'],
      ['ours-3', ''],
    ])
    const [first, ...others] = [fit('ours-1', 'abc'), fit('abc'), fit('ours-2', 'abc'), fit('ours-3', '')]
    expect(first).toBe('abc')
    expect(new Set([first, ...others]).size).toBe(4)
    expect([fit('ours-2', 'abc'), fit('ours-2')]).toEqual([others[1], others[1]])
    for (const id of others) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/)
  })

  it('gives another when an id is taken already', () => {
    const taken = createIdFitter(nine)('call_1')
    const fit = createIdFitter(nine)
    expect(fit(taken)).toBe(taken)
    expect(fit('call_1')).not.toBe(taken)
    expect(fit('call_1')).toBe(fit('call_1'))
  })

  it('gives nobody an id that is taken elsewhere, whether it is reserved or fitted', () => {
    const other = createIdFitter(nine)('call_1')
    const fit = createIdFitter(nine, [['call_2', 'abc123XYZ']], (id) => id === other || id === 'abc123XYZ')
    expect(fit('call_1')).not.toBe(other)
    expect(fit('call_2', 'abc123XYZ')).toMatch(/^(?!abc123XYZ)[a-zA-Z0-9]{9}$/)
  })
})
