import { assertKeepable } from './keepable-prompt.ts'
import type { PromptRecord } from './prompt-record.ts'

/** What a record comes to when the session is read again: it is to be written still, the store has it, or it does not fit any more. */
export type Fit = 'fits' | 'stored' | 'too-late'

/** What became of the prompts that wait, as far as the store does not have it. */
export class QueueLog {
  #waiting: PromptRecord[] = []
  #stored = 0
  #deliveries: PromptRecord[] = []
  #storedDeliveries = 0
  /** The last note of others that the records tell of, or that came to nothing. */
  notesTaken = 0
  /** So many of the first records are in a write of which nobody knows yet whether it reached the store: nothing comes between them. */
  fixed = 0
  /** Those of which the store has a note. */
  readonly #left = new WeakSet<PromptRecord>()
  /** Who wants to know whether a record came in time. */
  readonly #answers = new Map<PromptRecord, (isInTime: boolean) => void>()

  /** How many records there were, beside the deliveries. */
  get count(): number {
    return this.#stored + this.#waiting.length
  }

  /** How many of them the store has. */
  get stored(): number {
    return this.#stored
  }

  /** How many deliveries the store has. */
  get storedDeliveries(): number {
    return this.#storedDeliveries
  }

  /** How many deliveries there were. */
  get deliveryCount(): number {
    return this.#storedDeliveries + this.#deliveries.length
  }

  /** The records that the store has neither written nor as notes. */
  get unknown(): readonly PromptRecord[] {
    return this.#waiting.filter((record) => !this.#left.has(record))
  }

  /** Whether the store knows of a record that was added: it has written it, or has a note of it. */
  isKnown(record: PromptRecord): boolean {
    return this.#left.has(record) || !this.#waiting.includes(record)
  }

  /** Whether the end of that prompt is to be written. */
  isEnding(runId: string): boolean {
    return this.#waiting.some((record) => record.type === 'prompt-ended' && record.runId === runId)
  }

  /** The store has a note of it. */
  markLeft(record: PromptRecord): void {
    this.#left.add(record)
  }

  /**
   * Resolves with whether it came in time: once the store has it, or has something else that it does not fit. `place`: how many records there were when it happened;
   * default: now.
   */
  add(record: PromptRecord, place: number = this.count): Promise<boolean> {
    const first = Math.max(place, this.fixed, this.#stored)
    this.#waiting.splice(first - this.#stored, 0, record)
    return new Promise((resolve) => this.#answers.set(record, resolve))
  }

  /** Adds a prompt that is new, in its place. @throws SessionError `invalid_options` where a store could not keep it */
  addNew(record: PromptRecord, place: number | undefined): void {
    assertKeepable(record)
    void this.add(record, place)
  }

  /** A prompt has become a turn of the history: the store must not hear of that without the turn, so these stand apart. */
  deliver(runId: string): void {
    this.#deliveries.push({ type: 'prompt-ended', runId, state: 'delivered' })
  }

  /** The newest delivery did not take place, and the store has not heard of it. */
  takeBackDelivery(): void {
    this.#deliveries.pop()
  }

  /** Those behind the first `count`. */
  since(count: number): readonly PromptRecord[] {
    return this.#waiting.slice(count - this.#stored)
  }

  /** The deliveries behind the first `count`. */
  deliveriesSince(count: number): readonly PromptRecord[] {
    return this.#deliveries.slice(count - this.#storedDeliveries)
  }

  /**
   * The session is from here on what its store has: forgotten is what of the records does not fit into it, or is in it (`fitOf` is asked in their order), and the deliveries,
   * of which the store has no turn. Notes are to be taken anew.
   */
  rebase(fitOf: (record: PromptRecord) => Fit): void {
    this.#deliveries = []
    this.notesTaken = 0
    this.#waiting = this.#waiting.filter((record) => {
      const fit = fitOf(record)
      if (fit !== 'fits') this.#answer(record, fit === 'stored')
      return fit === 'fits'
    })
  }

  /** The store has the first `count` records, and the first `deliveries`: they are forgotten. */
  markStored(count: number, deliveries: number): void {
    for (const record of this.#waiting.splice(0, count - this.#stored)) this.#answer(record, true)
    this.#stored = count
    this.#deliveries = this.#deliveries.slice(deliveries - this.#storedDeliveries)
    this.#storedDeliveries = deliveries
  }

  #answer(record: PromptRecord, isInTime: boolean): void {
    this.#answers.get(record)?.(isInTime)
    this.#answers.delete(record)
  }
}
