import type { EventDraft, Segment, SegmentOutcome } from '@geppetto/events'
import type { Block, BlockFields } from '@geppetto/turns'
import type { SegmentEnd } from './adapter.ts'
import { EngineError } from './engine-error.ts'
import { createWellFormedText, type WellFormedText } from './well-formed-text.ts'

/** Counts what comes, for all pieces of a call: the sign of life that the idle limit looks at. */
export interface Activity {
  count: number
}

/** What a call begins a piece with. */
export interface PieceStart {
  readonly segment: Segment
  readonly activity: Activity
  /** What its block has beside what it says. */
  readonly fieldsOf: (outcome: SegmentOutcome, end: SegmentEnd | undefined) => BlockFields
}

/** How a piece ended. `end` is there only if its writer ended it. */
export interface Closing<End> {
  readonly outcome: SegmentOutcome
  readonly text: string
  readonly fields: BlockFields
  readonly end: End | undefined
}

/**
 * One piece of output, from its start to its block, and the writer that adapters are given of it: the one place that knows its text, and whether it may still grow.
 * Deltas go through it, so a class and no functions made for each piece, of which each would be compiled anew.
 */
export abstract class OutputPiece<End extends SegmentEnd = SegmentEnd> {
  readonly #start: PieceStart
  readonly #segment: Segment
  readonly #activity: Activity
  /** For pieces that are cut in the middle of a character; most answers have none. */
  #joiner: WellFormedText | undefined
  #isOpen = true
  #block: Block | undefined

  constructor(start: PieceStart) {
    this.#start = start
    this.#segment = start.segment
    this.#activity = start.activity
    start.activity.count++
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get block(): Block | undefined {
    return this.#block
  }

  /** What was appended so far, as it is said: half a character is at most its last. Joined when it is read, so not for each delta. */
  get text(): string {
    return this.#segment.text + (this.#joiner?.held ?? '')
  }

  append(delta: string): void {
    this.#assertOpen()
    if (this.#joiner === undefined && delta.isWellFormed()) this.#say(delta)
    else {
      this.#joiner ??= createWellFormedText()
      this.#say(this.#joiner.push(delta))
    }
  }

  finish(end?: End): void {
    this.close('completed', end)
  }

  /** The answer is whole and this piece of it is not. */
  cutOff(end?: End): void {
    this.close('failed', end)
  }

  /** Publishes something that is no delta. */
  publish(draft: EventDraft): void {
    this.#assertOpen()
    this.#activity.count++
    this.#segment.publish(draft)
  }

  /** Ends it, once; later calls do nothing. */
  close(outcome: SegmentOutcome, end?: End): void {
    if (!this.#isOpen) return
    if (this.#joiner !== undefined) this.#say(this.#joiner.end())
    this.#isOpen = false
    this.#activity.count++
    const { text } = this.#segment
    this.#block = this.toBlock({ outcome, text, fields: this.#start.fieldsOf(outcome, end), end }, this.#segment)
  }

  /** Publishes its last event and makes its block; undefined when nothing is worth keeping. */
  protected abstract toBlock(closing: Closing<End>, segment: Segment): Block | undefined

  #say(text: string): void {
    if (text === '') return
    this.#activity.count++
    this.#segment.append(text)
  }

  #assertOpen(): void {
    if (this.#isOpen) return
    throw new EngineError('internal', 'this piece of the answer is finished, or its call is over: nothing can be added')
  }
}
