import { describe, expect, it } from 'vitest'
import { EngineError } from './engine-error.ts'
import { networkError } from './network-error.ts'

describe('a header that cannot be sent', () => {
  const secret = 'sk-SECRET'
  const words = [
    `Headers.append: "Bearer ${secret}\n" is an invalid header value.`,
    `Invalid character in header content ["authorization"]: ${secret}`,
    'Cannot convert argument to a ByteString because the character at index 7 has a value of 8230',
  ]

  it.each(words)('is told of without what the host says of it: %s', (message) => {
    const cause = new TypeError(message)
    for (const thrown of [cause, new Error('fetch failed', { cause }), new EngineError('network', 'x', { cause })]) {
      const error = networkError('host did not answer', thrown)
      expect(error).toMatchObject({ code: 'invalid_options', retryable: false })
      expect(`${error.message} ${String(error.cause)}`).not.toContain(secret)
    }
  })
})

it('says the deepest reason that is known', () => {
  const error = networkError('host did not answer', new Error('fetch failed', { cause: new Error('ECONNREFUSED') }))
  expect(error).toMatchObject({ code: 'network', message: 'host did not answer: ECONNREFUSED' })
})
