import type { Event } from '@geppetto/events'
import { type ClientError, errorOf, toClientError } from './client-error.ts'
import { Conversation } from './conversation.ts'
import { followStream } from './follow-stream.ts'
import { problemOf } from './protocol/problem.ts'
import type { SessionStatus, TurnView } from './protocol/views.ts'
import { type Resolve, readEvent } from './read-blocks.ts'
import { readSnapshot, readStatus, readTurn } from './read-views.ts'
import type { ServerLink } from './server-link.ts'
import type { SessionState } from './session-state.ts'

/** What a follower tells. */
export interface FollowerListener {
  /** Something of the session, or of the connection, is another. */
  onChange(): void
  /** What became of this request stands in the session. */
  onRequest(requestId: string): void
  /** The requests that are on their way. */
  requests(): readonly string[]
  onEvent(event: Event): void
}

/** How long a connection holds that is a good one, in milliseconds. */
const steadyMs = 5_000

/** How many requests a server is asked about at a time. */
const askedAtOnce = 100

/** How many turns more are loaded at a time. */
const pageOfTurns = 100

/** Keeps up with a session over all that may happen to a connection: loads it, follows its events, comes again. */
export class SessionFollower {
  readonly conversation: Conversation = new Conversation()
  status: SessionStatus | undefined
  connection: SessionState['connection'] = 'idle'
  error: ClientError | undefined
  readonly #link: ServerLink
  readonly #path: string
  readonly #resolve: Resolve
  readonly #listener: FollowerListener
  #wantedTurns = pageOfTurns
  #running: AbortController | undefined
  /** Ends the stream that is open, so that another is opened. */
  #cut: (() => void) | undefined
  #mustLoad = false
  /** What is true once its turn has come. */
  #early: SessionStatus | undefined
  #isDeleted = false

  constructor(link: ServerLink, path: string, resolve: Resolve, listener: FollowerListener) {
    this.#link = link
    this.#path = path
    this.#resolve = resolve
    this.#listener = listener
  }

  /** Follows the session from here on. */
  start(): void {
    if (this.#running !== undefined || this.#isDeleted) return
    const running = new AbortController()
    this.#running = running
    this.error = undefined
    const stopListening = this.#link.options.connectivity.onChange(() => {
      if (!this.#link.options.connectivity.isOnline) this.#cut?.()
    })
    void this.#run(running.signal).finally(stopListening)
  }

  /** Stops to follow it; what was heard stays. */
  stop(): void {
    this.#running?.abort()
    this.#running = undefined
    if (this.error === undefined) this.#connect('idle')
  }

  /** Has more of the turns that were before those that are loaded. */
  loadEarlier(): void {
    this.#wantedTurns += pageOfTurns
    this.#mustLoad = true
    this.#cut?.()
  }

  /** Never rejects: what ends it is in `error`. */
  async #run(signal: AbortSignal): Promise<void> {
    let losses = 0
    for (let attempt = 1; !signal.aborted; attempt++) {
      this.#connect('connecting')
      let error: ClientError | undefined
      try {
        if (this.#mustLoad || this.conversation.isLost) await this.#load(signal)
        await this.#follow(signal, () => {
          attempt = 0
        })
        if (this.#isDeleted) error = errorOf(problemOf('no_such_session'))
      } catch (thrown) {
        error = toClientError(thrown)
      }
      if (signal.aborted) return
      if (error !== undefined && !error.retryable && error.code !== 'internal') return this.#fail(error)
      const isLost = this.#mustLoad || this.conversation.isLost
      losses = isLost ? losses + 1 : 0
      if (isLost && error === undefined && losses === 1) continue
      this.#connect(this.#link.options.connectivity.isOnline ? 'waiting' : 'offline')
      await this.#link.rest(Math.max(attempt, 1), error, signal)
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const asked = this.#listener.requests().slice(-askedAtOnce)
    const query = new URLSearchParams([['turns', String(this.#wantedTurns)], ...asked.map((id) => ['request', id])])
    const json = await this.#link.ask(`${this.#path}?${query}`, { signal })
    const { known, ...snapshot } = readSnapshot(json, this.#resolve)
    this.#mustLoad = false
    this.conversation.load(snapshot)
    this.status = snapshot
    this.#early = undefined
    for (const requestId of known) this.#listener.onRequest(requestId)
    this.#listener.onChange()
    // What was said since may stand there, too, and nobody has asked about it.
    const later = this.#listener.requests().slice(-askedAtOnce)
    if (later.some((requestId) => !asked.includes(requestId))) await this.#load(signal)
  }

  /** `onUse`: the connection brought something, or held for a while. One that is always cut at once is asked for ever more seldom. */
  async #follow(signal: AbortSignal, onUse: () => void): Promise<void> {
    const { cursor } = this.conversation
    if (cursor === undefined) return
    const own = new AbortController()
    const cut = () => own.abort()
    signal.addEventListener('abort', cut, { once: true })
    this.#cut = cut
    const { conversation } = this
    const { clock } = this.#link.options
    let openedAt = Number.POSITIVE_INFINITY
    const listener = {
      onOpen: () => {
        openedAt = clock.now()
        this.#connect('live')
      },
      onEvent: (event: Event) => {
        const read = readEvent(event, this.#resolve)
        if (!conversation.takeEvent(read)) return
        onUse()
        this.#listener.onEvent(read)
      },
      onTurn: (json: unknown) => this.#takeTurn(readTurn(json, this.#resolve)),
      onStatus: (json: unknown) => this.#takeStatus(readStatus(json, this.#resolve)),
      onDeleted: () => {
        this.#isDeleted = true
      },
      onChunk: () => {
        this.#listener.onChange()
        if (conversation.isLost || this.#isDeleted) cut()
      },
    }
    try {
      await followStream(this.#link, `${this.#path}/events`, cursor, listener, own.signal)
    } finally {
      if (clock.now() - openedAt >= steadyMs) onUse()
      signal.removeEventListener('abort', cut)
      // One that was stopped may end after the next has begun.
      if (this.#cut === cut) this.#cut = undefined
    }
  }

  /** What is said of a run whose turn is yet to come is kept until then: its prompt would stand nowhere. */
  #takeStatus(status: SessionStatus): void {
    const { run, head } = status
    const isActive = run.status === 'running' || run.status === 'stopping'
    const isEarly = isActive && head !== undefined && !this.conversation.has(head)
    this.#early = isEarly ? status : undefined
    if (isEarly) return
    this.status = status
    this.conversation.takeStatus(status)
  }

  #takeTurn(turn: TurnView): void {
    this.conversation.takeTurn(turn)
    const requestId = turn.begins?.requestId
    if (this.#early !== undefined) this.#takeStatus(this.#early)
    if (requestId !== undefined) this.#listener.onRequest(requestId)
  }

  #connect(connection: SessionState['connection']): void {
    this.connection = connection
    this.#listener.onChange()
  }

  #fail(error: ClientError): void {
    this.error = error
    this.#running = undefined
    this.#connect('failed')
  }
}
