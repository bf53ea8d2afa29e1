import { background, withTimeout } from '@geppetto/context'
import {
  type EngineBuilder,
  type ExecutionHandle,
  type Prompt,
  type RunResult,
  Session,
  SessionBusyError,
} from '@geppetto/session'
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
  readonly #limits: BackendLimits
  /** The turns that were answered, by their ids, which forks share. */
  readonly #answered = new Set<string>()
  #session: Session

  constructor(builder: EngineBuilder, limits: BackendLimits) {
    this.#session = new Session({ builder })
    this.#limits = limits
  }

  /** The conversation so far; undefined before the first prompt. */
  get conversation(): Turn | undefined {
    return this.#session.latest
  }

  /** What the user said last. */
  get lastPrompt(): Prompt | undefined {
    return this.conversation?.blocks.findLast((block) => block.kind === 'user')?.content
  }

  /** From the next answer on this makes them; the conversation goes on. */
  answerWith(builder: EngineBuilder): void {
    this.#session.builder = builder
  }

  /** @throws SessionBusyError while an answer is on its way; TurnError `invalid_block` when the prompt is empty. */
  start(prompt: Prompt): StartedAnswer {
    const { signal, timeoutMs } = this.#limits
    const ctx = background({ signal })
    if (timeoutMs === undefined) return this.#started(this.#session.submit(prompt, {}, ctx))
    const limited = withTimeout(ctx, timeoutMs)
    try {
      return this.#started(this.#session.submit(prompt, {}, limited.ctx), limited.release)
    } catch (error) {
      limited.release()
      throw error
    }
  }

  /**
   * Asks the last prompt again, without the answer that it got; undefined when there is none. An answer that was complete comes back
   * when the new one does not get as far.
   * @throws SessionBusyError while an answer is on its way.
   */
  retry(): StartedAnswer | undefined {
    const { lastPrompt } = this
    const former = this.#session
    if (lastPrompt === undefined) return undefined
    this.undo()
    const { handle, finished } = this.start(lastPrompt)
    const isAnswered = this.#answered.has(former.latest?.id ?? '')
    const settled = finished.then((result) => {
      if (isAnswered && result.status !== 'completed') this.#session = former
      return result
    })
    return { handle, finished: settled }
  }

  /**
   * Goes back to before the last prompt, if there is one. The session is left as it is: another goes on from there.
   * @throws SessionBusyError while an answer is on its way.
   */
  undo(): void {
    const { turnCount } = this.#session
    this.#goTo(turnCount > 1 ? this.#session.fork({ at: turnCount - 2 }) : this.#emptySession())
  }

  /** Begins a new conversation. @throws SessionBusyError while an answer is on its way. */
  startAnew(): void {
    this.#goTo(this.#emptySession())
  }

  #emptySession(): Session {
    return new Session({ builder: this.#session.builder })
  }

  #goTo(session: Session): void {
    const { active, id } = this.#session
    if (active !== undefined) throw new SessionBusyError(id, active)
    this.#session = session
  }

  #started(handle: ExecutionHandle, release = () => {}): StartedAnswer {
    const finished = handle.wait().then((result) => {
      release()
      if (result.status === 'completed') this.#answered.add(result.turn.id)
      return result
    })
    return { handle, finished }
  }
}
