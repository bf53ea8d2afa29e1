import { EngineError } from '@geppetto/engine'
import { quote, unknownOption } from '@geppetto/turns'
import type { AfterVisible } from './failed-attempts.ts'

/** How {@link retry} tries again. */
export interface RetryOptions {
  /** How often a call is made at most, the first time included. Default 3, as by the vendors' own clients, whose retries are off. */
  readonly attempts?: number
  /**
   * The first wait, in milliseconds; each further one is twice as long. A random part of up to half is left out, so that not all who failed come
   * back at once. Default 1,000.
   */
  readonly backoffMs?: number
  /** How long one call may wait in all, in milliseconds. Where the provider asks for more, the call fails at once. Default 60,000. */
  readonly maxWaitMs?: number
  /**
   * Where content was published before the failure: `fail` (default), or `restart`, after a `run-rolled-back` event from the attempt's first event
   * on. Not for calls that go on side by side: what the others said meanwhile would be taken back too.
   */
  readonly afterVisible?: AfterVisible
  /** Whether the failure may pass. Default: `error.retryable`. Not asked of a call that was cancelled: it is never made again. */
  readonly isRetryable?: (error: EngineError) => boolean
}

/** The options with the defaults. @throws EngineError `invalid_options` naming the option */
export function resolveRetryOptions(options: RetryOptions): Required<RetryOptions> {
  const {
    attempts = 3,
    backoffMs = 1_000,
    maxWaitMs = 60_000,
    afterVisible = 'fail',
    isRetryable = (error: EngineError) => error.retryable,
  } = options
  checkNames('retry', options, ['attempts', 'backoffMs', 'maxWaitMs', 'afterVisible', 'isRetryable'])
  check('attempts', attempts, Number.isInteger(attempts) && attempts >= 1, 'a whole number of at least 1')
  check('backoffMs', backoffMs, Number.isFinite(backoffMs) && backoffMs >= 0, 'a number of milliseconds of at least 0')
  check(
    'maxWaitMs',
    maxWaitMs,
    typeof maxWaitMs === 'number' && maxWaitMs >= 0,
    'a number of milliseconds of at least 0',
  )
  check('isRetryable', isRetryable, typeof isRetryable === 'function', 'a function of the error')
  return { attempts, backoffMs, maxWaitMs, afterVisible: checkAfterVisible('retry', afterVisible), isRetryable }
}

/** @throws EngineError `invalid_options` */
export function checkAfterVisible(middleware: string, afterVisible: AfterVisible): AfterVisible {
  check(
    'afterVisible',
    afterVisible,
    afterVisible === 'fail' || afterVisible === 'restart',
    'fail or restart',
    middleware,
  )
  return afterVisible
}

/** @throws EngineError `invalid_options` naming the option that there is not */
export function checkNames(middleware: string, options: object, names: readonly string[]): void {
  const problem = unknownOption(options, names)
  if (problem !== undefined) throw new EngineError('invalid_options', `${middleware}: ${problem}`)
}

function check(name: string, value: unknown, isGood: boolean, expected: string, middleware = 'retry'): void {
  if (!isGood)
    throw new EngineError('invalid_options', `${middleware}: ${name} must be ${expected}, not ${quote(value)}`)
}
