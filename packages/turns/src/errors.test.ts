import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { defined, findNonJson, GeppettoError, isOfFamily, isTurnError, quote, TurnError, toErrorData } from './index.ts'

describe('TurnError', () => {
  it('says what, where and why', () => {
    const cause = new Error('below')
    const error = new TurnError('invalid_block', 'wrong', { field: 'text', cause })
    expect(error).toMatchObject({
      name: 'TurnError',
      code: 'invalid_block',
      field: 'text',
      family: 'geppetto/turns',
      cause,
    })
    expect(isTurnError(error)).toBe(true)
  })

  it('is recognised by its family, not by its class: another copy of the package has another class', () => {
    const foreign = Object.assign(new Error('x'), { family: 'geppetto/turns', code: 'invalid_turn' })
    expect(isTurnError(foreign)).toBe(true)
    expect(isTurnError(new GeppettoError('geppetto/session', 'busy', 'x'))).toBe(false)
    const codeless = { family: 'geppetto/turns', message: 'x' }
    for (const other of [undefined, null, 'x', { family: 'geppetto/turns' }, codeless])
      expect(isOfFamily(other, 'geppetto/turns')).toBe(false)
  })
})

const refuse = () => {
  throw new Error('hostile')
}
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const hostile: readonly (readonly [string, unknown])[] = [
  ['a revoked proxy', revoked.proxy],
  ['a proxy whose handler throws', new Proxy(new Error('x'), { get: refuse, has: refuse, getPrototypeOf: refuse })],
  ['an error with getters that throw', Object.defineProperty(new Error(), 'message', { get: refuse })],
  ['a value whose toJSON throws', { toJSON: refuse }],
  ['a value without a JSON form whose toString throws', { toJSON: () => undefined, toString: refuse }],
]

describe('toErrorData', () => {
  it('keeps the facts of our own errors, and neither stack nor headers', () => {
    const error = Object.assign(new GeppettoError('geppetto/engine', 'rate_limited', 'slow down'), {
      retryable: true,
      status: 429,
      providerCode: 'rate_limit_error',
      requestId: 'req_1',
      retryAfterMs: 1_500,
      headers: { authorization: 'secret' },
    })
    error.name = 'EngineError'
    expect(toErrorData(error)).toEqual({
      name: 'EngineError',
      code: 'rate_limited',
      message: 'slow down',
      retryable: true,
      status: 429,
      providerCode: 'rate_limit_error',
      requestId: 'req_1',
      retryAfterMs: 1_500,
    })
  })

  it('leaves out facts that are no such facts, as a wait without end', () => {
    const error = Object.assign(new Error('x'), {
      status: '429',
      retryAfterMs: Number.POSITIVE_INFINITY,
      retryable: 1,
      code: 20,
    })
    expect(toErrorData(error)).toEqual({ name: 'Error', code: 'unknown', message: 'x' })
  })

  it('keeps the causes', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
    const error = new TypeError('fetch failed', { cause: reset })
    expect(toErrorData(error)).toEqual({
      name: 'TypeError',
      code: 'unknown',
      message: 'fetch failed',
      cause: { name: 'Error', code: 'ECONNRESET', message: 'socket hang up' },
    })
    expect(toErrorData(new Error('x', { cause: 'a text' })).cause).toEqual({
      name: 'Error',
      code: 'unknown',
      message: 'a text',
    })
  })

  it('ends on causes that go in a circle', () => {
    const first = new Error('first')
    const second = new Error('second', { cause: first })
    first.cause = second
    expect(toErrorData(first)).toEqual({
      name: 'Error',
      code: 'unknown',
      message: 'first',
      cause: { name: 'Error', code: 'unknown', message: 'second' },
    })
  })

  it('keeps four causes of a long chain', () => {
    let error = new Error('0')
    for (let depth = 1; depth < 10; depth++) error = new Error(`${depth}`, { cause: error })
    expect(JSON.stringify(toErrorData(error)).match(/"message":"\d"/g)).toHaveLength(5)
  })

  it('says what an aggregate without a message holds', () => {
    const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:80'), 'and again'], '')
    expect(toErrorData(refused).message).toBe('connect ECONNREFUSED ::1:80; and again')
  })

  it('recognises errors of another realm and of the platform', () => {
    expect(toErrorData(runInNewContext('new RangeError("far away")'))).toMatchObject({
      name: 'RangeError',
      message: 'far away',
    })
    expect(toErrorData(new DOMException('stopped', 'AbortError'))).toEqual({
      name: 'AbortError',
      code: 'unknown',
      message: 'stopped',
    })
  })

  const circle: Record<string, unknown> = { a: 1 }
  circle.self = circle
  const bare: Record<string, unknown> = Object.assign(Object.create(null), { circle })
  it.each<[string, unknown, string]>([
    ['a text', 'plain', 'plain'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['a bigint', 1n, '1'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object', { status: 'bad' }, '{"status":"bad"}'],
    ['a circle', circle, '[object Object]'],
    ['a circle without a prototype', bare, '[object Object]'],
  ])('describes %s that was thrown', (_, thrown, message) => {
    expect(toErrorData(thrown)).toEqual({ name: 'Error', code: 'unknown', message })
  })

  it('can be mapped over a list: it takes nothing but the error', () => {
    const deep = new Error('a', { cause: new Error('b') })
    expect(
      Array(8)
        .fill(deep)
        .map(toErrorData)
        .every((data) => data.cause?.message === 'b'),
    ).toBe(true)
  })

  it.each(hostile)('says something of %s, and takes it for none of ours', (_name, thrown) => {
    expect(toErrorData(thrown).message).toEqual(expect.any(String))
    expect(toErrorData(new Error('outer', { cause: thrown })).message).toBe('outer')
    expect(isTurnError(thrown)).toBe(false)
  })

  it('gives data that JSON can hold', () => {
    expect(findNonJson(toErrorData(new Error('x', { cause: circle })), 'error')).toBeUndefined()
  })
})

it('quote shows a bad value shortly, a text in quotation marks', () => {
  expect([quote(''), quote('a "b"'), quote(undefined), quote(null), quote([1]), quote(1n)]).toEqual([
    '""',
    '"a \\"b\\""',
    'undefined',
    'null',
    '[1]',
    '1',
  ])
  expect(quote('x'.repeat(1_000_000))).toHaveLength(58)
})

it('defined leaves out what is undefined, and nothing else', () => {
  expect(Object.keys(defined({ a: undefined, b: null, c: 0, d: '' }))).toEqual(['b', 'c', 'd'])
})
