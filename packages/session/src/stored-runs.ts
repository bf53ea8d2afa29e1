import type { EventCursor } from '@geppetto/events'
import { defined } from '@geppetto/turns'
import type { RunRecord } from './run-record.ts'
import type { RunRequest } from './run-request.ts'
import type { RunSummary } from './run-summary.ts'

/** A run as the records of its session tell of it. */
export interface StoredRun {
  readonly runId: string
  readonly turnId: string
  readonly request: Partial<RunRequest>
  /** Of its events, and the number of the last event before them. */
  readonly epoch: number
  readonly startedSeq: number
  /** The last event that the stored turn has taken in. */
  reachedSeq: number
  /** The calls that may have run. */
  readonly startedCalls: Set<string>
}

/** A request of which nothing is to come any more. */
export interface AnsweredRequest {
  readonly summary: Omit<RunSummary, 'turnId'>
  /** Of what was submitted. */
  readonly promptDigest: string | undefined
  /** Undefined where no run began: the prompt was withdrawn, say. */
  readonly turnId: string | undefined
  /** The last event before the run's. */
  readonly start: EventCursor | undefined
}

/** What became of the runs of a session. */
export class StoredRuns {
  /** By the ids of the requests, oldest first. */
  readonly requests: Map<string, AnsweredRequest> = new Map()
  /** By the ids of the runs. */
  readonly #answers = new Map<string, AnsweredRequest>()
  #open: StoredRun | undefined
  #last: RunSummary | undefined
  #lastSeq = 0
  /** The last event of the newest run that has been settled. */
  #lastEnd: EventCursor = { epoch: 0, seq: 0 }

  accept(record: RunRecord): void {
    switch (record.type) {
      case 'run-started': {
        const { runId, turnId, requestId, promptDigest, epoch, seq } = record
        const request = defined({ requestId, promptDigest })
        const startedCalls = new Set<string>()
        this.#open = { runId, turnId, request, epoch, startedSeq: seq, reachedSeq: seq, startedCalls }
        this.#lastSeq = Math.max(this.#lastSeq, seq)
        return
      }
      case 'step-reached':
        if (this.#open?.runId === record.runId) this.#open.reachedSeq = record.seq
        return
      case 'call-started':
        if (this.#open?.runId === record.runId) this.#open.startedCalls.add(record.callId)
        return
      case 'run-settled': {
        const { type: _, settledAt: _at, epoch, seq, promptDigest, ...facts } = record
        const run = this.#open?.runId === record.runId ? this.#open : undefined
        this.settle({ ...facts, ...defined({ requestId: facts.requestId ?? run?.request.requestId }) }, promptDigest)
        this.#lastEnd = { epoch, seq }
        this.#lastSeq = Math.max(this.#lastSeq, seq)
      }
    }
  }

  /** A run has been settled: the records say so, or whoever has just done it. */
  settle(summary: RunSummary, digest?: string): void {
    const { requestId, turnId } = summary
    this.#last = summary
    const run = this.#open?.runId === summary.runId ? this.#open : undefined
    if (run !== undefined) this.#open = undefined
    // Where its beginning could not be written, it follows the end of the run before it.
    const start = run === undefined ? this.#lastEnd : { epoch: run.epoch, seq: run.startedSeq }
    const promptDigest = digest ?? run?.request.promptDigest
    const answer = { summary, promptDigest, turnId, start }
    this.#answers.set(summary.runId, answer)
    if (requestId !== undefined) this.requests.set(requestId, answer)
  }

  /** What became of a run; undefined where it has not ended. */
  answerOf(runId: string): AnsweredRequest | undefined {
    return this.#answers.get(runId)
  }

  /** The newest run, where nobody has settled it: it goes on elsewhere, or its owner is gone. */
  get open(): StoredRun | undefined {
    return this.#open
  }

  /** The last event that the newest turn in the store has taken in. */
  get reached(): EventCursor {
    const open = this.#open
    return open === undefined ? this.#lastEnd : { epoch: open.epoch, seq: open.reachedSeq }
  }

  /** What became of the newest run that has been settled. */
  get last(): RunSummary | undefined {
    return this.#last
  }

  /** The number of the last event that a record tells of. */
  get lastSeq(): number {
    return this.#lastSeq
  }
}
