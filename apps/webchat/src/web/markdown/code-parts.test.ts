import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeParts } from './code-parts.ts'

describe('code in parts', () => {
  it('is all there, and each part that is closed stays as it is, whatever follows', () => {
    const line = fc.string({ maxLength: 300 }).map((text) => `${text.replaceAll('\n', ' ')}\n`)
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.constant('\n')), { maxLength: 120 }), fc.nat(30_000), (lines, cut) => {
        const code = lines.join('')
        const parts = codeParts(code)
        expect(parts.join('')).toBe(code)
        const before = codeParts(code.slice(0, cut))
        expect(parts.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
      }),
    )
  })

  it('ends at an empty line where there is one, and never within a line', () => {
    const block = `${'const a = 1\n'.repeat(300)}\n`
    const parts = codeParts(block.repeat(3))
    expect(parts[0]).toBe(block)
    expect(codeParts('x'.repeat(9_000))).toHaveLength(1)
  })
})
