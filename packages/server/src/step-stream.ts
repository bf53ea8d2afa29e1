import type { Clock } from '@geppetto/context'
import type { LiveSession } from './live-session.ts'
import type { Recheck } from './recheck.ts'
import { createWaker } from './waker.ts'

/** What a step stream is made with. */
export interface StepStreamOptions {
  readonly live: LiveSession
  readonly clock: Clock
  readonly keepAliveMs: number
  readonly recheck: Recheck
  readonly reportError: (error: unknown) => void
  /** Called once, when nobody holds it any more. */
  readonly onEnd: () => void
}

/** A stream that says nothing but that it is alive: who holds it steps through the session, and no longer. */
export function createStepStream(options: StepStreamOptions): ReadableStream<Uint8Array> {
  const { live, clock, keepAliveMs, recheck, reportError, onEnd } = options
  const encoder = new TextEncoder()
  const waker = createWaker(clock)
  let isOver = false
  let isFirst = true
  const unfollow = live.follow((news) => {
    if (news === 'deleted' || news === 'closing') end()
  })
  const end = () => {
    if (isOver) return
    isOver = true
    unfollow()
    onEnd()
    waker.wake()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!isFirst && !isOver) await waker.wait(keepAliveMs)
        try {
          if ((await recheck()) !== 'allowed') end()
        } catch (error) {
          reportError(error)
          end()
        }
        if (isOver) return controller.close()
        controller.enqueue(encoder.encode(isFirst ? ': stepping\n\n' : ': still here\n\n'))
        isFirst = false
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}
