import { type Context, untilAborted, withTimeout } from '@geppetto/context'
import { leaseTtlMs } from './lease-keeper.ts'

/** What is still to come of a run before is waited for as long as its lease may hold, however it ends. */
export async function untilOver(ctx: Context, own: Promise<void>): Promise<void> {
  const limit = withTimeout(ctx, leaseTtlMs)
  try {
    await untilAborted(limit.ctx.signal, own)
  } catch (reason) {
    // Otherwise the store says whether somebody still holds the lease.
    if (ctx.signal.aborted) throw reason
  } finally {
    limit.release()
  }
}
