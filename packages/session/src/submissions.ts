import type { Context } from '@geppetto/context'
import { createTurn, defined, type Turn, userBlock } from '@geppetto/turns'
import type { ExecutionHandle } from './execution-handle.ts'
import { FollowedPrompts, type StoredPrompts } from './followed-prompts.ts'
import { inTime } from './in-time.ts'
import { KnownRequests } from './known-requests.ts'
import { LaterTry } from './later-try.ts'
import { askedOf } from './next-turn.ts'
import { NoteTaker, type WaitingPrompt } from './note-taker.ts'
import { digestOf } from './prompt-digest.ts'
import { PromptNotes } from './prompt-notes.ts'
import type { PromptRecord, UserBlock } from './prompt-record.ts'
import type { Run } from './run.ts'
import type { StartOptions } from './run-host.ts'
import type { RunRequest } from './run-request.ts'
import { isSessionBusyError, isSessionConflictError, isSessionError } from './session-error.ts'
import { assertPrompt, assertRequestId, assertWhenBusy, type Prompt } from './session-options.ts'
import type { StoredNote } from './store.ts'
import { StoredHandle } from './stored-handle.ts'
import type { AnsweredRequest } from './stored-runs.ts'
import type { SubmissionHost } from './submission-host.ts'
import { SubmissionQueue } from './submission-queue.ts'

/** How a prompt is submitted. */
export interface SubmitOptions extends StartOptions {
  /** What happens while a run is active: an error (default), wait behind it, or stop it and take its place. */
  readonly whenBusy?: 'reject' | 'queue' | 'interrupt'
  /**
   * The caller's own id of the request: submitting it again gives the same handle; in a session that was opened, one that is settled with what
   * became of it. Nothing is run twice, but for what was refused before it began, as by another owner. Another prompt under the same id is refused.
   */
  readonly requestId?: string
}

/** What users say to a session: at once, or in their turn, and each request once. */
export class Submissions {
  readonly queue: SubmissionQueue
  readonly #host: SubmissionHost
  readonly #requests = new KnownRequests()
  readonly #laterTry: LaterTry
  readonly #followed: FollowedPrompts
  readonly #notes: PromptNotes | undefined
  readonly #noteTaker: NoteTaker | undefined
  /** The runs of all prompts that ever waited, and the blocks that were said in the place of others, as far as is known. */
  readonly #known = new Set<string>()
  /** How many edits nobody has confirmed yet. */
  #unsureEdits = 0
  #isSaving = false
  /** The next in line is tried as soon as that is known which others have written. */
  #isCatchingUp = false

