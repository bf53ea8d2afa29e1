import { randomIds } from '@geppetto/context'
import type { SessionMetadata } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import type { Caller } from './authorize.ts'
import { LiveSession } from './live-session.ts'
import type { ServerSettings } from './options.ts'
import { ProblemError } from './problem-error.ts'

/** What a session is made with. */
export interface NewSession {
  readonly sessionId?: string | undefined
  readonly title?: string | undefined
  readonly profile?: string | undefined
}

/** The sessions that somebody uses, each opened once. */
export class LiveSessions {
  readonly #settings: ServerSettings
  /** Who runs them, for other processes. */
  readonly #holder: string = randomIds.next('server')
  /** The one that was used longest ago first. */
  readonly #open = new Map<string, Promise<LiveSession>>()
  /** How many requests are at work on each. */
  readonly #held = new Map<string, number>()

  constructor(settings: ServerSettings) {
    this.#settings = settings
  }

  /** Makes a session, and stores it. One that its owner has made before is given as it is. @throws ProblemError `session_exists` */
  async create(
    caller: Caller,
    { sessionId = randomIds.next('ses'), title, profile }: NewSession,
  ): Promise<LiveSession> {
    const { store } = this.#settings
    const { ownerId } = caller
    const known = async (): Promise<LiveSession | undefined> => {
      const found = await store.find(sessionId)
      if (found !== undefined && found.metadata.ownerId !== ownerId) throw new ProblemError('session_exists')
      return found && this.#get(sessionId)
    }
    const before = await known()
    if (before !== undefined) return before
    const metadata: SessionMetadata = defined({ title, profile, ownerId })
    const live = LiveSession.create(this.#settings, this.#holder, sessionId, metadata)
    const { session } = await live.look()
    try {
      await session.save()
    } catch (error) {
      // The same request, made twice at the same time.
      const meanwhile = await known()
      if (meanwhile === undefined) throw error
      return meanwhile
    }
    this.#keep(sessionId, Promise.resolve(live))
    return live
  }

  /** The session, if the caller may see it: another's is not there for him. @throws ProblemError `no_such_session` */
  async find(caller: Caller, sessionId: string): Promise<LiveSession> {
    const found = await this.#settings.store.find(sessionId)
    const isTheirs = caller.ownerId === undefined || found?.metadata.ownerId === caller.ownerId
    if (found === undefined || !isTheirs) throw new ProblemError('no_such_session')
    return this.#get(sessionId)
  }

  /** Keeps a session open, if it is, until what it returns is called: who has it may begin something in it. */
  hold(sessionId: string): () => void {
    this.#held.set(sessionId, (this.#held.get(sessionId) ?? 0) + 1)
    return () => {
      const left = (this.#held.get(sessionId) ?? 1) - 1
      if (left > 0) this.#held.set(sessionId, left)
      else this.#held.delete(sessionId)
    }
  }

  /** Lets go of a session that is no more. */
  drop(sessionId: string): void {
    this.#open.delete(sessionId)
  }

  /** All that are open. */
  async all(): Promise<readonly LiveSession[]> {
    const opened = await Promise.allSettled(this.#open.values())
    return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }

  async #get(sessionId: string): Promise<LiveSession> {
    const known = this.#open.get(sessionId)
    const live = known ?? LiveSession.open(this.#settings, this.#holder, sessionId)
    this.#keep(sessionId, live)
    if (known === undefined) await this.#letGoOfIdle()
    return live
  }

  #keep(sessionId: string, live: Promise<LiveSession>): void {
    this.#open.delete(sessionId)
    this.#open.set(sessionId, live)
    live.catch(() => this.drop(sessionId))
  }

  async #letGoOfIdle(): Promise<void> {
    let tooMany = this.#open.size - this.#settings.limits.idleSessions
    for (const [sessionId, opening] of [...this.#open]) {
      if (tooMany-- <= 0) return
      const live = await opening.catch(() => undefined)
      if (live?.isInUse !== true && !this.#held.has(sessionId)) this.drop(sessionId)
    }
  }
}
