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
  const withAbort = (ending: RunnerEnding): RunEnd => ({
    ending,
    aborted: signal.aborted ? { reason: signal.reason } : undefined,
  })
  const abandoned = Promise.withResolvers<RunEnd>()
  let stopGrace = () => {}
  const onAbort = () => {
    const abandon = () => abandoned.resolve(withAbort({ how: 'abandoned' }))
    stopGrace = ctx.clock.schedule(abandon, graceMs)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  // Whether it was cancelled is asked in the same step in which it ends: a cancel that comes later is too late.
  const finished = work().then(
    (turn) => withAbort({ how: 'returned', turn }),
    (error: unknown) => withAbort({ how: 'threw', error }),
  )
  try {
    return await Promise.race([finished, abandoned.promise])
  } finally {
    stopGrace()
    signal.removeEventListener('abort', onAbort)
  }
}
