import type { Context } from '@geppetto/context'
import { defined, userBlock } from '@geppetto/turns'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunRequest } from '../contract/run-request.ts'
import { isSessionBusyError, SessionError } from '../contract/session-error.ts'
import { assertPrompt, assertRequestId, assertWhenBusy, type Prompt } from '../contract/session-options.ts'
import type { InferenceOptions } from '../contract/start-options.ts'
import type { StoredNote } from '../contract/store.ts'
import type { History } from '../history/history.ts'
import { askedOf } from '../history/next-turn.ts'
import type { PromptRecord, UserBlock } from '../records/prompt-record.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'
import type { Run } from '../runs/run.ts'
import { digestOf } from '../store/prompt-digest.ts'
import { FollowedPrompts, type StoredPrompts } from './followed-prompts.ts'
import { KnownRequests } from './known-requests.ts'
import { LineWatch } from './line-watch.ts'
import { NoteTaker, type WaitingPrompt } from './note-taker.ts'
import { StoredHandle } from './stored-handle.ts'
import type { SubmissionHost } from './submission-host.ts'
import { type Submission, SubmissionQueue } from './submission-queue.ts'

/** How a prompt is submitted. */
export interface SubmitOptions extends InferenceOptions {
  /** What happens while a run is active: an error (default), wait behind it, or stop it and take its place. */
  readonly whenBusy?: 'reject' | 'queue' | 'interrupt'
  /** As of {@link InferenceOptions}. Another prompt under the same id is refused. */
  readonly requestId?: string
}

/** What users say to a session: at once, or in their turn, and each request once. */
export class Submissions {
  readonly queue: SubmissionQueue
  readonly #host: SubmissionHost
  readonly #requests = new KnownRequests()
  readonly #watch: LineWatch
  readonly #followed: FollowedPrompts
  readonly #noteTaker: NoteTaker | undefined
  /** The runs that there ever were, of prompts that wait too, and the blocks that were said in the place of others, as far as is known. */
  readonly #known = new Set<string>()

