import { type Event, type EventSink, isTerminal } from '@geppetto/events'
import type { Session, SessionStore } from '@geppetto/session'
import { collectAll } from './conformance-case.ts'

/** A sink that looks, at the events that promise something, whether it is so. */
export class RunObserver implements EventSink {
  /** The session whose runs are looked at. */
  session: Session | undefined
  readonly #storeOf: () => SessionStore | undefined
  readonly #problems: string[] = []
  readonly #looking: Promise<void>[] = []
  /** How many blocks the turn had when the run began, or at the last step. */
  #blockCount = 0

  constructor(storeOf: () => SessionStore | undefined) {
    this.#storeOf = storeOf
  }

  publish(event: Event): void {
    const { session } = this
    const { runId } = event.correlation
    if (session === undefined || session.active?.runId !== runId) return
    if (event.type === 'run-started') this.#blockCount = session.latest?.blocks.length ?? 0
    if (isTerminal(event)) this.#problems.push('P2: the session was not free when the last event came')
    if (event.type === 'step-committed') this.#looking.push(this.#lookForStep(session))
  }

  /** What was wrong. */
  async found(): Promise<readonly string[]> {
    await Promise.all(this.#looking)
    return this.#problems
  }

  /** A step that is told of as committed is in the history, and in the store. */
  async #lookForStep({ id, latest }: Session): Promise<void> {
    const blocks = latest?.blocks ?? []
    if (blocks.length <= this.#blockCount) this.#problems.push('P5: a step that was committed is not in the history')
    this.#blockCount = blocks.length
    const last = blocks.at(-1)
    const store = this.#storeOf()
    if (last === undefined || store === undefined) return
    const records = JSON.stringify(await collectAll(store.read(id)))
    if (!records.includes(JSON.stringify(last.id)))
      this.#problems.push('P5: a step that was committed is not in the store')
  }
}
