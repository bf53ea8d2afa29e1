import type { ExecutionHandle } from '../contract/execution-handle.ts'
import {
  isSessionBusyError,
  isSessionConflictError,
  isSessionError,
  type SessionError,
} from '../contract/session-error.ts'
import { inTime } from '../waiting/in-time.ts'
import { LaterTry } from '../waiting/later-try.ts'
import type { FollowedPrompts } from './followed-prompts.ts'
import { lastingFailure } from './lasting-failure.ts'
import { PromptNotes } from './prompt-notes.ts'
import type { StoredLineHost } from './stored-line.ts'
import type { SubmissionHost } from './submission-host.ts'
import type { SubmissionQueue } from './submission-queue.ts'

/** What a watch works with. */
export interface LineWatchOptions extends Pick<SubmissionHost, 'active'> {
  readonly host: StoredLineHost
  readonly queue: SubmissionQueue
  readonly followed: FollowedPrompts
}

/**
 * Looks after the prompts that wait while no run of this object is active: has them written, or left to others by notes, begins them where that was tried before and
 * somebody stood in the way, and looks what others have made of them for as long as somebody here waits for that.
 */
export class LineWatch {
  readonly #options: LineWatchOptions
  readonly #laterTry: LaterTry
  readonly #notes: PromptNotes
  /** The handles that callers have. */
  readonly #given = new WeakSet<ExecutionHandle>()
  /** What waits is begun as soon as nobody stands in the way; else whoever runs the session next begins it. */
  #isTrying = false
  /** How many edits nobody has confirmed yet. */
  #unsureEdits = 0
  #isSaving = false
  /** The next in line is tried as soon as that is known which others have written. */
  #isCatchingUp = false

  constructor(options: LineWatchOptions) {
    const { store, sessionId, log, clock } = options.host
    this.#options = options
    this.#laterTry = new LaterTry(clock, () => void this.#tryAgain())
    this.#notes = new PromptNotes(store, sessionId, log)
  }

  /** Whether a prompt that may wait has to go behind those that wait. */
  get isBusy(): boolean {
    return this.#isCatchingUp || (this.#isTrying && this.#laterTry.isDue)
  }

  /** Somebody has the handle, and wants to hear how it ends. */
  give(handle: ExecutionHandle): void {
    this.#given.add(handle)
  }

  /** A prompt was put in line that is to be begun as soon as that can be. */
  lineUp(handle: ExecutionHandle): void {
    this.give(handle)
    if (this.#options.active() === undefined) this.#isTrying = true
  }

  /** The handle of a prompt that may wait was asked for once more: where it waits for the owner that runs the session, it is begun where that one goes away. */
  ask(handle: ExecutionHandle): void {
    const { host, queue } = this.#options
    this.give(handle)
    if (host.hasRunElsewhere() && !queue.isEmpty) {
      this.#isTrying = true
      if (!this.#laterTry.isDue) this.#laterTry.schedule()
    } else this.lookLater()
  }

  /** Whether a prompt waits on where another owner stands in the way, who gets a note of it. */
  mayWait(refusal: unknown): boolean {
    const isBusy = isSessionBusyError(refusal)
    if (!isBusy && !(isSessionConflictError(refusal) && this.#options.host.canCatchUp())) return false
    if (isBusy) void this.leaveNotes()
    this.#isTrying = true
    this.#laterTry.schedule()
    return true
  }

  /** The session is free for the next in line. */
  beginNext(): void {
    this.#laterTry.stop()
    this.#options.queue.beginNext()
    this.lookLater()
  }

  /** What waits is left to whoever runs the session next. */
  rest(): void {
    this.#laterTry.stop()
    this.#isTrying = false
    this.lookLater()
  }

  /** Whether the store has within its grace what is `written` there. */
  async isInTime(written: Promise<boolean>): Promise<boolean> {
    const { clock, storeMs } = this.#options.host
    this.#unsureEdits++
    try {
      return await inTime(
        clock,
        storeMs,
        () => written,
        () => false,
      )
    } finally {
      this.#unsureEdits--
    }
  }

  /** What others are to say is asked for as long as it is waited for. */
  lookLater(): void {
    const { active, queue, followed } = this.#options
    if (active() !== undefined || this.#laterTry.isDue) return
    const isUnsure = this.#unsureEdits > 0
    if (!isUnsure && followed.isEmpty && !queue.some(({ run }) => this.#given.has(run))) return
    this.#laterTry.schedule({ keepsAlive: isUnsure || this.#isTrying })
  }

  /** Has what waits in line written: by the active run, or else under a lease of its own, and by a note where another owner has the session. */
  writeAside(): void {
    const { active: activeOf, queue } = this.#options
    const active = activeOf()
    if (queue.isStored || this.#isCatchingUp) return
    if (active !== undefined) active.writeAside().catch(writtenWithTheNext)
    else if (this.#isTrying && this.#laterTry.isDue) void this.leaveNotes()
    else if (!this.#isSaving) void this.#saveAside()
  }

  /** Leaves notes of what the store does not know; whether it knows all of the prompts by then. */
  leaveNotes(): Promise<boolean> {
    return this.#notes.leave()
  }

  /** Whatever comes in between is told to those who wait: nobody else hears of it. */
  async #tryAgain(): Promise<void> {
    try {
      await this.#look()
    } catch (error) {
      this.#giveUp(error)
    }
  }

  async #look(): Promise<void> {
    const { host, active, queue } = this.#options
    this.#isCatchingUp = true
    let isHeld = false
    let lasting: SessionError | undefined
    try {
      await host.catchUp()
      isHeld = this.#isTrying && (await host.isHeld())
    } catch (error) {
      // What may pass, the run that is tried tells, or the next look.
      if (!isSessionError(error)) throw error
      lasting = lastingFailure(error, host.sessionId)
    } finally {
      this.#isCatchingUp = false
    }
    // A run that has come in between begins the next when it ends.
    if (active() !== undefined) return
    if (lasting !== undefined) return this.#giveUp(lasting)
    // What waits is not taken out of line for nothing.
    if (isHeld) {
      void this.leaveNotes()
      return queue.isEmpty ? this.lookLater() : this.#laterTry.schedule()
    }
    if (this.#isTrying && !queue.isEmpty) queue.beginNext()
    else this.writeAside()
    this.lookLater()
  }

  /** Nobody will ever say anything more: who waits for a prompt is told why. What the store has of it stays there. */
  #giveUp(error: unknown): void {
    const { queue, followed } = this.#options
    this.#laterTry.stop()
    this.#isTrying = false
    followed.fail(
      queue.take(({ run }) => this.#given.has(run)),
      error,
    )
  }

  async #saveAside(): Promise<void> {
    const { host, followed } = this.#options
    this.#isSaving = true
    try {
      await host.saveAside()
    } catch (error) {
      const isBusy = isSessionBusyError(error)
      if (isBusy) void this.leaveNotes()
      if (isBusy || (isSessionConflictError(error) && host.canCatchUp())) this.lookLater()
      else followed.giveUp()
    } finally {
      this.#isSaving = false
    }
  }
}

/** What could not be written goes with the next commit, and `save` tells of it. */
function writtenWithTheNext(): void {}