  constructor(host: SubmissionHost) {
    this.#host = host
    const { sessionId, log } = host
    this.#followed = new FollowedPrompts({
      ...host,
      graceMs: host.storeMs,
      handleOf: (answer, history) => this.#handleOf(answer, history),
    })
    this.queue = new SubmissionQueue({
      begin: ({ run, said, asked }, refused) => {
        // Whoever begins it has it.
        this.#watch.give(run)
        const onRefused = (refusal: unknown) => {
          const waits = this.#watch.mayWait(refusal)
          refused(waits ? undefined : refusal)
          return waits
        }
        host.begin(run, { prompt: said.content, asked, hasWaited: true, onRefused })
      },
      withdraw: (submission, written) => {
        if (written === undefined) return submission.run.withdraw(host.latest())
        this.#followed.withdraw(submission, written)
        this.writeAside()
      },
      log,
    })
    this.#watch = new LineWatch({ host, queue: this.queue, followed: this.#followed })
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
    const known = this.find(request)
    if (known !== undefined) return known
    assertWhenBusy(whenBusy)
    const { assertIdle, active: activeOf, makeRun, begin, clock } = this.#host
    if (whenBusy === 'reject') assertIdle()
    const asked = askedOf(options)
    const run = makeRun({ request, ...defined({ tags }) }, ctx)
    const active = activeOf()
    const isUrgent = whenBusy === 'interrupt'
    const isBusy = active !== undefined || this.#watch.isBusy
    const place = this.queue.takePlace()
    const submittedAt = clock.now()
    const lineUp = () => {
      this.#watch.lineUp(run)
      this.queue.add({ run, request, isUrgent, submittedAt, said: this.#say(prompt), asked }, place)
    }
    const onRefused = (refusal: unknown) => {
      const waits = this.#watch.mayWait(refusal)
      if (waits) lineUp()
      if (waits && isSessionBusyError(refusal)) void this.leaveNotes()
      return waits
    }
    this.#known.add(run.runId)
    if (whenBusy === 'reject') begin(run, { prompt, asked })
    else if (isBusy) lineUp()
    else begin(run, { prompt, asked, onRefused })
    // Before the cancel: who hears of it at once may submit the request again.
    this.remember(request, run)
    if (isUrgent) void active?.cancel('superseded')
    this.writeAside()
    return run
  }

  /** The run of that request; undefined where there is none, or another owner stood in its way. @throws SessionError `request_mismatch` */
  find(request: RunRequest | undefined): ExecutionHandle | undefined {
    const known = this.#requests.find(request)
    if (known === undefined || known.isRefused?.() === true) return undefined
    this.#watch.ask(known.handle)
    return known.handle
  }

  /** The request is this run's from here on. */
  remember(request: RunRequest | undefined, run: Run): void {
    if (request === undefined) return
    const shorten = () => (run.answer === undefined ? run : this.#handleOf(run.answer))
    this.#requests.remember({ ...request, handle: run, isRefused: () => run.isRefused, shorten })
  }

  /** See {@link LineWatch.beginNext}. */
  beginNext(): void {
    this.#watch.beginNext()
  }

  /** See {@link LineWatch.rest}. */
  rest(): void {
    this.#watch.rest()
  }

  /** Says something else in the place of a prompt that waits; whether that came in time. @throws SessionError `no_such_prompt`; TurnError `invalid_block` */
  edit(runId: string, prompt: Prompt): Promise<boolean> {
    assertPrompt(prompt)
    const said = this.#say(prompt)
    this.#assertKnown(runId)
    const written = this.queue.edit({ type: 'prompt-edited', runId, said })
    this.#known.add(said.id)
    this.writeAside()
    return this.#watch.isInTime(written)
  }

  /** Takes a prompt out of the line; whether that came in time: else its run is asked to stop. @throws SessionError `no_such_prompt` */
  withdraw(runId: string): Promise<boolean> {
    this.#assertKnown(runId)
    if (!this.queue.has(runId)) this.#stop(runId)
    return this.#watch.isInTime(this.queue.withdraw(runId))
  }

  #assertKnown(runId: string): void {
    if (this.#known.has(runId)) return
    throw new SessionError('no_such_prompt', `no prompt ${runId} was ever submitted to this session`, {
      field: 'runId',
    })
  }

  #stop(runId: string): void {
    const active = this.#host.active()
    if (active?.runId === runId) void active.cancel()
    else this.#followed.stop(runId)
  }

  /** See {@link NoteTaker.take}. */
  takeNotes(notes: readonly StoredNote[]): void {
    this.#noteTaker?.take(notes)
  }

  /** What the store has of an earlier time: the prompts that wait, what became of requests, and the notes of others. */
  restore(stored: StoredPrompts, notes: readonly StoredNote[]): void {
    const { runs, queue } = stored
    this.#rebase(stored)
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
    this.remember(request, run)
  }

  /** What waits here is from here on what waits in the store, and what the store has not heard of. */
  #rebase(stored: StoredPrompts): void {
    const { log } = this.#host
    const { runs, queue } = stored
    log?.rebase((record) => {
      if (queue.has(record)) return 'stored'
      if (queue.findMisfit(record) !== undefined || isAskedAlready(record, { runs, queue })) return 'too-late'
      queue.accept(record)
      return 'fits'
    })
    this.#followWhere(stored, ({ run }) => !queue.isWaiting(run.runId))
    this.#followed.update(stored, (runId) => log?.isEnding(runId) === true)
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
    for (const ids of [stored.queue.known, stored.runs.ids]) for (const id of ids) this.#known.add(id)
    for (const submission of this.queue.take(hasLeft)) this.#followed.follow(submission, stored)
  }

  /** See {@link LineWatch.writeAside}. */
  writeAside(): void {
    this.#watch.writeAside()
  }

  /** See {@link LineWatch.leaveNotes}. */
  leaveNotes(): Promise<boolean> {
    return this.#watch.leaveNotes()
  }

  #handleOf(
    { summary, turnId, start }: Omit<AnsweredRequest, 'promptDigest'>,
    history: Pick<History, 'find'> = this.#host,
  ): ExecutionHandle {
    const { sessionId, store, latest } = this.#host
    const turn = () => (turnId === undefined ? latest() : history.find(turnId))
    return new StoredHandle({ store, sessionId, summary, start, turn })
  }

  #say(prompt: Prompt): UserBlock {
    const { ids, clock } = this.#host
    return userBlock(prompt, { id: ids.next('blk'), createdAt: clock.now() })
  }
}

/** Whether it is a prompt of a request for which there is another. */
function isAskedAlready(record: PromptRecord, { runs, queue }: Pick<StoredPrompts, 'runs' | 'queue'>): boolean {
  if (record.type !== 'prompt-queued' || record.requestId === undefined) return false
  const { requestId } = record
  if (runs.requests.has(requestId) || runs.open?.request.requestId === requestId) return true
  return queue.waiting.some((other) => other.requestId === requestId)
}
