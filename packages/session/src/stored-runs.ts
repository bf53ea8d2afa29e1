import type { RunRecord } from './session-record.ts'

/** A run as the records of its session tell of it. */
export interface StoredRun {
  readonly runId: string
  readonly turnId: string
  /** Of its events, and the number of the last event before them. */
  readonly epoch: number
  readonly startedSeq: number
  /** The last event that the stored turn has taken in. */
  reachedSeq: number
  /** The calls that may have run. */
  readonly startedCalls: Set<string>
}

/** What became of the runs of a session. */
export class StoredRuns {
  #open: StoredRun | undefined
  #lastSeq = 0

  accept(record: RunRecord): void {
    switch (record.type) {
      case 'run-started': {
        const { runId, turnId, epoch, seq } = record
        this.#open = { runId, turnId, epoch, startedSeq: seq, reachedSeq: seq, startedCalls: new Set() }
        this.#lastSeq = Math.max(this.#lastSeq, seq)
        return
      }
      case 'step-reached':
        if (this.#open?.runId === record.runId) this.#open.reachedSeq = record.seq
        return
      case 'call-started':
        if (this.#open?.runId === record.runId) this.#open.startedCalls.add(record.callId)
        return
      case 'run-settled':
        if (this.#open?.runId === record.runId) this.#open = undefined
        this.#lastSeq = Math.max(this.#lastSeq, record.seq)
    }
  }

  /** The newest run, where nobody has settled it: it goes on elsewhere, or its owner is gone. */
  get open(): StoredRun | undefined {
    return this.#open
  }

  /** The number of the last event that a record tells of. */
  get lastSeq(): number {
    return this.#lastSeq
  }
}
