import type { PromptRecord } from './prompt-record.ts'

/** What became of the prompts that wait, as far as the store does not have it. */
export class QueueLog {
  #waiting: PromptRecord[] = []
  #stored = 0
  #deliveries: PromptRecord[] = []
  #storedDeliveries = 0

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

  add(record: PromptRecord): void {
    this.#waiting.push(record)
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
   * The session is from here on what its store has: forgotten is what of the records does not fit into it (`fits` is asked in their order), and the deliveries,
   * of which the store has no turn.
   */
  rebase(fits: (record: PromptRecord) => boolean): void {
    this.#waiting = this.#waiting.filter(fits)
    this.#deliveries = []
  }

  /** The store has the first `count` records, and the first `deliveries`: they are forgotten. */
  markStored(count: number, deliveries: number): void {
    this.#waiting = this.#waiting.slice(count - this.#stored)
    this.#stored = count
    this.#deliveries = this.#deliveries.slice(deliveries - this.#storedDeliveries)
    this.#storedDeliveries = deliveries
  }
}
