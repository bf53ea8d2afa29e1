import { describe, expect, it } from 'vitest'
import { SessionError, type StoreFailureReason } from '../contract/session-error.ts'
import { lastingFailure } from './lasting-failure.ts'

describe('a failure of a store', () => {
  it('lasts where the store is damaged or closed, and may pass where it was locked or the disk failed', () => {
    const lasts = (reason: StoreFailureReason) => {
      const error = new SessionError('store_failed', 'no', { reason })
      return lastingFailure(error, 's') === error
    }
    const reasons = ['damaged', 'closed', 'locked', 'io'] as const
    expect(reasons.map(lasts)).toEqual([true, true, false, false])
    expect(lastingFailure(new SessionError('store_failed', 'no'), 's')).toBeUndefined()
  })

  it('lasts where the session cannot be read, and where it is gone, of which the way out is said', () => {
    for (const code of ['unsupported_version', 'invalid_stored_session'] as const) {
      const error = new SessionError(code, 'no')
      expect(lastingFailure(error, 's')).toBe(error)
    }
    const gone = lastingFailure(new SessionError('no_such_session', 'no'), 's')
    expect(gone).toMatchObject({ code: 'session_conflict', message: expect.stringContaining('session.fork()') })
  })
})
