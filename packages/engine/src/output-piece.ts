import type { EventDraft, Segment, SegmentOutcome } from '@geppetto/events'
import type { Block } from '@geppetto/turns'
import { EngineError } from './engine-error.ts'

/** Counts what comes, for all pieces of a call: the sign of life that the idle limit looks at. */
export interface Activity {
  count: number
}

/** Publishes a piece's last event and makes its block; undefined when nothing is worth keeping. `end` is there only if its writer ended it. */
export type ClosePiece<End> = (outcome: SegmentOutcome, end: End | undefined) => Block | undefined

/** One piece of output, from its start to its block: the one place that knows whether it may still grow. */
export class OutputPiece<End = never> {
  readonly segment: Segment
  readonly #activity: Activity
  readonly #close: ClosePiece<End>
  #isOpen = true
  #block: Block | undefined

  constructor(segment: Segment, activity: Activity, close: ClosePiece<End>) {
    this.segment = segment
    this.#activity = activity
    this.#close = close
    activity.count++
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get block(): Block | undefined {
    return this.#block
  }

  append(delta: string): void {
    this.#assertOpen()
    if (delta === '') return
    this.#activity.count++
    this.segment.append(delta)
  }

  /** Publishes something that is no delta. */
  publish(draft: EventDraft): void {
    this.#assertOpen()
    this.#activity.count++
    this.segment.publish(draft)
  }

  /** Ends it, once; later calls do nothing. */
  close(outcome: SegmentOutcome, end?: End): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#activity.count++
    this.#block = this.#close(outcome, end)
  }

  #assertOpen(): void {
    if (this.#isOpen) return
    throw new EngineError('internal', 'this piece of the answer is finished, or its call is over: nothing can be added')
  }
}
