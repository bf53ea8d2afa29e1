import { type Event, type EventCursor, isEvent, isTerminal } from '@geppetto/events'
import { createTurn, pendingCalls, type Turn } from '@geppetto/turns'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunResult } from '../contract/run-result.ts'
import type { RunSummary } from '../contract/run-summary.ts'
import type { StoredEvent } from '../contract/store.ts'

/** What a handle of an earlier time is made of. */
export interface StoredHandleOptions {
  /** The events of the session behind that one; undefined where nothing keeps them any more. */
  readonly readEvents: ((after: EventCursor) => AsyncIterable<StoredEvent>) | undefined
  readonly sessionId: string
  readonly summary: Omit<RunSummary, 'turnId'>
  /** The last event before the run's; undefined where it never began, and so has none. */
  readonly start: EventCursor | undefined
  /** The turn as it stands. @throws SessionError `invalid_stored_session` */
  readonly turn: () => Turn
}

/** A run that ended before the session was opened, or long ago. */
export class StoredHandle implements ExecutionHandle {
  readonly state = 'settled'
  readonly isRunning = false
  readonly #options: StoredHandleOptions

  constructor(options: StoredHandleOptions) {
    this.#options = options
  }

  get runId(): string {
    return this.#options.summary.runId
  }

  get sessionId(): string {
    return this.#options.sessionId
  }

  async wait(): Promise<RunResult> {
    try {
      return this.#resultWith(this.#options.turn())
    } catch (error) {
      // What it came to cannot be read: that is all there is to tell.
      const { runId, usage } = this.#options.summary
      return { status: 'failed', stop: 'error', error, runId, turn: createTurn(), usage, warnings: [] }
    }
  }

  #resultWith(turn: Turn): RunResult {
    const { runId, status, stop, usage, error } = this.#options.summary
    const facts = { runId, turn, stop, usage, warnings: [] }
    switch (status) {
      case 'completed':
      case 'cancelled':
        return { status, ...facts }
      case 'failed':
        return { status, error, ...facts }
      case 'waiting':
        return { status, pending: pendingCalls(turn), ...facts }
    }
  }

  cancel(): Promise<RunResult> {
    return this.wait()
  }

  async *events(): AsyncGenerator<Event, undefined> {
    const { start, summary, readEvents } = this.#options
    if (start === undefined || readEvents === undefined) return
    let isFirst = true
    for await (const { event } of readEvents(start)) {
      if (!isEvent(event)) continue
      yield event
      if (isTerminal(event) && event.correlation.runId === summary.runId) return
      // In the place of events that were thrown away, to the last of this run: what follows is of later ones.
      if (isFirst && event.type === 'gap') return
      isFirst = false
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
