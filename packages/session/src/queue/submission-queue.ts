import { type ContentPart, defined, toErrorData } from '@geppetto/turns'
import type { RunRequest } from '../contract/run-request.ts'
import type { Asked } from '../history/next-turn.ts'
import type { PromptRecord, UserBlock } from '../records/prompt-record.ts'
import type { QueueLog } from '../records/queue-log.ts'
import { stopOfAbort } from '../runs/ending.ts'
import type { Run } from '../runs/run.ts'

/** A prompt that waits for the run before it. */
export interface QueuedPrompt {
  /** The run that it will be: its id, until it ends. */
  readonly runId: string
  readonly requestId?: string
  readonly prompt: readonly ContentPart[]
  /** Milliseconds since the epoch. */
  readonly submittedAt: number
  /** `stored` once the store has it as it stands, or a note of it for whoever runs the session, and it outlives the process: `session.save()` waits for that. */
  readonly state: 'submitted' | 'stored'
}

/** What waits in line. */
export interface Submission {
  readonly run: Run
  readonly request: RunRequest | undefined
  /** It interrupts: it goes before those that do not. */
  readonly isUrgent: boolean
  readonly submittedAt: number
  readonly said: UserBlock
  readonly asked: Asked
}

/** What a queue works with. */
export interface QueueOptions {
  /**
   * Appends the prompt and starts. Where it throws, the submission has failed, and its handle says so. `refused` is to be called where another
   * owner stands in the way, and nothing has begun: the prompt waits on, or has failed with `error`.
   */
  readonly begin: (submission: Submission, refused: (error?: unknown) => void) => void
  /** Ends its run without one. `written` resolves with whether the store has that it was withdrawn; undefined where there is no store. */
  readonly withdraw: (submission: Submission, written: Promise<boolean> | undefined) => void
  /** What is to be stored; undefined where there is no store. */
  readonly log: QueueLog | undefined
}

/** A place in line, and in what is to be stored of it: as it was when the prompt that it is for was submitted. */
export interface PlaceInLine {
  readonly number: number
  readonly recordCount: number | undefined
}

/** What was said in the place of a prompt that waits. */
export type PromptEdit = Extract<PromptRecord, { readonly type: 'prompt-edited' }>

interface Entry {
  readonly submission: Submission
  /** The newest of this object about it; undefined where the store has had it from the beginning. */
  readonly record?: PromptRecord | undefined
  readonly place: PlaceInLine
}

