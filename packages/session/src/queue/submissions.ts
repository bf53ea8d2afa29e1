import type { Context } from '@geppetto/context'
import type { EventCursor } from '@geppetto/events'
import { defined, userBlock } from '@geppetto/turns'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunRequest } from '../contract/run-request.ts'
import { isSessionBusyError, SessionError } from '../contract/session-error.ts'
import { assertPrompt, assertRequestId, assertWhenBusy, type Prompt } from '../contract/session-options.ts'
import type { InferenceOptions } from '../contract/start-options.ts'
import type { History } from '../history/history.ts'
import { askedOf } from '../history/next-turn.ts'
import type { UserBlock } from '../records/prompt-record.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'
import type { Run } from '../runs/run.ts'
import { digestOf } from '../store/prompt-digest.ts'
import { KnownIds } from './known-ids.ts'
import { KnownRequests } from './known-requests.ts'
import type { LineWatch } from './line-watch.ts'
import { StoredHandle } from './stored-handle.ts'
import type { StoredLine } from './stored-line.ts'
import type { SubmissionHost } from './submission-host.ts'
import { SubmissionQueue } from './submission-queue.ts'

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
  /** The runs that there ever were, of prompts that wait too, and the blocks that were said in the place of others, as far as is known. */
  readonly #known = new KnownIds()
  readonly #stored: StoredLine | undefined

  constructor(host: SubmissionHost) {
    this.#host = host
    const { storage, active, latest, makeRun } = host
    this.queue = new SubmissionQueue({
      begin: ({ run, said, asked }, refused) => {
        // Whoever begins it has it.
        this.#watch?.give(run)
        const onRefused = (refusal: unknown) => {
          const waits = this.#watch?.mayWait(refusal) === true
          refused(waits ? undefined : refusal)
          return waits
        }
        host.begin(run, { prompt: said.content, asked, hasWaited: true, onRefused })
      },
      withdraw: (submission, written) => {
        if (written === undefined) submission.run.withdraw(latest())
        else this.#stored?.withdraw(submission, written)
      },
      log: storage?.log,
    })
    this.#stored = storage?.keepLine({
      ...{ active, latest, makeRun, queue: this.queue, requests: this.#requests, known: this.#known },
      remember: (request, run) => this.remember(request, run),
      handleOf: (answer, history) => this.#handleOf(answer, history),
    })
  }

  get #watch(): LineWatch | undefined {
    return this.#stored?.watch
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
    const isBusy = active !== undefined || this.#watch?.isBusy === true
    const place = this.queue.takePlace()
    const submittedAt = clock.now()
    const lineUp = () => {
      this.#watch?.lineUp(run)
      this.queue.add({ run, request, isUrgent, submittedAt, said: this.#say(prompt), asked }, place)
    }
    const onRefused = (refusal: unknown) => {
      const waits = this.#watch?.mayWait(refusal) === true
      if (waits) lineUp()
      if (waits && isSessionBusyError(refusal)) void this.#watch?.leaveNotes()
      return waits
    }
    this.#known.add(run.runId)
    if (whenBusy === 'reject') begin(run, { prompt, asked })
    else if (isBusy) lineUp()
    else begin(run, { prompt, asked, onRefused })
    // Before the cancel: who hears of it at once may submit the request again.
    this.remember(request, run)
    if (isUrgent) void active?.cancel('superseded')
    this.#watch?.writeAside()
    return run
  }

  /** The run of that request; undefined where there is none, or another owner stood in its way. @throws SessionError `request_mismatch` */
  find(request: RunRequest | undefined): ExecutionHandle | undefined {
    const known = this.#requests.find(request)
    if (known === undefined || known.isRefused?.() === true) return undefined
    this.#watch?.ask(known.handle)
    return known.handle
  }

  /** The request is this run's from here on. */
  remember(request: RunRequest | undefined, run: Run): void {
    if (request === undefined) return
    const shorten = () => (run.answer === undefined ? run : this.#handleOf(run.answer))
    this.#requests.remember({ ...request, handle: run, isRefused: () => run.isRefused, shorten })
  }

  /** The session is free for the next in line. */
  beginNext(): void {
    if (this.#watch === undefined) this.queue.beginNext()
    else this.#watch.beginNext()
  }

  /** See {@link LineWatch.rest}. */
  rest(): void {
    this.#watch?.rest()
  }

  /** Says something else in the place of a prompt that waits; whether that came in time. @throws SessionError `no_such_prompt`; TurnError `invalid_block` */
  edit(runId: string, prompt: Prompt): Promise<boolean> {
    assertPrompt(prompt)
    const said = this.#say(prompt)
    this.#assertKnown(runId)
    const written = this.queue.edit({ type: 'prompt-edited', runId, said })
    this.#known.add(said.id)
    this.#watch?.writeAside()
    return this.#isInTime(written)
  }

  /** Takes a prompt out of the line; whether that came in time: else its run is asked to stop. @throws SessionError `no_such_prompt` */
  withdraw(runId: string): Promise<boolean> {
    this.#assertKnown(runId)
    if (!this.queue.has(runId)) this.#stop(runId)
    return this.#isInTime(this.queue.withdraw(runId))
  }

  /** Whether what is `written` there came in time; undefined where there is no store. */
  async #isInTime(written: Promise<boolean> | undefined): Promise<boolean> {
    if (written === undefined) return true
    return this.#watch === undefined ? written : this.#watch.isInTime(written)
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
    else this.#stored?.stop(runId)
  }

  #handleOf(
    { summary, turnId, start }: Omit<AnsweredRequest, 'promptDigest'>,
    history: Pick<History, 'find'> = this.#host,
  ): ExecutionHandle {
    const { sessionId, storage, latest } = this.#host
    const readEvents = storage && ((after: EventCursor) => storage.readEvents(after))
    const turn = () => (turnId === undefined ? latest() : history.find(turnId))
    return new StoredHandle({ readEvents, sessionId, summary, start, turn })
  }

  #say(prompt: Prompt): UserBlock {
    const { ids, clock } = this.#host
    return userBlock(prompt, { id: ids.next('blk'), createdAt: clock.now() })
  }
}
