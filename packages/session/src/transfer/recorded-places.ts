import { compareCursors, type EventCursor } from '@geppetto/events'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import type { StoredRecord } from '../contract/store.ts'

/** What the records of a session, as they are stored, tell of its runs: also those that cannot be opened. */
export class RecordedPlaces {
  readonly #runIds = new Set<string>()
  #open: { readonly runId: unknown; readonly epoch: unknown } | undefined
  #last: EventCursor = { epoch: 0, seq: 0 }

  add({ type, runId, epoch, seq }: StoredRecord): void {
    switch (type) {
      case 'run-started':
        this.#open = { runId, epoch }
        this.#addRun(runId)
        return this.#tell(epoch, seq)
      case 'step-reached':
        return this.#tell(this.#open?.epoch, seq)
      case 'run-settled':
        if (this.#open?.runId === runId) this.#open = undefined
        // The beginning of a run may not have reached the store.
        this.#addRun(runId)
        return this.#tell(epoch, seq)
    }
  }

  /** The last event that a record tells of. */
  get last(): EventCursor {
    return this.#last
  }

  /** Whether the newest run has not been settled. */
  get hasOpenRun(): boolean {
    return this.#open !== undefined
  }

  /** Whether the run of an event, if there is one, has a record. */
  hasRunOf({ correlation }: JsonObject): boolean {
    const { runId, parentRunId } = isJsonObject(correlation) ? correlation : {}
    if (typeof runId !== 'string' || this.#runIds.has(runId)) return true
    return typeof parentRunId === 'string' && this.#runIds.has(parentRunId)
  }

  #addRun(runId: unknown): void {
    if (typeof runId === 'string') this.#runIds.add(runId)
  }

  #tell(epoch: unknown, seq: unknown): void {
    if (typeof epoch !== 'number' || typeof seq !== 'number') return
    const told = { epoch, seq }
    if (compareCursors(told, this.#last) > 0) this.#last = told
  }
}
