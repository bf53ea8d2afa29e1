import type { PromptRecord } from './prompt-record.ts'

/** What became of the prompts that wait, as far as the store does not have it. */
export class QueueLog {
  #waiting: PromptRecord[] = []
  #stored = 0

  /** How many records there were. */
  get count(): number {
    return this.#stored + this.#waiting.length
  }

  /** How many of them the store has. */
  get stored(): number {
    return this.#stored
  }

  add(record: PromptRecord): void {
    this.#waiting.push(record)
  }

  /** Those behind the first `count`. */
  since(count: number): readonly PromptRecord[] {
    return this.#waiting.slice(count - this.#stored)
  }

  /** The store has the first `count`: they are forgotten. */
  markStored(count: number): void {
    this.#waiting = this.#waiting.slice(count - this.#stored)
    this.#stored = count
  }
}
