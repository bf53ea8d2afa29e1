import type { Clock, Context, IdGenerator } from '@geppetto/context'
import { createTurn, defined, type Turn, userBlock } from '@geppetto/turns'
import { stopOfAbort } from './ending.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import { KnownRequests } from './known-requests.ts'
import { LaterTry } from './later-try.ts'
import { type Asked, askedOf } from './next-turn.ts'
import { digestOf } from './prompt-digest.ts'
import type { UserBlock } from './prompt-record.ts'
import type { QueueLog } from './queue-log.ts'
import type { Run, RunOptions } from './run.ts'
import type { StartOptions } from './run-host.ts'
import type { RunRequest } from './run-request.ts'
import { isSessionBusyError, isSessionError, SessionConflictError } from './session-error.ts'
import { assertPrompt, assertRequestId, assertWhenBusy, type Prompt } from './session-options.ts'
import type { SessionStore } from './store.ts'
import { StoredHandle } from './stored-handle.ts'
import type { AnsweredRequest } from './stored-runs.ts'
import type { StoredSession } from './stored-session.ts'
import { type Submission, SubmissionQueue } from './submission-queue.ts'

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

/** What is begun. */
export interface Begun {
  readonly prompt: Prompt
  readonly asked: Asked
  /** Asked where another owner stands in the way, as `refusal` says, and nothing has begun: whether the prompt waits on. */
  readonly onRefused?: (refusal: unknown) => boolean
}

/** What submissions need of their session. */
export interface SubmissionHost {
  readonly sessionId: string
  readonly store: SessionStore | undefined
  readonly clock: Clock
  readonly ids: IdGenerator
  /** What is to be stored of the prompts that wait; undefined where there is no store. */
  readonly log: QueueLog | undefined
  readonly active: () => Run | undefined
  readonly latest: () => Turn | undefined
  readonly find: (turnId: string) => Turn
  /** @throws SessionBusyError while a run is active. */
  readonly assertIdle: () => void
  readonly makeRun: (options: RunOptions, ctx?: Context) => Run
  /** Whether the session can be read from its store again without a loss. */
  readonly canCatchUp: () => boolean
  /** Takes over what others have written. @throws SessionError `store_failed` and the like; SessionBusyError where a run has begun */
  readonly catchUp: () => Promise<void>
  /** Asks the run of another owner to stop. */
  readonly stopElsewhere: (runId: string, reason: string) => void
  /** Appends the prompt, and starts the run. */
  readonly begin: (run: Run, what: Begun) => void
}

/** What users say to a session: at once, or in their turn, and each request once. */
export class Submissions {
  readonly queue: SubmissionQueue
  readonly #host: SubmissionHost
  readonly #requests = new KnownRequests()
  readonly #laterTry: LaterTry
  /** Those of our line that another owner runs. */
  readonly #elsewhere = new Map<string, Submission>()
  /** The next in line is tried as soon as that is known which others have written. */
  #isCatchingUp = false

