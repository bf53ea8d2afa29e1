import { background, withTimeout } from '@geppetto/context'
import type { ExecutionHandle, RunResult, Session } from '@geppetto/session'
import type { Turn } from '@geppetto/turns'

/** An answer that is on its way. */
export interface StartedAnswer {
  readonly handle: ExecutionHandle
  /** The one join: resolves for every outcome, never rejects. After it the next prompt may start. */
  readonly finished: Promise<RunResult>
}

/** What holds for every answer. */
export interface BackendLimits {
  /** Ends the answer that is on its way, and every later one, when the program must end. */
  readonly signal: AbortSignal
  /** The time that an answer may take. Default: no limit. */
  readonly timeoutMs?: number
}

/**
 * The chat without its drawing: owns the session. A start is synchronous and every answer has one end, so there is no time between in
 * which the chat would not know whether it answers.
 */
export class ChatBackend {
  readonly #session: Session
  readonly #limits: BackendLimits

  constructor(session: Session, limits: BackendLimits) {
    this.#session = session
    this.#limits = limits
  }

  /** The conversation so far; undefined before the first prompt. */
  get conversation(): Turn | undefined {
    return this.#session.latest
  }

  /** @throws SessionBusyError while an answer is on its way; TurnError `invalid_block` when the prompt is empty. */
  start(prompt: string): StartedAnswer {
    const { signal, timeoutMs } = this.#limits
    const ctx = background({ signal })
    if (timeoutMs === undefined) return startedAnswer(this.#session.submit(prompt, {}, ctx))
    const limited = withTimeout(ctx, timeoutMs)
    try {
      return startedAnswer(this.#session.submit(prompt, {}, limited.ctx), limited.release)
    } catch (error) {
      limited.release()
      throw error
    }
  }
}

function startedAnswer(handle: ExecutionHandle, release = () => {}): StartedAnswer {
  return { handle, finished: handle.wait().finally(release) }
}
