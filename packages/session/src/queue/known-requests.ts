import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunRequest } from '../contract/run-request.ts'
import { SessionError } from '../contract/session-error.ts'

/** How many settled requests keep their results and events in memory; of older ones what became of them is kept. */
const wholeRequests = 100

/** A request that was submitted. */
export interface KnownRequest extends RunRequest {
  readonly handle: ExecutionHandle
  /** Whether it was refused before anything of it was run or stored: it may be submitted again. */
  readonly isRefused?: () => boolean
  /** What stays of it: less than the whole. Undefined where it does already. */
  readonly shorten?: () => ExecutionHandle
}

/** The requests by the ids that their callers gave them, for good: forgotten, one would be run a second time. */
export class KnownRequests {
  readonly #known = new Map<string, KnownRequest>()
  /** Those that are whole, oldest first. */
  readonly #whole = new Map<string, KnownRequest>()

  /** What was submitted under that id. @throws SessionError `request_mismatch` when it was another prompt */
  find(request: RunRequest | undefined): KnownRequest | undefined {
    const known = request && this.#known.get(request.requestId)
    const digests = [request?.promptDigest, known?.promptDigest]
    if (known === undefined || digests.includes(undefined) || digests[0] === digests[1]) return known
    throw requestMismatch(known.requestId, known.handle.runId)
  }

  /** Whether that is known which became, or becomes, of a request of that id. */
  has(requestId: string): boolean {
    const known = this.#known.get(requestId)
    return known !== undefined && known.isRefused?.() !== true
  }

  remember(known: KnownRequest): void {
    const { requestId, shorten } = known
    this.#known.set(requestId, known)
    this.#whole.delete(requestId)
    if (shorten === undefined) return
    this.#whole.set(requestId, known)
    if (this.#whole.size <= wholeRequests) return
    for (const [oldest, { handle }] of this.#whole) {
      if (handle.isRunning) continue
      this.#shorten(oldest)
      if (this.#whole.size <= wholeRequests) return
    }
  }

  #shorten(requestId: string): void {
    const whole = this.#whole.get(requestId)
    this.#whole.delete(requestId)
    if (whole?.shorten === undefined) return
    // Refused, it is as if it had never been submitted.
    if (whole.isRefused?.() === true) this.#known.delete(requestId)
    else {
      const { shorten: _, isRefused: _refused, ...facts } = whole
      this.#known.set(requestId, { ...facts, handle: whole.shorten() })
    }
  }
}

/** Another prompt was submitted under the id of a request. */
export function requestMismatch(requestId: string, runId: string): SessionError {
  return new SessionError(
    'request_mismatch',
    `requestId ${requestId} is that of another prompt, which is run ${runId}: give each prompt an id of its own, and the same prompt alone the same one`,
    { field: 'requestId' },
  )
}
