import { type CancelTimer, randomIds } from '@geppetto/context'
import type { Event } from '@geppetto/events'
import { defined, isSameJson } from '@geppetto/turns'
import { ClientError } from './client-error.ts'
import { Outbox, type PromptContent, type SubmitChoice, type Submitted } from './outbox.ts'
import type { AnswerIntent } from './protocol/intents.ts'
import type { AcceptedRun, SessionInfo } from './protocol/views.ts'
import type { Resolve } from './read-blocks.ts'
import type { ServerLink } from './server-link.ts'
import { SessionActions } from './session-actions.ts'
import { SessionDebug } from './session-debug.ts'
import { SessionFollower } from './session-follower.ts'
import { changed, emptyState, type SessionState } from './session-state.ts'

/** How long the connection is kept when nobody looks any more, in milliseconds: a page that is drawn anew comes back at once. */
const lingerMs = 1000

/** A session of a server, as one value that follows it. Followed while somebody has subscribed. */
export class SessionClient {
  readonly sessionId: string
  /** For those who look for faults. */
  readonly debug: SessionDebug
  readonly #link: ServerLink
  readonly #follower: SessionFollower
  readonly #actions: SessionActions
  readonly #outbox: Outbox
  readonly #closing = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #eventListeners = new Set<(event: Event) => void>()
  readonly #uses: { readonly onUse: () => void; readonly onIdle: () => void }
  #stopLinger: CancelTimer | undefined
  #state: SessionState
  #isStale = false

