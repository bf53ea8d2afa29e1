import type { Context } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'
import type { RunnerEnding } from './ending.ts'

/** How the runner ended, and whether the run had been aborted by then. */
export interface RunEnd {
  readonly ending: RunnerEnding
  readonly aborted: { readonly reason: unknown } | undefined
}

/** The end of `work`, or its being abandoned `graceMs` after an abort of `ctx` that it does not listen to. */
export async function untilRunnerEnds(work: () => Promise<Turn>, ctx: Context, graceMs: number): Promise<RunEnd> {
  const { signal } = ctx
  const ended = Promise.withResolvers<RunEnd>()
  // Whether it was cancelled is asked in the same step in which it ends: a cancel that comes later is too late.
  const end = (ending: RunnerEnding) =>
    ended.resolve({ ending, aborted: signal.aborted ? { reason: signal.reason } : undefined })
  let stopGrace = () => {}
  const onAbort = () => {
    stopGrace = ctx.clock.schedule(() => end({ how: 'abandoned' }), graceMs)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  work().then(
    (turn) => end({ how: 'returned', turn }),
    (error: unknown) => end({ how: 'threw', error }),
  )
  try {
    return await ended.promise
  } finally {
    stopGrace()
    signal.removeEventListener('abort', onAbort)
  }
}
