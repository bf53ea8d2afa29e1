import { background, type Context, sleep, withCancel } from '@geppetto/context'
import { type EventSink, isTerminal } from '@geppetto/events'
import { type ActiveRun, isSessionError, type Session } from '@geppetto/session'

/** How often it is looked whether the run goes on, in milliseconds. */
const lookMs = 300

/**
 * Hands what a run of another process says to `sink`, from its beginning.
 * @returns whether it has ended, or its process has; not where the signal aborts before. @throws SessionError
 */
export async function watchRun(
  session: Session,
  { runId }: ActiveRun,
  sink: EventSink,
  signal: AbortSignal,
): Promise<boolean> {
  const own = withCancel(background({ signal }))
  const isOver = untilFree(session, runId, own.ctx).then(() => own.cancel('ended'))
  try {
    for await (const event of session.attach({}, own.ctx)) {
      if (event.correlation.runId !== runId) continue
      await sink.publish(event)
      if (isTerminal(event)) break
    }
  } finally {
    own.cancel('ended')
    own.release()
    await isOver
  }
  return !signal.aborted
}

/** Until somewhat after the run has ended: what it has said last may be read then. */
async function untilFree(session: Session, runId: string, ctx: Context): Promise<void> {
  try {
    while ((await session.findActive())?.runId === runId) await sleep(ctx, lookMs)
    await sleep(ctx, lookMs)
  } catch (error) {
    // The reader hears of a store that fails by itself.
    if (!ctx.signal.aborted && !isSessionError(error)) throw error
  }
}
