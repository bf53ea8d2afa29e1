import type { SentRequest } from '@geppetto/client/protocol'

/** How much of them is kept, in characters of their bodies, of all sessions together. */
const maxCharacters = 16 * 1024 * 1024

/** The requests that were sent to providers, for those who look for faults: in memory, the newest, and bounded. */
export class RequestLog {
  readonly #entries: { readonly sessionId: string; readonly runId: string; readonly request: SentRequest }[] = []
  #characters = 0

  add(sessionId: string, runId: string, request: SentRequest): void {
    this.#entries.push({ sessionId, runId, request })
    this.#characters += request.body.length
    // The newest stays, however large it is.
    while (this.#characters > maxCharacters && this.#entries.length > 1)
      this.#characters -= this.#entries.shift()?.request.body.length ?? 0
  }

  /** Those of a run of that session, in the order in which they were sent. */
  of(sessionId: string, runId: string): readonly SentRequest[] {
    return this.#entries.flatMap((entry) =>
      entry.sessionId === sessionId && entry.runId === runId ? [entry.request] : [],
    )
  }
}