  constructor(host: SubmissionHost) {
    this.#host = host
    this.#laterTry = new LaterTry(host.clock, () => void this.#tryAgain())
    this.queue = new SubmissionQueue({
      begin: ({ run, said, asked, isUrgent }, refused) =>
        host.begin(run, {
          prompt: said.content,
          asked,
          onRefused: (refusal) => {
            const waits = this.#mayWait(refusal, isUrgent)
            refused(waits ? undefined : refusal)
            return waits
          },
        }),
      withdraw: ({ run }) => {
        run.withdraw(this.#latest())
        if (this.queue.prompts.length === 0) this.#laterTry.stop()
        return stopOfAbort(run.signal.reason)
      },
      log: host.log,
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
    if (known !== undefined && known.isRefused?.() !== true) return known.handle
    assertWhenBusy(whenBusy)
    const { assertIdle, active: activeOf, makeRun, begin, clock } = this.#host
    if (whenBusy === 'reject') assertIdle()
    const asked = askedOf(options)
    const run = makeRun({ request, ...(tags && { tags }) }, ctx)
    const active = activeOf()
    const isUrgent = whenBusy === 'interrupt'
    const isBusy = active !== undefined || this.#laterTry.isDue || this.#isCatchingUp
    const lineUp = () =>
      this.queue.add({ run, request, isUrgent, submittedAt: clock.now(), said: this.#say(prompt), asked })
    const onRefused = (refusal: unknown) => {
      const waits = this.#mayWait(refusal, isUrgent)
      if (waits) lineUp()
      return waits
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

  /** Whether a prompt waits on where another owner stands in the way: one that interrupts asks that one to stop. */
  #mayWait(refusal: unknown, isUrgent: boolean): boolean {
    const isBusy = isSessionBusyError(refusal)
    if (!isBusy && !this.#host.canCatchUp()) return false
    if (isBusy && isUrgent && refusal.runId !== undefined) this.#host.stopElsewhere(refusal.runId, 'superseded')
    this.#laterTry.schedule()
    return true
  }

  /** The session is free for the next in line. */
  beginNext(): void {
    this.#laterTry.stop()
    this.queue.beginNext()
    if (this.#elsewhere.size > 0) this.#laterTry.schedule()
  }

  /** Says something else in the place of a prompt that waits. @throws SessionError `no_such_prompt`; TurnError `invalid_block` */
  edit(runId: string, prompt: Prompt): void {
    assertPrompt(prompt)
    this.queue.edit(runId, this.#say(prompt))
    this.writeAside()
  }

  /** Takes a prompt out of the line. @throws SessionError `no_such_prompt` */
  withdraw(runId: string): void {
    this.queue.withdraw(runId)
    this.writeAside()
  }

  /** What the store has of an earlier time: the prompts that wait, and what became of requests. */
  restore({ runs, queue }: Pick<StoredSession, 'runs' | 'queue'>): void {
    this.#rebase({ runs, queue })
    for (const [runId, submission] of [...this.#elsewhere]) {
      this.#elsewhere.delete(runId)
      this.#follow(submission, { runs, queue })
    }
    for (const [requestId, { promptDigest, ...answer }] of runs.requests)
      if (!this.#requests.has(requestId))
        this.#requests.remember({ requestId, ...defined({ promptDigest }), handle: this.#handleOf(answer) })
    for (const { runId, requestId, promptDigest, tags, output, inferenceConfig, ...prompt } of queue.waiting) {
      if (this.queue.has(runId)) continue
      const request = requestId === undefined ? undefined : { requestId, ...defined({ promptDigest }) }
      const run = this.#host.makeRun({ runId, request, ...(tags && { tags }) })
      this.queue.restore({ ...prompt, asked: defined({ output, inferenceConfig }), run, request })
      this.#remember(request, run)
    }
  }

  /** What waits here is from here on what waits in the store, and what the store has not heard of. */
  #rebase({ runs, queue }: Pick<StoredSession, 'runs' | 'queue'>): void {
    this.#host.log?.rebase((record) => {
      if (queue.findMisfit(record) !== undefined) return false
      queue.accept(record)
      return true
    })
    this.queue.rebase(new Set(queue.waiting.map(({ runId }) => runId)), (submission) =>
      this.#follow(submission, { runs, queue }),
    )
  }

  /** A prompt that does not wait any more, and not by our doing: it ends as the other owner has ended it, or will. */
  #follow(submission: Submission, { runs, queue }: Pick<StoredSession, 'runs' | 'queue'>): void {
    const { run } = submission
    const { runId, signal } = run
    const answer = runs.answerOf(runId) ?? queue.answerOf(runId)
    if (answer !== undefined) void run.endAs(this.#handleOf(answer), answer)
    else if (runs.open?.runId === runId) {
      this.#elsewhere.set(runId, submission)
      const stop = () => this.#host.stopElsewhere(runId, stopOfAbort(signal.reason))
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    } else {
      const why = `the prompt of run ${runId} does not wait any more`
      run.withdraw(this.#latest(), { error: new SessionConflictError(this.#host.sessionId, why) })
    }
  }

  async #tryAgain(): Promise<void> {
    const { active, catchUp } = this.#host
    this.#isCatchingUp = true
    try {
      await catchUp()
    } catch (error) {
      // The run that is tried tells what is wrong with the store.
      if (!isSessionError(error)) throw error
    } finally {
      this.#isCatchingUp = false
    }
    // A run that has come in between begins the next when it ends.
    if (active() !== undefined) return
    this.queue.beginNext()
    if (this.#elsewhere.size > 0) this.#laterTry.schedule()
  }

  /** Has the active run write what waits in line. */
  writeAside(): void {
    if (!this.queue.isStored) this.#host.active()?.writeAside().catch(writtenWithTheNext)
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

/** What could not be written goes with the next commit, and `save` tells of it. */
function writtenWithTheNext(): void {}
