import { background, type Context, sleep, withCancel } from '@geppetto/context'
import { type EventSink, isTerminal } from '@geppetto/events'
import { type ActiveRun, isSessionError, type Session } from '@geppetto/session'

/** How often it is looked whether the run goes on, in milliseconds. */
const lookMs = 300

/** What is to be shown of a run that is watched. */
export interface RunWatcher {
  /** Called once the session has what was said before: the question, and what of the answer is behind the events that come. */
  readonly onStart: () => void
  readonly sink: EventSink
}

/** How watching ended: with the run, or its process; by the signal; or before it began, as the run was over. */
export type WatchEnd = 'ended' | 'left' | 'missed'

/**
 * Follows a run of another process: reads the session as it stands, then hands what the run says from there to the sink.
 * @throws SessionError
 */
export async function watchRun(
  session: Session,
  { runId }: ActiveRun,
  { onStart, sink }: RunWatcher,
  signal: AbortSignal,
): Promise<WatchEnd> {
  const own = withCancel(background({ signal }))
  try {
    if (!(await isReadable(session, runId, own.ctx))) return signal.aborted ? 'left' : 'missed'
    onStart()
    const isOver = untilFree(session, runId, own.ctx).then(() => own.cancel('ended'))
    try {
      for await (const event of session.attach({ from: session.transcript({ last: 1 }).cursor }, own.ctx)) {
        if (event.correlation.runId !== runId) continue
        await sink.publish(event)
        if (isTerminal(event)) break
      }
    } finally {
      own.cancel('ended')
      await isOver
    }
    return signal.aborted ? 'left' : 'ended'
  } finally {
    own.release()
  }
}

/** Reads the session until it has the beginning of the run, which takes the right to write before it writes; false where the run is over. */
async function isReadable(session: Session, runId: string, ctx: Context): Promise<boolean> {
  for (;;) {
    await session.reload()
    if (session.runElsewhere === runId) return true
    if ((await session.findActive())?.runId !== runId) return false
    try {
      await sleep(ctx, lookMs)
    } catch (error) {
      if (!ctx.signal.aborted) throw error
      return false
    }
  }
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
