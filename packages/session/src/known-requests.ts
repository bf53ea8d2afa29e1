import type { ExecutionHandle } from './execution-handle.ts'

/** How many requests are remembered by their ids. Each keeps its result and events, so not for ever. */
const rememberedRequests = 100

/** The newest requests, and those of which something is still to come, by the ids that their callers gave them. */
export class KnownRequests {
  readonly #handles = new Map<string, ExecutionHandle>()

  /** The handle of a request that was submitted before. */
  find(requestId: string | undefined): ExecutionHandle | undefined {
    return requestId === undefined ? undefined : this.#handles.get(requestId)
  }

  remember(requestId: string | undefined, handle: ExecutionHandle): void {
    if (requestId === undefined) return
    this.#handles.set(requestId, handle)
    if (this.#handles.size <= rememberedRequests) return
    for (const [oldest, { isRunning }] of this.#handles) {
      // Forgotten, it would be run a second time.
      if (isRunning) continue
      this.#handles.delete(oldest)
      if (this.#handles.size <= rememberedRequests) return
    }
  }
}
