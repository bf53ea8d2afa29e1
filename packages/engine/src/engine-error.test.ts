import { inspect } from 'node:util'
import { createTurn, GeppettoError, toErrorData } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { EngineError, isEngineError, isTurnShrunkError, TurnShrunkError, toEngineError } from './index.ts'

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

  it('keeps its facts, its stack and its cause when it gets others', () => {
    const cause = new Error('below')
    const error = new EngineError('overloaded', 'busy', { status: 529, providerCode: 'overloaded_error', cause })
    const changed = error.with({ partial: turn, visible: true, requestId: 'req-1', retryAfterMs: 3 })
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
    expect(changed.with({ visible: false }).partial).toBe(turn)
    expect(error.partial).toBeUndefined()
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

  it('stays one when it gets other facts', () => {
    const error = new TurnShrunkError('shorten', ['b1']).with({ partial: turn })
    expect(error).toBeInstanceOf(TurnShrunkError)
    expect(isTurnShrunkError(error) && error.missing).toEqual(['b1'])
    expect(error.partial).toBe(turn)
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
