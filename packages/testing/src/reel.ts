import type { RecordedExchange, RecordedToolCall } from './cassette.ts'
import type { ReplayClock } from './replay-clock.ts'
import type { ReplayError } from './replay-error.ts'
import type { Scrub } from './scrub.ts'

/** What is replayed, and how it stands. */
export interface Replay {
  readonly clock: ReplayClock
  readonly scrub: Scrub
  readonly exchanges: Reel<RecordedExchange>
  readonly toolCalls: Reel<RecordedToolCall>
  /** Notes that the program does something else than what was recorded; the replay as a whole fails. */
  fail(message: string): ReplayError
}

/** Records of one kind, each to be used once. */
export class Reel<T extends RecordedExchange | RecordedToolCall> {
  readonly #what: string
  readonly #records: readonly T[]
  readonly #used = new Set<T>()
  #asked = 0

  constructor(what: string, records: readonly T[]) {
    this.#what = what
    this.#records = records
  }

  /**
   * The first record that was not used and does not differ: what goes on side by side may come in another order. Else a text that says
   * how the next one in order differs.
   */
  take(differences: (record: T) => readonly string[]): T | string {
    this.#asked++
    const unused = this.#records.filter((record) => !this.#used.has(record))
    const found = unused.find((record) => differences(record).length === 0)
    if (found !== undefined) {
      this.#used.add(found)
      return found
    }
    const [next] = unused
    const which = `${this.#what} ${this.#asked}`
    const count = this.#records.length
    if (next === undefined) return `${which} was not recorded: the cassette has ${count}, and all are used`
    return `${which} is not the one that was recorded:\n  ${differences(next).join('\n  ')}`
  }

  /** What was not used, one line each. */
  unused(): readonly string[] {
    return this.#records.flatMap((record, index) =>
      this.#used.has(record) ? [] : [`${this.#what} ${index + 1}: ${nameOf(record)}`],
    )
  }
}

function nameOf(record: RecordedExchange | RecordedToolCall): string {
  return 'request' in record ? `${record.request.method} ${record.host}${record.request.path}` : record.name
}