  /** @internal Made by `client.session(id)`. */
  constructor(
    link: ServerLink,
    sessionId: string,
    resolve: Resolve,
    uses: { readonly onUse: () => void; readonly onIdle: () => void },
  ) {
    const path = `/sessions/${encodeURIComponent(sessionId)}`
    this.sessionId = sessionId
    this.#link = link
    this.#uses = uses
    this.#state = emptyState(sessionId)
    this.#actions = new SessionActions(link, path, this.#closing.signal)
    this.#outbox = new Outbox({
      send: (choice, content, signal) => this.#actions.submit(choice, content, signal),
      onChange: () => this.#update(),
    })
    this.debug = new SessionDebug(link, path, resolve, this.#closing.signal)
    this.#follower = new SessionFollower(link, path, resolve, {
      onChange: () => this.#update(),
      onRequest: (requestId) => this.#outbox.remove(requestId),
      onEvent: (event) => {
        for (const listener of [...this.#eventListeners]) listener(event)
      },
      requests: () => this.#outbox.prompts.map(({ requestId }) => requestId),
    })
  }

  /** The session as it stands: the same object until something changes. */
  readonly getState = (): SessionState => {
    // Made when it is asked for: a page draws some of what comes, and what comes may be much.
    if (this.#isStale) this.#state = changed(this.#state, this.#makeState())
    this.#isStale = false
    return this.#state
  }

  /** Follows the session, and calls `listener` after each change, until what it returns is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#stopLinger?.()
    this.#listeners.add(listener)
    this.#uses.onUse()
    if (!this.#closing.signal.aborted) this.#follower.start()
    return () => {
      this.#listeners.delete(listener)
      this.#stopLinger?.()
      this.#stopLinger = this.#link.options.clock.schedule(() => this.#rest(), lingerMs)
    }
  }

  /** Calls `listener` with each event that counts, once, while the session is followed. */
  readonly onEvent = (listener: (event: Event) => void): (() => void) => {
    this.#eventListeners.add(listener)
    return () => void this.#eventListeners.delete(listener)
  }

  /** The state once it satisfies `isWanted` (default: once it is loaded). @throws ClientError when the session cannot be followed */
  async until(isWanted: (state: SessionState) => boolean = ({ isLoaded }) => isLoaded): Promise<SessionState> {
    const { promise, resolve, reject } = Promise.withResolvers<SessionState>()
    const check = () => {
      const state = this.getState()
      if (isWanted(state)) resolve(state)
      else if (state.error !== undefined) reject(state.error)
    }
    const leave = this.subscribe(check)
    check()
    try {
      return await promise
    } finally {
      leave()
    }
  }

  /**
   * Says something. It shows in `pending` at once; it is sent again, under the same id, until the server has it or refuses it. The same words and files twice while they are on
   * their way are one prompt. Never rejects.
   */
  submit(content: PromptContent, choice: SubmitChoice = {}): Promise<Submitted> {
    return this.#outbox.submit(content, choice)
  }

  /** Sends a prompt again that has failed. */
  retry(requestId: string, choice: Omit<SubmitChoice, 'requestId'> = {}): Promise<Submitted> {
    return this.#outbox.retry(requestId, choice)
  }

  /** Forgets a prompt that is not wanted any more. What the server has of it already, it runs. */
  discard(requestId: string): void {
    this.#outbox.discard(requestId)
  }

  /** Stops the run that is active, or the one that a prompt on its way is about to begin. @throws ClientError */
  async cancel(): Promise<void> {
    const { run } = this.getState()
    // Asked to stop before it was asked to begin, the server would stop nothing.
    const begun = run.runId === undefined ? await this.#outbox.sending : undefined
    const runId = begun?.status === 'accepted' ? begun.run.runId : run.runId
    await this.#actions.cancel(defined({ runId }))
  }

  /** Asks a turn's prompt once more; default: the latest's. @throws ClientError */
  async regenerate(turnId: string = this.#head(), profile?: string): Promise<AcceptedRun> {
    return this.#actions.regenerate({ ...this.#asked(profile), head: this.#head(), turnId })
  }

  /** Asks something else in the place of a turn's prompt. @throws ClientError */
  async edit(turnId: string, content: PromptContent, profile?: string): Promise<AcceptedRun> {
    return this.#actions.edit({ ...this.#asked(profile), head: this.#head(), turnId }, content)
  }

  /** Goes on with another branch: `tipId` of one of the branches of a turn. @throws ClientError */
  async checkout(tipId: string): Promise<void> {
    await this.#actions.checkout({ turnId: tipId, head: this.#head() })
  }

  /** A new session with the turns up to that one. @throws ClientError */
  async fork(turnId: string = this.#head(), title?: string): Promise<SessionInfo> {
    return this.#actions.fork({ turnId, ...defined({ title }) })
  }

  /** Goes on with a run that was cut off, failed or was stopped, or with the prompts that wait. @throws ClientError */
  resume(unsureCalls: 'tell' | 'run' = 'tell', profile?: string): Promise<AcceptedRun> {
    return this.#actions.resume({ ...this.#asked(profile), unsureCalls })
  }

  /** Gives what came of tool calls that wait for somebody, and goes on. @throws ClientError */
  async answer(answers: AnswerIntent['answers'], profile?: string): Promise<AcceptedRun> {
    return this.#actions.answer({ ...this.#asked(profile), head: this.#head(), answers })
  }

  /** Says something else in the place of a prompt that waits. @throws ClientError */
  editQueued(runId: string, content: PromptContent): Promise<void> {
    return this.#actions.editQueued(runId, content)
  }

  /** Takes a prompt out of the line. @throws ClientError */
  withdraw(runId: string): Promise<void> {
    return this.#actions.withdraw(runId)
  }

  /** Says other things of the session than it said. @throws ClientError */
  change(changes: { readonly title?: string; readonly profile?: string }): Promise<SessionInfo> {
    return this.#actions.change(changes)
  }

  /** Has the turns too that were before those that are loaded. */
  loadEarlier(): void {
    if (this.#follower.conversation.earlier > 0) this.#follower.loadEarlier()
  }

  /** Tries the server again now: where `connection` is `failed`, as once a user has signed in, or sooner than one that is `waiting`. */
  reconnect(): void {
    this.#follower.stop()
    if (this.#listeners.size > 0 && !this.#closing.signal.aborted) this.#follower.start()
  }

  /** Lets go of the server. What is on its way is given up. */
  close(): void {
    this.#closing.abort()
    this.#stopLinger?.()
    this.#outbox.close()
    this.#follower.stop()
    this.#uses.onIdle()
  }

  #asked(profile: string | undefined): { readonly requestId: string; readonly profile?: string } {
    return { requestId: randomIds.next('req'), ...defined({ profile }) }
  }

  /** The latest turn. @throws ClientError `nothing_to_run` */
  #head(): string {
    const head = this.#follower.conversation.head
    if (head === undefined) throw new ClientError('nothing_to_run', 'the session has no turn, or is not loaded yet')
    return head
  }

  /** Nobody looks any more. */
  #rest(): void {
    if (this.#listeners.size > 0) return
    this.#follower.stop()
    if (this.#outbox.prompts.length === 0) this.#uses.onIdle()
  }

  #update(): void {
    const { conversation, status } = this.#follower
    this.#outbox.confirm((turnId) => conversation.has(turnId), status?.queue ?? [])
    this.#isStale = true
    for (const listener of [...this.#listeners]) listener()
  }

  #makeState(): SessionState {
    const { conversation, status, connection, error } = this.#follower
    const { turns, earlier, progress, run } = conversation
    const before = this.#state
    const same = <T>(old: T, next: T): T => (isSameJson(old, next) ? old : next)
    return {
      sessionId: this.sessionId,
      connection,
      isLoaded: status !== undefined,
      ...defined({ title: status?.title, profile: status?.profile, error }),
      turns,
      earlier,
      run: same(before.run, run),
      queue: same(before.queue, status?.queue ?? []),
      pending: this.#outbox.prompts,
      progress,
    }
  }
}
