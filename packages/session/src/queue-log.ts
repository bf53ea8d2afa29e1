import type { PromptRecord } from './prompt-record.ts'

/** What became of the prompts that wait, as far as the store does not have it. */
export class QueueLog {
  #waiting: PromptRecord[] = []
  #stored = 0
  #deliveries: PromptRecord[] = []
  #storedDeliveries = 0
  /** How many deliveries have been part of a write, however it ended. */
  #offered = 0

  /** How many records there were, beside the deliveries. */
  get count(): number {
    return this.#stored + this.#waiting.length
  }

  /** How many of them the store has. */
  get stored(): number {
    return this.#stored
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

  /** The newest delivery did not take place; false where the store may have heard of it. */
  takeBackDelivery(): boolean {
    if (this.deliveryCount <= this.#offered) return false
    this.#deliveries.pop()
    return true
  }

  /** Those behind the first `count`. */
  since(count: number): readonly PromptRecord[] {
    return this.#waiting.slice(count - this.#stored)
  }

  /** The deliveries behind the first `count`. */
  deliveriesSince(count: number): readonly PromptRecord[] {
    this.#offered = this.deliveryCount
    return this.#deliveries.slice(count - this.#storedDeliveries)
  }

  /** The store has the first `count` records, and the first `deliveries`: they are forgotten. */
  markStored(count: number, deliveries: number): void {
    this.#waiting = this.#waiting.slice(count - this.#stored)
    this.#stored = count
    this.#deliveries = this.#deliveries.slice(deliveries - this.#storedDeliveries)
    this.#storedDeliveries = deliveries
  }
}