/** The prompts that wait, first come first served. Each ends once: delivered, withdrawn or failed. */
export class SubmissionQueue {
  readonly #options: QueueOptions
  #waiting: readonly Entry[] = []
  #lastNumber = 0

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Those that wait, in the order in which they will be run. */
  get prompts(): readonly QueuedPrompt[] {
    const { log } = this.#options
    const isStored = (record: PromptRecord | undefined) =>
      log !== undefined && (record === undefined || log.isKnown(record))
    return this.#waiting.map(({ submission, record }) => ({
      runId: submission.run.runId,
      ...defined({ requestId: submission.request?.requestId }),
      prompt: submission.said.content,
      submittedAt: submission.submittedAt,
      state: isStored(record) ? 'stored' : 'submitted',
    }))
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Whether one of those that wait is like that. */
  some(isLike: (submission: Submission) => boolean): boolean {
    return this.#waiting.some(({ submission }) => isLike(submission))
  }

  /** Whether nothing is to be stored. */
  get isStored(): boolean {
    const { log } = this.#options
    return log === undefined || log.stored === log.count
  }

  /** The place of a prompt that is submitted now, whether or not it has to wait. */
  takePlace(): PlaceInLine {
    this.#lastNumber++
    return { number: this.#lastNumber, recordCount: this.#options.log?.count }
  }

  /** Puts a prompt that is new in its place, and notes it. @throws SessionError `invalid_options` where the store could not keep it */
  add(submission: Submission, place: PlaceInLine): void {
    const { run, request, isUrgent, submittedAt, said, asked } = submission
    const { runId, tags } = run
    const facts = { runId, isUrgent, submittedAt, said, ...request, ...defined({ tags }), ...asked }
    const record = { type: 'prompt-queued', ...facts } as const
    this.#options.log?.addNew(record, place.recordCount)
    this.#lineUp({ submission, record, place })
  }

  /** Takes those out of the line that are like that. */
  take(isLike: (submission: Submission) => boolean): readonly Submission[] {
    const taken = this.#waiting.filter(({ submission }) => isLike(submission))
    this.#waiting = this.#waiting.filter((entry) => !taken.includes(entry))
    return taken.map(({ submission }) => submission)
  }

  /** Whether it waits. */
  has(runId: string): boolean {
    return this.#find(runId) !== undefined
  }

  /** The prompt of that request that waits. */
  findRequest(requestId: string): Submission | undefined {
    return this.#waiting.find(({ submission }) => submission.request?.requestId === requestId)?.submission
  }

  /** Puts a prompt in its place of which the store knows, or will by `record`. */
  restore(submission: Submission, record?: PromptRecord): void {
    this.#lineUp({ submission, record, place: this.takePlace() })
  }

  #lineUp(entry: Entry): void {
    const { run } = entry.submission
    const firstBehind = this.#waiting.findIndex((other) => goesBefore(entry, other))
    this.#waiting = this.#waiting.toSpliced(firstBehind >= 0 ? firstBehind : this.#waiting.length, 0, entry)
    const { signal } = run
    const takeOut = () => {
      const waiting = this.#find(run.runId)
      if (waiting?.submission.run === run) void this.#takeOut(waiting)
    }
    if (signal.aborted) takeOut()
    else signal.addEventListener('abort', takeOut, { once: true })
  }

  /** It is withdrawn, as the signal of its run says why. */
  #takeOut(entry: Entry): Promise<boolean> | undefined {
    const { run } = entry.submission
    this.#remove(entry)
    const stop = stopOfAbort(run.signal.reason)
    const written = this.#note({ type: 'prompt-ended', runId: run.runId, state: 'withdrawn', stop })
    this.#options.withdraw(entry.submission, written)
    return written
  }

  /** Says something else in its place. Resolves with whether the store has that, false where it does not wait; undefined where there is no store. */
  edit(record: PromptEdit): Promise<boolean> | undefined {
    const { runId, said } = record
    const entry = this.#find(runId)
    if (entry === undefined) return Promise.resolve(false)
    const written = this.#note(record)
    const edited = { ...entry, submission: { ...entry.submission, said }, record }
    this.#waiting = this.#waiting.map((other) => (other === entry ? edited : other))
    return written
  }

  /** Takes it out of the line. Resolves as {@link edit}. */
  withdraw(runId: string, reason?: unknown): Promise<boolean> | undefined {
    const entry = this.#find(runId)
    if (entry === undefined) return Promise.resolve(false)
    this.#remove(entry)
    void entry.submission.run.cancel(reason)
    return this.#takeOut(entry)
  }

  /** Begins the submission whose turn it is; one that cannot begin has failed, and the next is tried. */
  beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      this.#remove(next)
      const entry = next
      const { submission } = entry
      const { runId } = submission.run
      try {
        this.#options.begin(submission, (error) => this.#refused(entry, error))
      } catch (error) {
        // Its handle has the error.
        this.#noteFailed(entry, error)
        continue
      }
      // Written with the turn that has it, in the first commit of the run.
      this.#options.log?.deliver(runId)
      // What has been interrupted before it began still enters the history: the prompts stay in order.
      if (this.#waiting[0]?.submission.isUrgent === true) void submission.run.cancel('superseded')
      return
    }
  }

  /** It is the first again, as if it had not been begun; or it has failed. */
  #refused(entry: Entry, error: unknown): void {
    this.#options.log?.takeBackDelivery()
    if (error !== undefined) return this.#noteFailed(entry, error)
    this.#waiting = [entry, ...this.#waiting]
    // The store may have it in line, so that another owner would run it.
    if (entry.submission.run.signal.aborted) void this.#takeOut(entry)
  }

  #noteFailed({ submission }: Entry, error: unknown): void {
    const { runId } = submission.run
    void this.#note({ type: 'prompt-ended', runId, state: 'failed', stop: 'error', error: toErrorData(error) })
  }

  #note(record: PromptRecord): Promise<boolean> | undefined {
    return this.#options.log?.add(record)
  }

  #remove(entry: Entry): void {
    this.#waiting = this.#waiting.filter((other) => other !== entry)
  }

  #find(runId: string): Entry | undefined {
    return this.#waiting.find(({ submission }) => submission.run.runId === runId)
  }
}

/** Those that interrupt come first; among others alike, who was submitted first. */
function goesBefore({ submission, place }: Entry, other: Entry): boolean {
  if (submission.isUrgent !== other.submission.isUrgent) return submission.isUrgent
  return place.number < other.place.number
}
