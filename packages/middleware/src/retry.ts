import { type Context, sleep } from '@geppetto/context'
import { defineMiddleware, type EngineError, isEngineError, type Middleware, withFacts } from '@geppetto/engine'
import { publish } from '@geppetto/events'
import { toErrorData } from '@geppetto/turns'
import { FailedAttempts } from './failed-attempts.ts'
import { retryDelay } from './retry-delay.ts'
import { type RetryOptions, resolveRetryOptions } from './retry-options.ts'

const brand: unique symbol = Symbol.for('geppetto.retry')

/**
 * Makes a provider call again, with the same turn, when it failed with what may pass. Publishes `provider-call-retried`, then waits, as long as
 * the provider asks for. Each attempt leaves its record on the turn. To stand innermost, and once: two of them multiply.
 * @throws EngineError `invalid_options`
 */
export function retry(options: RetryOptions = {}): Middleware {
  const settings = resolveRetryOptions(options)
  const middleware = defineMiddleware('retry', (next) => async (ctx, turn) => {
    const failed = new FailedAttempts(ctx, turn)
    let waitedMs = 0
    for (let attempt = 1; ; attempt++) {
      failed.begin()
      try {
        return failed.addTo(await next(ctx, turn))
      } catch (thrown) {
        const error = failed.addToError(thrown)
        if (!isEngineError(error) || attempt >= settings.attempts || !mayFollow(error, settings)) throw error
        failed.throwIfOver(error)
        const leftMs = settings.maxWaitMs - waitedMs
        const delayMs = fitDelay(retryDelay(attempt, settings.backoffMs, error.retryAfterMs, ctx.ids), error, leftMs)
        if (delayMs > leftMs) throw explainWait(error, waitedMs, settings.maxWaitMs)
        if (isTooLate(ctx, delayMs)) throw error
        waitedMs += delayMs
        publish(ctx, { type: 'provider-call-retried', attempt: attempt + 1, delayMs, error: toErrorData(error) })
        await wait(ctx, delayMs, failed, error)
        // At the last moment: who cancels while it waits keeps what was said.
        failed.rollBack(error, 'the provider call failed and is made again')
        failed.add(error)
      }
    }
  })
  return Object.defineProperty(middleware, brand, { value: true })
}

/** Whether {@link retry} made the middleware, also that of another copy of this package. */
export function isRetry(middleware: Middleware): boolean {
  return Object.hasOwn(middleware, brand)
}

function mayFollow(error: EngineError, { afterVisible, isRetryable }: Required<RetryOptions>): boolean {
  if (error.code === 'cancelled' || (error.visible && afterVisible === 'fail')) return false
  return isRetryable(error)
}

/** What the provider asks for is waited for where it fits, though the random part beyond it may not. */
function fitDelay(delayMs: number, { retryAfterMs }: EngineError, leftMs: number): number {
  return retryAfterMs === undefined || retryAfterMs > leftMs ? delayMs : Math.min(delayMs, leftMs)
}

/** Says, where it is the provider that wants a longer wait, how long that is and what allows it. */
function explainWait(error: EngineError, waitedMs: number, maxWaitMs: number): EngineError {
  const { message, retryAfterMs } = error
  if (retryAfterMs === undefined) return error
  const waited = waitedMs === 0 ? '' : `, after ${inSeconds(waitedMs)} of waiting,`
  const asked = `the provider asks to wait for ${inSeconds(retryAfterMs)}`
  const limit = `which${waited} is more than retry may wait: ${inSeconds(maxWaitMs)} (maxWaitMs)`
  return withFacts(error, { message: `${message}; ${asked}, ${limit}` })
}

function inSeconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`
}

/** A wait that ends after the deadline is of no use: the failure says more than that time was up. */
function isTooLate({ deadline, clock }: Context, delayMs: number): boolean {
  return deadline !== undefined && clock.now() + delayMs >= deadline
}

async function wait(ctx: Context, delayMs: number, failed: FailedAttempts, error: EngineError): Promise<void> {
  try {
    await sleep(ctx, delayMs)
  } catch {
    failed.throwIfOver(error)
    // A clock that cannot wait: the failure of the call is what counts.
    throw error
  }
  failed.throwIfOver(error)
}
