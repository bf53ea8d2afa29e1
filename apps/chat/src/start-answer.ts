import { background, type Context, withTimeout } from '@geppetto/context'
import type { ExecutionHandle, RunResult } from '@geppetto/session'

/** An answer that is on its way. */
export interface StartedAnswer {
  readonly handle: ExecutionHandle
  /** The one join: resolves for every outcome, never rejects. After it the next prompt may start. */
  readonly finished: Promise<RunResult>
}

/** What holds for every answer. */
export interface AnswerLimits {
  /** Ends the answer that is on its way, and every later one, when the program must end. */
  readonly signal: AbortSignal
  /** The time that an answer may take. Default: no limit. */
  readonly timeoutMs?: number
}

/** Starts an answer within the limits, in this call: what `start` throws is thrown, and then nothing runs. */
export function startAnswer(
  { signal, timeoutMs }: AnswerLimits,
  start: (ctx: Context) => ExecutionHandle,
): StartedAnswer {
  const ctx = background({ signal })
  const limited = timeoutMs === undefined ? { ctx, release: () => {} } : withTimeout(ctx, timeoutMs)
  try {
    const handle = start(limited.ctx)
    const finished = handle.wait().finally(() => limited.release())
    return { handle, finished }
  } catch (error) {
    limited.release()
    throw error
  }
}
