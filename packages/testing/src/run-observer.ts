import { type Event, type EventSink, isTerminal } from '@geppetto/events'
import type { Session, SessionStore } from '@geppetto/session'
import type { Turn } from '@geppetto/turns'
import { collectAll } from './conformance-case.ts'

/** A sink that looks, at the events that promise something, whether it is so. */
export class RunObserver implements EventSink {
  /** The session whose runs are looked at. */
  session: Session | undefined
  readonly #storeOf: () => SessionStore | undefined
  readonly #problems: string[] = []
  readonly #looking: Promise<void>[] = []
  /** The turn when the run began, or at the last step. */
  #latest: Turn | undefined

  constructor(storeOf: () => SessionStore | undefined) {
    this.#storeOf = storeOf
  }

  publish(event: Event): void {
    const { session } = this
    const { runId } = event.correlation
    if (session === undefined || session.active?.runId !== runId) return
    if (event.type === 'run-started') this.#latest = session.latest
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
    const before = this.#latest
    this.#latest = latest
    // What a step adds, or puts in the place of a result that was waited for.
    const news = latest?.blocks.filter((block) => !before?.blocks.includes(block)) ?? []
    if (news.length === 0) this.#problems.push('P5: a step that was committed is not in the history')
    const store = this.#storeOf()
    if (store === undefined) return
    const stored = JSON.stringify(await collectAll(store.read(id)))
    if (news.some((block) => !stored.includes(JSON.stringify(block))))
      this.#problems.push('P5: a step that was committed is not in the store')
  }
}
