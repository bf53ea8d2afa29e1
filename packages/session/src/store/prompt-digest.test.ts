import type { ContentPart } from '@geppetto/turns'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOf } from './prompt-digest.ts'

const text = (value: string): ContentPart => ({ type: 'text', text: value })

it('is the same for the same prompt, whatever the order of its fields', () => {
  const [one, other] = [{ type: 'text', text: 'a' } as const, { text: 'a', type: 'text' } as const]
  expect(digestOf([one])).toBe(digestOf([other]))
})

it('is another for another prompt', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 }), (one, other) => {
      const isSame = one.length === other.length && one.every((part, index) => part === other[index])
      expect(digestOf(one.map(text)) === digestOf(other.map(text))).toBe(isSame)
    }),
  )
  expect(digestOf([text('ab'), text('c')])).not.toBe(digestOf([text('a'), text('bc')]))
  expect(digestOf([text('a'), text('b')])).not.toBe(digestOf([text('b'), text('a')]))
})
