import { inspect } from 'node:util'
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

it('keeps of what an SDK throws the facts, and nothing that it hangs on its errors', () => {
  const secret = 'sk-SECRET-1'
  const below = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
    port: 1,
    apiKey: secret,
    config: { headers: { authorization: `Bearer ${secret}` } },
  })
  const thrown = Object.assign(
    new Error('Connection error.', { cause: new AggregateError([below], '', { cause: below }) }),
    {
      request: new Request('http://127.0.0.1:1', { headers: { 'x-api-key': secret } }),
      headers: new Headers({ 'x-api-key': secret }),
      [Symbol('options')]: { secret },
    },
  )
  thrown.name = 'APIConnectionError'
  const error = networkError('host did not answer', thrown)
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret)
  expect(JSON.stringify([error, error.cause])).not.toContain(secret)
  const { cause } = error
  if (!(cause instanceof Error)) throw new Error('no cause')
  expect([cause.name, cause.message, cause.stack]).toEqual([thrown.name, thrown.message, thrown.stack])
  expect(inspect(cause, { depth: 9 })).toMatch(/syscall: 'connect',\s+port: 1/)
})

it('keeps what is no error, or cannot be read, out of its way', () => {
  const hostile = new Proxy(new Error('x'), {
    get() {
      throw new Error('not for you')
    },
  })
  for (const thrown of [hostile, 'gone', null, 7])
    expect(networkError('host', thrown)).toMatchObject({ code: 'network' })
})
