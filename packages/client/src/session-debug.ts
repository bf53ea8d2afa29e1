import { type ClientError, toClientError } from './client-error.ts'
import { holdStream } from './hold-stream.ts'
import type { PauseIntent, RequestView, RunEvents, RunInfo, SentRequest, SnapshotView } from './protocol/debug.ts'
import type { Resolve } from './read-blocks.ts'
import { readRequestView, readRunEvents, readRunInfos, readSentRequests, readSnapshotViews } from './read-debug.ts'
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

  /** The runs of the session, oldest first. @throws ClientError */
  async runs(): Promise<readonly RunInfo[]> {
    return readRunInfos(await this.#link.ask(`${this.#path}/runs`, { signal: this.#signal }))
  }

  /** What was said of a run so far. @throws ClientError */
  async events(runId: string): Promise<RunEvents> {
    return readRunEvents(await this.#link.ask(`${this.#run(runId)}/events`, { signal: this.#signal }), this.#resolve)
  }

  /** The requests that were sent for a run, as far as the server still has them. @throws ClientError */
  async requests(runId: string): Promise<readonly SentRequest[]> {
    return readSentRequests(await this.#link.ask(`${this.#run(runId)}/requests`, { signal: this.#signal }))
  }

  /**
   * Has the runs of the session pause after each inference and after tools, until what it returns is called or the connection is gone: then they go on. Each pause
   * is told of by `debugger-paused`. `onChange` hears whether it is on, and why it cannot be.
   */
  stepThrough(onChange: (isOn: boolean, error?: ClientError) => void): () => void {
    const own = new AbortController()
    const signal = AbortSignal.any([own.signal, this.#signal])
    void this.#step(onChange, signal)
    return () => own.abort()
  }

  async #step(onChange: (isOn: boolean, error?: ClientError) => void, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      let error: ClientError | undefined
      const onOpen = () => {
        attempt = 0
        onChange(true)
      }
      try {
        await holdStream(this.#link, `${this.#path}/steps`, {}, { onOpen, onChunk: () => {} }, signal)
      } catch (thrown) {
        error = toClientError(thrown)
      }
      if (signal.aborted) return
      onChange(false, error)
      if (error !== undefined && !error.retryable) return
      await this.#link.rest(Math.max(attempt, 1), error, signal)
    }
  }

  /** The turn of a run as it stood before and behind each provider call. @throws ClientError */
  async snapshots(runId: string): Promise<readonly SnapshotView[]> {
    const path = `${this.#run(runId)}/snapshots`
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

  #run(runId: string): string {
    return `${this.#path}/runs/${encodeURIComponent(runId)}`
  }
}