  constructor(host: SubmissionHost) {
    this.#host = host
    this.#laterTry = new LaterTry(host.clock, () => void this.#tryAgain())
    const { store, sessionId, log } = host
    this.#notes = store && log && new PromptNotes(store, sessionId, log)
    this.#followed = new FollowedPrompts({
      ...host,
      graceMs: host.storeMs,
      latest: () => this.#latest(),
      handleOf: (answer) => this.#handleOf(answer),
    })
    this.queue = new SubmissionQueue({
      begin: ({ run, said, asked }, refused) =>
        host.begin(run, {
          prompt: said.content,
          asked,
          hasWaited: true,
          onRefused: (refusal) => {
            const waits = this.#mayWait(refusal)
            refused(waits ? undefined : refusal)
            return waits
          },
        }),
      withdraw: (submission, written) => {
        if (written === undefined) return submission.run.withdraw(this.#latest())
        this.#followed.leave(submission, written)
        this.writeAside()
      },
      log,
    })
    this.#noteTaker =
      log &&
      new NoteTaker({
        ...{ sessionId, log, queue: this.queue, requests: this.#requests, known: this.#known },
        restore: (prompt, record) => this.#restoreOne(prompt, record),
        interrupt: () => void host.active()?.cancel('superseded'),
      })
  }

  /** See `Session.submit`. @throws SessionError `request_mismatch` */
  submit(prompt: Prompt, options: SubmitOptions, ctx?: Context): ExecutionHandle {
    const { whenBusy = 'reject', requestId, tags } = options
    assertPrompt(prompt)
    assertRequestId(requestId)
    // What is wrong with the prompt is said now, not when its turn comes.
    const { content } = userBlock(prompt)
    const request = requestId === undefined ? undefined : { requestId, promptDigest: digestOf(content) }
    const known = this.#requests.find(request)
    if (known !== undefined && known.isRefused?.() !== true) {
      // It waits in the store, for the owner that runs the session: who asks for it wants to hear how it ends.
      if (this.#host.runsElsewhere() && !this.#laterTry.isDue && !this.queue.isEmpty) this.#laterTry.schedule()
      return known.handle
    }
    assertWhenBusy(whenBusy)
    const { assertIdle, active: activeOf, makeRun, begin, clock } = this.#host
    if (whenBusy === 'reject') assertIdle()
    const asked = askedOf(options)
    const run = makeRun({ request, ...defined({ tags }) }, ctx)
    const active = activeOf()
    const isUrgent = whenBusy === 'interrupt'
    const isBusy = active !== undefined || this.#laterTry.isDue || this.#isCatchingUp
    const lineUp = () => {
      this.#known.add(run.runId)
      this.queue.add({ run, request, isUrgent, submittedAt: clock.now(), said: this.#say(prompt), asked })
    }
    const onRefused = (refusal: unknown) => {
      const waits = this.#mayWait(refusal)
      if (!waits) return false
      lineUp()
      if (isSessionBusyError(refusal)) this.#leaveNotes()
      return true
    }
    if (whenBusy === 'reject') begin(run, { prompt, asked })
    else if (isBusy) lineUp()
    else begin(run, { prompt, asked, onRefused })
    // Before the cancel: who hears of it at once may submit the request again.
    this.#remember(request, run)
    if (isUrgent) void active?.cancel('superseded')
    this.writeAside()
    return run
  }

  /** Whether a prompt waits on where another owner stands in the way, who gets a note of it. */
  #mayWait(refusal: unknown): boolean {
    const isBusy = isSessionBusyError(refusal)
    if (!isBusy && !this.#host.canCatchUp()) return false
    if (isBusy) this.#leaveNotes()
    this.#laterTry.schedule()
    return true
  }

  /** The session is free for the next in line. */
  beginNext(): void {
    this.#laterTry.stop()
    this.queue.beginNext()
    this.#lookAgainLater()
  }

  /** Says something else in the place of a prompt that waits; whether that came in time. @throws SessionError `no_such_prompt`; TurnError `invalid_block` */
  edit(runId: string, prompt: Prompt): Promise<boolean> {
    assertPrompt(prompt)
    const said = this.#say(prompt)
    const written = this.queue.edit({ type: 'prompt-edited', runId, said })
    this.#known.add(said.id)
    this.writeAside()
    return this.#isInTime(written)
  }

  /** Takes a prompt out of the line; whether that came in time. @throws SessionError `no_such_prompt` */
  withdraw(runId: string): Promise<boolean> {
    return this.#isInTime(this.queue.withdraw(runId))
  }

  async #isInTime(written: Promise<boolean> | undefined): Promise<boolean> {
    if (written === undefined) return true
    const { clock, storeMs } = this.#host
    this.#unsureEdits++
    try {
      return (await inTime(clock, storeMs, written)) === true
    } finally {
      this.#unsureEdits--
    }
  }

  /** See {@link NoteTaker.take}. */
  takeNotes(notes: readonly StoredNote[]): void {
    this.#noteTaker?.take(notes)
  }

  /** What the store has of an earlier time: the prompts that wait, what became of requests, and the notes of others. */
  restore({ runs, queue }: StoredPrompts, notes: readonly StoredNote[]): void {
    this.#rebase({ runs, queue })
    for (const [requestId, { promptDigest, ...answer }] of runs.requests)
      if (!this.#requests.has(requestId))
        this.#requests.remember({ requestId, ...defined({ promptDigest }), handle: this.#handleOf(answer) })
    for (const { requestId, promptDigest, ...prompt } of queue.waiting) {
      if (this.queue.has(prompt.runId)) continue
      const request = requestId === undefined ? undefined : { requestId, ...defined({ promptDigest }) }
      this.#restoreOne({ ...prompt, request })
    }
    this.takeNotes(notes)
    this.#followed.join((requestId) => this.queue.findRequest(requestId))
  }

  #restoreOne(
    { runId, request, tags, output, inferenceConfig, ...prompt }: WaitingPrompt,
    record?: PromptRecord,
  ): void {
    const run = this.#host.makeRun({ runId, request, ...defined({ tags }) })
    this.queue.restore({ ...prompt, asked: defined({ output, inferenceConfig }), run, request }, record)
    this.#remember(request, run)
  }

  /** What waits here is from here on what waits in the store, and what the store has not heard of. */
  #rebase({ runs, queue }: StoredPrompts): void {
    const { log } = this.#host
    log?.rebase((record) => {
      if (queue.has(record)) return 'stored'
      if (queue.findMisfit(record) !== undefined || isAskedAlready(record, { runs, queue })) return 'too-late'
      queue.accept(record)
      return 'fits'
    })
    for (const id of queue.known) this.#known.add(id)
    this.queue.rebase(new Set(queue.waiting.map(({ runId }) => runId)), (submission) =>
      this.#followed.follow(submission, { runs, queue }),
    )
    this.#followed.update({ runs, queue }, (runId) => log?.isEnding(runId) === true)
  }

  async #tryAgain(): Promise<void> {
    const { active, catchUp } = this.#host
    this.#isCatchingUp = true
    let isHeld = false
    try {
      await catchUp()
      isHeld = await this.#host.isHeld()
    } catch (error) {
      // The run that is tried tells what is wrong with the store.
      if (!isSessionError(error)) throw error
    } finally {
      this.#isCatchingUp = false
    }
    // A run that has come in between begins the next when it ends.
    if (active() !== undefined) return
    // What waits is not taken out of line for nothing.
    if (isHeld) {
      this.#leaveNotes()
      return this.queue.isEmpty ? this.#lookAgainLater() : this.#laterTry.schedule()
    }
    if (this.queue.isEmpty) this.writeAside()
    else this.queue.beginNext()
    this.#lookAgainLater()
  }

  /** What others are to say is asked for as long as it is waited for. */
  #lookAgainLater(): void {
    const isDue = this.#unsureEdits > 0 || !this.#followed.isEmpty
    if (isDue && this.#host.active() === undefined && !this.#laterTry.isDue) this.#laterTry.schedule()
  }

  /** Has what waits in line written: by the active run, or else under a lease of its own, and by a note where another owner has the session. */
  writeAside(): void {
    const active = this.#host.active()
    if (this.queue.isStored || this.#isCatchingUp) return
    if (active !== undefined) active.writeAside().catch(writtenWithTheNext)
    else if (this.#laterTry.isDue) this.#leaveNotes()
    else if (!this.#isSaving) void this.#saveAside()
  }

  async #saveAside(): Promise<void> {
    this.#isSaving = true
    try {
      await this.#host.saveAside()
    } catch (error) {
      const isBusy = isSessionBusyError(error)
      if (isBusy) this.#leaveNotes()
      if (isBusy || (isSessionConflictError(error) && this.#host.canCatchUp())) this.#lookAgainLater()
      else this.#followed.giveUp()
    } finally {
      this.#isSaving = false
    }
  }

  /** Leaves notes of what the store does not know; whether it knows all of the prompts by then. */
  async leaveNotes(): Promise<boolean> {
    return (await this.#notes?.leave()) ?? false
  }

  #leaveNotes(): void {
    void this.leaveNotes()
  }

  #remember(request: RunRequest | undefined, run: Run): void {
    if (request === undefined) return
    const shorten = () => (run.answer === undefined ? run : this.#handleOf(run.answer))
    this.#requests.remember({ ...request, handle: run, isRefused: () => run.isRefused, shorten })
  }

  #handleOf({ summary, turnId, start }: Omit<AnsweredRequest, 'promptDigest'>): ExecutionHandle {
    const { sessionId, store, find } = this.#host
    const turn = () => (turnId === undefined ? this.#latest() : find(turnId))
    return new StoredHandle({ store, sessionId, summary, start, turn })
  }

  #latest(): Turn {
    return this.#host.latest() ?? createTurn()
  }

  #say(prompt: Prompt): UserBlock {
    const { ids, clock } = this.#host
    return userBlock(prompt, { id: ids.next('blk'), createdAt: clock.now() })
  }
}

/** Whether it is a prompt of a request for which there is another. */
function isAskedAlready(record: PromptRecord, { runs, queue }: StoredPrompts): boolean {
  if (record.type !== 'prompt-queued' || record.requestId === undefined) return false
  const { requestId } = record
  if (runs.requests.has(requestId) || runs.open?.request.requestId === requestId) return true
  return queue.waiting.some((other) => other.requestId === requestId)
}

/** What could not be written goes with the next commit, and `save` tells of it. */
function writtenWithTheNext(): void {}
