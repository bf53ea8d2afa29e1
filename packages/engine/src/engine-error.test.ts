import { inspect, types } from 'node:util'
import { createTurn, GeppettoError, toErrorData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { EngineError, isEngineError, isTurnShrunkError, TurnShrunkError, toEngineError, withFacts } from './index.ts'

const turn = createTurn({ id: 'turn-1', data: { secret: 'words of the user' } })

describe('EngineError', () => {
  it('is retryable by its code, unless it is said otherwise', () => {
    expect(new EngineError('rate_limit', 'slow down').retryable).toBe(true)
    expect(new EngineError('auth', 'no').retryable).toBe(false)
    expect(new EngineError('cancelled', 'no').retryable).toBe(false)
    expect(new EngineError('rate_limit', 'never again', { retryable: false }).retryable).toBe(false)
  })

  it('has no fields for facts that nobody stated', () => {
    const error = new EngineError('network', 'gone')
    expect('status' in error).toBe(false)
    expect('cause' in error).toBe(false)
    expect('partial' in error).toBe(false)
    expect(error.visible).toBe(false)
  })

  it('does not print the conversation when it is logged or serialised', () => {
    const error = new EngineError('network', 'gone', { partial: turn })
    expect(inspect(error)).not.toContain('words of the user')
    expect(JSON.stringify(error)).not.toContain('words of the user')
    expect(error.partial).toBe(turn)
  })

  it('becomes data with its facts and its causes', () => {
    const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
    const facts = { status: 503, providerCode: 'busy', requestId: 'req-1', retryAfterMs: 1500, partial: turn, cause }
    expect(toErrorData(new EngineError('overloaded', 'busy', facts))).toEqual({
      name: 'EngineError',
      code: 'overloaded',
      message: 'busy',
      retryable: true,
      status: 503,
      providerCode: 'busy',
      requestId: 'req-1',
      retryAfterMs: 1500,
      cause: {
        name: 'TypeError',
        code: 'unknown',
        message: 'fetch failed',
        cause: { name: 'Error', code: 'unknown', message: 'connect ECONNREFUSED' },
      },
    })
  })
})

describe('the guards', () => {
  /** As another copy of this package makes them: the family is the same, the class is not. */
  const foreign = new GeppettoError('geppetto/engine', 'rate_limit', 'slow down')

  it('know the errors of another copy of the package', () => {
    expect(foreign).not.toBeInstanceOf(EngineError)
    expect(isEngineError(foreign)).toBe(true)
    expect(toEngineError(foreign, 'internal')).toBe(foreign)
    expect(isTurnShrunkError(new GeppettoError('geppetto/engine', 'turn_shrunk', 'lost'))).toBe(true)
  })

  it('refuse everything else', () => {
    for (const other of [
      new Error('x'),
      new GeppettoError('geppetto/turns', 'x', 'x'),
      { family: 'geppetto/engine' },
      1,
    ])
      expect(isEngineError(other)).toBe(false)
    expect(isTurnShrunkError(new EngineError('internal', 'x'))).toBe(false)
  })
})

describe('TurnShrunkError', () => {
  it('says who lost what, and what to do', () => {
    const error = new TurnShrunkError('shorten', ['b1', 'b2', 'b3', 'b4'])
    expect(error.message).toContain('middleware shorten lost 4 block(s) of its input (b1, b2, b3)')
    expect(error.message).toContain('withView')
    expect(error).toMatchObject({ name: 'TurnShrunkError', code: 'turn_shrunk', retryable: false })
  })
})

describe('withFacts', () => {
  it('keeps the other facts, the stack and the cause, and leaves the error as it is', () => {
    const cause = new Error('below')
    const error = new EngineError('overloaded', 'busy', { status: 529, providerCode: 'overloaded_error', cause })
    const changed = withFacts(error, { partial: turn, visible: true, requestId: 'req-1', retryAfterMs: 3 })
    expect(changed).toMatchObject({
      name: 'EngineError',
      code: 'overloaded',
      message: 'busy',
      status: 529,
      providerCode: 'overloaded_error',
      requestId: 'req-1',
      retryAfterMs: 3,
      retryable: true,
      visible: true,
      cause,
    })
    expect(changed.partial).toBe(turn)
    expect(changed.stack).toBe(error.stack)
    expect(withFacts(changed, { visible: false }).partial).toBe(turn)
    expect([error.partial, error.visible, error.requestId]).toEqual([undefined, false, undefined])
  })

  it('keeps the class with its own fields', () => {
    class QuotaError extends EngineError {
      override readonly name = 'QuotaError'
      readonly resetsAt: number
      constructor(resetsAt: number) {
        super('quota', 'used up')
        this.resetsAt = resetsAt
      }
    }
    const shrunk: TurnShrunkError = withFacts(new TurnShrunkError('shorten', ['b1']), { partial: turn })
    expect(shrunk).toBeInstanceOf(TurnShrunkError)
    expect(isTurnShrunkError(shrunk) && shrunk.missing).toEqual(['b1'])
    expect(shrunk.partial).toBe(turn)
    const quota = withFacts(new QuotaError(7), { requestId: 'req-1' })
    expect(quota).toBeInstanceOf(QuotaError)
    expect(quota).toMatchObject({ name: 'QuotaError', code: 'quota', resetsAt: 7, requestId: 'req-1' })
  })

  it('takes frozen errors, and those of another copy of the package', () => {
    const frozen = Object.freeze(new EngineError('network', 'gone', { partial: turn }))
    expect(withFacts(frozen, { visible: true })).toMatchObject({ code: 'network', visible: true, partial: turn })
    const other: unknown = Object.assign(new Error('lost'), { family: 'geppetto/engine', code: 'turn_shrunk' })
    const changed = isEngineError(other) ? withFacts(other, { partial: turn }) : undefined
    expect(isTurnShrunkError(changed) && changed.partial).toBe(turn)
    expect(changed).toMatchObject({ retryable: false, visible: false })
  })

  it('makes an error that looks like one, and prints no conversation', () => {
    const changed = withFacts(new EngineError('network', 'gone', { cause: new Error('below') }), { partial: turn })
    expect(types.isNativeError(changed)).toBe(true)
    expect(inspect(changed)).toMatch(/EngineError.*gone[\s\S]*cause.*below/)
    expect(inspect(changed)).not.toContain('words of the user')
    expect(JSON.stringify(changed)).not.toContain('words of the user')
  })
})

describe('toEngineError', () => {
  it('keeps what was thrown as the cause, whatever it is', () => {
    const cause = new RangeError('too far')
    expect(toEngineError(cause, 'internal')).toMatchObject({ code: 'internal', message: 'too far', cause })
    expect(toEngineError('a word', 'protocol')).toMatchObject({ code: 'protocol', message: 'a word', cause: 'a word' })
    expect(toEngineError({ type: 'overloaded' }, 'protocol').message).toBe('{"type":"overloaded"}')
    expect(toEngineError(undefined, 'internal').message).toBe('undefined')
  })
})
