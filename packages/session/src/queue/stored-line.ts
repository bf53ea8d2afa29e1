import type { Clock } from '@geppetto/context'
import { defined } from '@geppetto/turns'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunRequest } from '../contract/run-request.ts'
import type { SessionStore, StoredNote } from '../contract/store.ts'
import type { History } from '../history/history.ts'
import type { PromptRecord } from '../records/prompt-record.ts'
import type { QueueLog } from '../records/queue-log.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'
import type { Run } from '../runs/run.ts'
import { FollowedPrompts, type StoredPrompts } from './followed-prompts.ts'
import type { KnownIds } from './known-ids.ts'
import type { KnownRequests } from './known-requests.ts'
import { LineWatch } from './line-watch.ts'
import { NoteTaker, type WaitingPrompt } from './note-taker.ts'
import type { SubmissionHost } from './submission-host.ts'
import type { Submission, SubmissionQueue } from './submission-queue.ts'

/** What a line needs of its store, and of the session in it. */
export interface StoredLineHost {
  readonly sessionId: string
  readonly store: SessionStore
  /** What is to be stored of the prompts that wait. */
  readonly log: QueueLog
  readonly clock: Clock
  /** How long an answer of the store is waited for, in milliseconds. */
  readonly storeMs: number
  /** Whether the session can be read from its store again without a loss. */
  readonly canCatchUp: () => boolean
  /** Takes over what others have written. @throws SessionError `store_failed` and the like; SessionBusyError where a run has begun */
  readonly catchUp: () => Promise<void>
  /** Whether a run of another owner went on when the session was read last. */
  readonly hasRunElsewhere: () => boolean
  /** Whether another owner has the session now. @throws SessionError `store_failed` */
  readonly isHeld: () => Promise<boolean>
  /** Writes the prompts that wait under a lease of its own. @throws as `Session.save` */
  readonly saveAside: () => Promise<unknown>
  /** Asks the run of another owner to stop. */
  readonly stopElsewhere: (runId: string, reason: string) => void
}

/** What is kept of a line, and by what. */
export interface StoredLineOptions extends Pick<SubmissionHost, 'active' | 'latest' | 'makeRun'> {
  readonly host: StoredLineHost
  readonly queue: SubmissionQueue
  readonly requests: KnownRequests
  /** The runs that there ever were, of prompts that wait too, and the blocks that were said in the place of others, as far as is known. */
  readonly known: KnownIds
  /** The request is this run's from here on. */
  readonly remember: (request: RunRequest | undefined, run: Run) => void
  /** The handle of what has ended, whose turn is in the history: by default that of the session. */
  readonly handleOf: (answer: Omit<AnsweredRequest, 'promptDigest'>, history?: Pick<History, 'find'>) => ExecutionHandle
}

/** What a store has to do with the prompts that wait, and with those that others have submitted. */
export class StoredLine {
  readonly #options: StoredLineOptions
  readonly #watch: LineWatch
  readonly #followed: FollowedPrompts
  readonly #noteTaker: NoteTaker

  constructor(options: StoredLineOptions) {
    const { host, queue, requests, known, active, latest, handleOf } = options
    const { sessionId, log, storeMs: graceMs } = host
    this.#options = options
    this.#followed = new FollowedPrompts({ ...host, graceMs, latest, handleOf })
    this.#watch = new LineWatch({ host, active, queue, followed: this.#followed })
    this.#noteTaker = new NoteTaker({
      ...{ sessionId, log, queue, requests, known },
      restore: (prompt, record) => this.#restoreOne(prompt, record),
      interrupt: () => void active()?.cancel('superseded'),
    })
  }

  /** See {@link LineWatch}. */
  get watch(): LineWatch {
    return this.#watch
  }

  /** See {@link FollowedPrompts.withdraw}. */
  withdraw(submission: Submission, written: Promise<boolean>): void {
    this.#followed.withdraw(submission, written)
    this.#watch.writeAside()
  }

  /** See {@link FollowedPrompts.stop}. */
  stop(runId: string): void {
    this.#followed.stop(runId)
  }

  /** See {@link NoteTaker.take}. */
  takeNotes(notes: readonly StoredNote[]): void {
    this.#noteTaker.take(notes)
  }

  /** What the store has of an earlier time: the prompts that wait, what became of requests, and the notes of others. */
  restore(stored: StoredPrompts, notes: readonly StoredNote[]): void {
    const { requests, queue: line, handleOf } = this.#options
    const { runs, queue } = stored
    this.#rebase(stored)
    for (const [requestId, { promptDigest, ...answer }] of runs.requests)
      if (!requests.has(requestId))
        requests.remember({ requestId, ...defined({ promptDigest }), handle: handleOf(answer) })
    for (const { requestId, promptDigest, ...prompt } of queue.waiting) {
      if (line.has(prompt.runId)) continue
      const request = requestId === undefined ? undefined : { requestId, ...defined({ promptDigest }) }
      this.#restoreOne({ ...prompt, request })
    }
    this.takeNotes(notes)
    this.#followed.join((requestId) => line.findRequest(requestId))
  }

  #restoreOne(
    { runId, request, tags, output, inferenceConfig, ...prompt }: WaitingPrompt,
    record?: PromptRecord,
  ): void {
    const { makeRun, queue, remember } = this.#options
    const run = makeRun({ runId, request, ...defined({ tags }) })
    queue.restore({ ...prompt, asked: defined({ output, inferenceConfig }), run, request }, record)
    remember(request, run)
  }

  /** What waits here is from here on what waits in the store, and what the store has not heard of. */
  #rebase(stored: StoredPrompts): void {
    const { log } = this.#options.host
    const { runs, queue } = stored
    log.rebase((record) => {
      if (queue.has(record)) return 'stored'
      if (queue.findMisfit(record) !== undefined || isAskedAlready(record, { runs, queue })) return 'too-late'
      queue.accept(record)
      return 'fits'
    })
    this.#followWhere(stored, ({ run }) => !queue.isWaiting(run.runId))
    this.#followed.update(stored, (runId) => log.isEnding(runId))
  }

  /** The session stays as it is here, and hears what has become of its prompts: those that have ended in the store, or are run by another owner, do not wait any more. */
  hear(stored: StoredPrompts): void {
    const { runs, queue } = stored
    const runIds = new Set(runs.ids)
    const hasLeft = (runId: string) => !queue.isWaiting(runId) && (runIds.has(runId) || queue.known.has(runId))
    this.#followWhere(stored, ({ run, request }) => hasLeft(run.runId) || runs.requests.has(request?.requestId ?? ''))
    this.#followed.update(stored, (runId) => !hasLeft(runId))
  }

  /** Those that wait here, and of which the store knows better, end as it says. */
  #followWhere(stored: StoredPrompts, hasLeft: (submission: Submission) => boolean): void {
    const { known, queue } = this.#options
    known.addAll(stored.queue.known, stored.runs.ids)
    for (const submission of queue.take(hasLeft)) this.#followed.follow(submission, stored)
  }
}

/** Whether it is a prompt of a request for which there is another. */
function isAskedAlready(record: PromptRecord, { runs, queue }: Pick<StoredPrompts, 'runs' | 'queue'>): boolean {
  if (record.type !== 'prompt-queued' || record.requestId === undefined) return false
  const { requestId } = record
  if (runs.requests.has(requestId) || runs.open?.request.requestId === requestId) return true
  return queue.waiting.some((other) => other.requestId === requestId)
}
