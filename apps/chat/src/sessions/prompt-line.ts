import type { ExecutionHandle, Prompt, QueuedPrompt } from '@geppetto/session'
import type { StartedAnswer } from '../start-answer.ts'
import type { OpenSession } from './open-session.ts'

/** The prompts of the open session that wait, of this terminal and of others. Each is asked by whoever has the session when its turn comes. */
export class PromptLine {
  readonly #open: OpenSession
  readonly #signal: AbortSignal

  /** @param signal ends the answer that is being written. */
  constructor(open: OpenSession, signal: AbortSignal) {
    this.#open = open
    this.#signal = signal
  }

  /** The answer that is being written here: a prompt of the line begins by itself. */
  get active(): StartedAnswer | undefined {
    const { active } = this.#open.current
    return active && this.#follow(active)
  }

  /** Those that wait, as the store has them now. @throws SessionError */
  async list(): Promise<readonly QueuedPrompt[]> {
    await this.#open.readAgain()
    return this.#open.current.queue
  }

  /** Those that wait, as far as they are known here. */
  get known(): readonly QueuedPrompt[] {
    return this.#open.current.queue
  }

  /** Puts a prompt in line behind the answer that another process is writing. It outlives this one once `isKept`. @throws SessionError; TurnError when the prompt is empty */
  async put(prompt: Prompt): Promise<{ readonly answer: StartedAnswer; readonly isKept: boolean }> {
    await this.#open.readAgain()
    const session = this.#open.current
    // The end of this program is not the end of the prompt.
    const handle = session.submit(prompt, { whenBusy: 'queue' })
    const isKept = await session.save().then(
      () => true,
      () => false,
    )
    return { answer: this.#follow(handle), isKept }
  }

  /** Takes a prompt out of the line; whether that came in time: one that is being answered is asked to stop. @throws SessionError */
  withdraw(runId: string): Promise<boolean> {
    return this.#open.current.withdrawQueued(runId)
  }

  /** Asks the first of those that wait; the others follow. @throws SessionBusyError while an answer is on its way */
  beginNext(): StartedAnswer | undefined {
    const handle = this.#open.current.beginQueued()
    return handle && this.#follow(handle)
  }

  #follow(handle: ExecutionHandle): StartedAnswer {
    const session = this.#open.current
    const end = () => {
      if (session.active?.runId === handle.runId) void handle.cancel('shutdown')
    }
    this.#signal.addEventListener('abort', end, { once: true })
    return { handle, finished: handle.wait().finally(() => this.#signal.removeEventListener('abort', end)) }
  }
}
