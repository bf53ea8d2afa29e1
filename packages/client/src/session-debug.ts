import type { PauseIntent, RequestView, SnapshotView } from './protocol/debug.ts'
import type { Resolve } from './read-blocks.ts'
import { readRequestView, readSnapshotViews } from './read-views.ts'
import type { ServerLink } from './server-link.ts'

/** What a server that has `debug` lets look into. Others answer `not_found`. */
export class SessionDebug {
  readonly #link: ServerLink
  readonly #path: string
  readonly #resolve: Resolve
  readonly #signal: AbortSignal

  /** @internal Made by a session. */
  constructor(link: ServerLink, path: string, resolve: Resolve, signal: AbortSignal) {
    this.#link = link
    this.#path = path
    this.#resolve = resolve
    this.#signal = signal
  }

  /** The turn of a run as it stood before and behind each provider call. @throws ClientError */
  async snapshots(runId: string): Promise<readonly SnapshotView[]> {
    const path = `${this.#path}/runs/${encodeURIComponent(runId)}/snapshots`
    return readSnapshotViews(await this.#link.ask(path, { signal: this.#signal }), this.#resolve)
  }

  /** The request with which the prompt of a turn is sent. @throws ClientError */
  async request(turnId: string): Promise<RequestView> {
    const path = `${this.#path}/turns/${encodeURIComponent(turnId)}/request`
    return readRequestView(await this.#link.ask(path, { signal: this.#signal }))
  }

  /** Ends a pause of step mode, as `debugger-paused` names it. @throws ClientError `no_such_pause` */
  async endPause(pauseId: string, action: PauseIntent['action']): Promise<void> {
    const body: PauseIntent = { action }
    const path = `${this.#path}/pauses/${encodeURIComponent(pauseId)}`
    await this.#link.ask(path, { method: 'POST', body, signal: this.#signal })
  }
}
