import type { Clock } from '@geppetto/context'
import { defined, type Turn } from '@geppetto/turns'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import { SessionConflictError } from '../contract/session-error.ts'
import type { History } from '../history/history.ts'
import type { StoredSession } from '../history/stored-session.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'
import { stopOfAbort } from '../runs/ending.ts'
import { inTime } from '../waiting/in-time.ts'
import type { Submission } from './submission-queue.ts'

/** What the store says of runs and prompts, and the turns that they became. */
export type StoredPrompts = Pick<StoredSession, 'runs' | 'queue' | 'history'>

/** What following needs of the session. */
export interface FollowHost {
  readonly sessionId: string
  readonly clock: Clock
  /** How long an answer is waited for once a prompt is cancelled, in milliseconds. */
  readonly graceMs: number
  readonly latest: () => Turn
  /** The handle of what has ended, whose turn is in the history: by default that of the session. */
  readonly handleOf: (answer: AnsweredRequest, history?: Pick<History, 'find'>) => ExecutionHandle
  /** Asks the run of another owner to stop. */
  readonly stopElsewhere: (runId: string, reason: string) => void
}

interface Followed {
  readonly submission: Submission
  /** The run of another owner that it is. */
  activeId?: string
}

/** Prompts that are not in line any more, and end as the store says, or will say. */
export class FollowedPrompts {
  readonly #host: FollowHost
  /** Another owner runs them, or has another prompt of their request in line. */
  readonly #elsewhere = new Map<string, Followed>()
  /** They were withdrawn here, and the store has not said yet that they were. */
  readonly #withdrawn = new Map<string, Followed>()

  constructor(host: FollowHost) {
    this.#host = host
  }

  get isEmpty(): boolean {
    return this.#elsewhere.size + this.#withdrawn.size === 0
  }

  /** A prompt was withdrawn: it ends as that when the store has it (`written`), and as it was run where that came too late. */
  withdraw(submission: Submission, written: Promise<boolean>): void {
    this.#withdrawn.set(submission.run.runId, { submission })
    void this.#endOnce(this.#withdrawn, submission, written)
  }

  /** The run of another owner that it is, is asked to stop. */
  stop(runId: string): void {
    void this.#elsewhere.get(runId)?.submission.run.cancel()
  }

  /** What was withdrawn ends as far as is known: nobody can be asked. */
  giveUp(): void {
    for (const { submission } of [...this.#withdrawn.values()]) this.#endUnsure(this.#withdrawn, submission)
  }

  /** Those of `waiting`, and those that were followed, have failed with `error`; what was withdrawn ends as far as is known. */
  fail(waiting: readonly Submission[], error: unknown): void {
    const followed = [...this.#elsewhere.values()].map(({ submission }) => submission)
    this.#elsewhere.clear()
    for (const { run } of [...waiting, ...followed]) run.withdraw(this.#host.latest(), { error })
    this.giveUp()
  }

  /** A prompt does not wait any more, and not by our doing: it ends as the other owner has ended it, or will. */
  follow(submission: Submission, stored: StoredPrompts): void {
    const { run } = submission
    if (this.#endAsStored(submission, stored)) return
    const activeId = activeIdOf(submission, stored)
    if (activeId === undefined && !isTwinWaiting(submission, stored)) {
      const why = `the prompt of run ${run.runId} does not wait any more`
      return run.withdraw(this.#host.latest(), { error: new SessionConflictError(this.#host.sessionId, why) })
    }
    const followed: Followed = { submission, ...defined({ activeId }) }
    if (activeId !== undefined) run.beginElsewhere()
    this.#elsewhere.set(run.runId, followed)
    const stop = () => this.#stop(followed)
    if (run.signal.aborted) stop()
    else run.signal.addEventListener('abort', stop, { once: true })
  }

  /** The store has more than before. `isEnding`: whether it is still to be written of a prompt that it was withdrawn. */
  update(stored: StoredPrompts, isEnding: (runId: string) => boolean): void {
    for (const [runId, followed] of [...this.#elsewhere]) {
      const { submission } = followed
      const activeId = activeIdOf(submission, stored)
      if (activeId !== undefined) {
        followed.activeId = activeId
        submission.run.beginElsewhere()
      } else if (!isTwinWaiting(submission, stored)) {
        this.#elsewhere.delete(runId)
        this.follow(submission, stored)
      }
    }
    for (const [runId, { submission }] of [...this.#withdrawn]) {
      if (isEnding(runId)) continue
      this.#withdrawn.delete(runId)
      this.follow(submission, stored)
    }
  }

  /** Those whose request another prompt of our own line is for end as that one. */
  join(findTwin: (requestId: string) => Submission | undefined): void {
    for (const { submission } of [...this.#elsewhere.values()]) {
      const { run, request } = submission
      const twin = request && findTwin(request.requestId)?.run
      if (twin === undefined || twin === run) continue
      void twin.wait().then(() => {
        if (twin.answer !== undefined && this.#elsewhere.delete(run.runId))
          void run.endAs(this.#host.handleOf(twin.answer), twin.answer)
      })
    }
  }

  #endAsStored({ run, request }: Submission, { runs, queue, history }: StoredPrompts): boolean {
    const { runId } = run
    const answer = runs.answerOf(runId) ?? queue.answerOf(runId) ?? runs.requests.get(request?.requestId ?? '')
    if (answer !== undefined) void run.endAs(this.#host.handleOf(answer, history), answer)
    return answer !== undefined
  }

  #stop({ submission, activeId }: Followed): void {
    if (activeId !== undefined) this.#host.stopElsewhere(activeId, stopOfAbort(submission.run.signal.reason))
    void this.#endOnce(this.#elsewhere, submission, new Promise(() => {}))
  }

  /** Ends it as withdrawn where the store says so, or says nothing for the time of the grace. */
  async #endOnce(place: Map<string, Followed>, submission: Submission, written: Promise<boolean>): Promise<void> {
    const { clock, graceMs, latest } = this.#host
    const isInTime = await inTime(
      clock,
      graceMs,
      () => written,
      () => undefined,
    )
    if (isInTime === undefined) return this.#endUnsure(place, submission)
    if (isInTime && place.delete(submission.run.runId)) submission.run.withdraw(latest())
  }

  #endUnsure(place: Map<string, Followed>, { run }: Submission): void {
    if (!place.delete(run.runId)) return
    const message = 'the store has not said in time that the prompt is withdrawn: another owner may run it'
    run.withdraw(this.#host.latest(), { warning: { code: 'withdrawal_unsure', message } })
  }
}

/** The run that goes on elsewhere, and is the prompt or what else was submitted of its request. */
function activeIdOf({ run, request }: Submission, { runs }: StoredPrompts): string | undefined {
  const { open } = runs
  const isSame = open?.runId === run.runId || (request && open?.request.requestId === request.requestId) === true
  return isSame ? open?.runId : undefined
}

/** Whether another prompt of its request waits. */
function isTwinWaiting({ run, request }: Submission, { queue }: StoredPrompts): boolean {
  return queue.waiting.some(
    ({ runId, requestId }) => runId !== run.runId && requestId !== undefined && requestId === request?.requestId,
  )
}
