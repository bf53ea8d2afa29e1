import type { EventCursor } from '@geppetto/events'
import { defined } from '@geppetto/turns'
import type { RunRequest } from '../contract/run-request.ts'
import type { RunSummary } from '../contract/run-summary.ts'
import type { RunRecord } from './run-record.ts'

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
  /** The calls that may have run, where there are some. */
  startedCalls?: Set<string>
}

/** The end of a run. */
interface SettledRun {
  readonly record: RunSummary | Extract<RunRecord, { readonly type: 'run-settled' }>
  /** Undefined where its beginning could not be written: then it follows the end of the run before it. */
  readonly run: StoredRun | undefined
  readonly before: EventCursor
}

function summaryOf({ record, run }: SettledRun): RunSummary {
  const requestId = record.requestId ?? run?.request.requestId
  if (!('type' in record)) return record
  const { type: _, settledAt: _at, epoch: _epoch, seq: _seq, promptDigest: _digest, ...facts } = record
  return { ...facts, ...defined({ requestId }) }
}

function answerTo(settled: SettledRun): AnsweredRequest {
  const { record, run, before } = settled
  const summary = summaryOf(settled)
  const digest = 'type' in record ? record.promptDigest : undefined
  const start = run === undefined ? before : { epoch: run.epoch, seq: run.startedSeq }
  return { summary, promptDigest: digest ?? run?.request.promptDigest, turnId: summary.turnId, start }
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

const noRequest: StoredRun['request'] = {}

/** What became of the runs of a session. */
export class StoredRuns {
  /** By the ids of the requests, oldest first. */
  readonly requests: Map<string, AnsweredRequest> = new Map()
  /** As they are stored, oldest first: nobody asks for most of them. */
  readonly #settled: SettledRun[] = []
  /** The same by the ids of the runs, as far as they were there when somebody asked. */
  readonly #byId = new Map<string, SettledRun>()
  #open: StoredRun | undefined
  #last: SettledRun | undefined
  #lastSeq = 0
  /** The last event of the newest run that has been settled. */
  #lastEnd: EventCursor = { epoch: 0, seq: 0 }

  accept(record: RunRecord): void {
    switch (record.type) {
      case 'run-started': {
        const { runId, turnId, requestId, promptDigest, epoch, seq } = record
        const isForNone = requestId === undefined && promptDigest === undefined
        const request = isForNone ? noRequest : defined({ requestId, promptDigest })
        this.#open = { runId, turnId, request, epoch, startedSeq: seq, reachedSeq: seq }
        return
      }
      case 'step-reached':
        if (this.#open?.runId === record.runId) this.#open.reachedSeq = record.seq
        return
      case 'call-started':
        if (this.#open?.runId !== record.runId) return
        this.#open.startedCalls ??= new Set()
        this.#open.startedCalls.add(record.callId)
        return
      case 'run-settled': {
        const { epoch, seq } = record
        const run = this.#open?.runId === record.runId ? this.#open : undefined
        const settled = { record, run, before: this.#lastEnd }
        this.#keep(settled, record.requestId ?? run?.request.requestId)
        this.#lastEnd = { epoch, seq }
        this.#lastSeq = Math.max(this.#lastSeq, seq)
      }
    }
  }

  /** A run has been settled by whoever has just done it. */
  settle(summary: RunSummary): void {
    const run = this.#open?.runId === summary.runId ? this.#open : undefined
    this.#keep({ record: summary, run, before: this.#lastEnd }, summary.requestId)
  }

  #keep(settled: SettledRun, requestId: string | undefined): void {
    this.#last = settled
    if (settled.run !== undefined) this.#open = undefined
    this.#settled.push(settled)
    if (requestId !== undefined) this.requests.set(requestId, answerTo(settled))
  }

  /** What became of a run; undefined where it has not ended. */
  answerOf(runId: string): AnsweredRequest | undefined {
    for (const settled of this.#settled.slice(this.#byId.size)) this.#byId.set(settled.record.runId, settled)
    const settled = this.#byId.get(runId)
    return settled && answerTo(settled)
  }

  /** The ids of all. */
  get ids(): readonly string[] {
    return [...this.#settled.map(({ record }) => record.runId), ...(this.#open === undefined ? [] : [this.#open.runId])]
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
    return this.#last && summaryOf(this.#last)
  }

  /** The number of the last event that a record tells of. */
  get lastSeq(): number {
    return this.#lastSeq
  }
}
