import type { Context } from '@geppetto/context'
import type { EventCursor } from '@geppetto/events'
import type { RunRequest } from '../contract/run-request.ts'
import { isSessionBusyError, isSessionConflictError } from '../contract/session-error.ts'
import type { StoredNote } from '../contract/store.ts'
import { isStoreFailure, wroteNothing } from '../contract/store-error.ts'
import type { StoreClaim } from '../ledger/store-claim.ts'
import type { RunEvents } from './run-events.ts'
import type { RunHost } from './run-host.ts'

/** Whose claim it is. */
export interface RunClaimOptions {
  readonly runId: string
  readonly host: RunHost
  readonly events: RunEvents
  readonly request: Partial<RunRequest>
  /** Whether the run still waits for it. */
  readonly isWanted: () => boolean
  /** Whether it leaves no trace where nothing of it has reached the store: it may be submitted again, and is then known to be the same. */
  readonly mayVanish: () => boolean
  readonly cancel: (reason: unknown) => void
}

/** How a run comes to its right to write, and to its place in the order of the session. */
export class RunClaim {
  readonly #options: RunClaimOptions
  /** Resolves when it is held, or never will be. */
  readonly #taken: PromiseWithResolvers<void> = Promise.withResolvers()
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers()
  #held: StoreClaim | undefined
  #refusal: unknown
  #startsBehind: EventCursor | undefined

  constructor(options: RunClaimOptions) {
    this.#options = options
  }

  /** Undefined where there is no store, or the store did not give it. */
  get held(): StoreClaim | undefined {
    return this.#held
  }

  /** Another owner has the session, or has changed it, or the store took nothing of a run that may vanish, and nothing has begun: the error that says so. */
  get refusal(): unknown {
    return this.#refusal
  }

  /** The last event before those of the run: undefined where it has not begun. */
  get startsBehind(): EventCursor | undefined {
    return this.#startsBehind
  }

  /** The run begins. */
  begin(): EventCursor {
    const { epoch = 0, last: seq } = this.#options.host.sequence
    this.#startsBehind = { epoch, seq }
    return this.#startsBehind
  }

  /** The user's words in the turn and the run's record are in the store before anything is sent. @throws SessionBusyError, SessionConflictError */
  async take(turnId: string, ctx: Context): Promise<void> {
    try {
      await this.#writeAhead(turnId, ctx)
    } catch (error) {
      if (this.#held?.isOver === true) this.#held = undefined
      if (this.#held === undefined && this.#isRefusal(error)) this.#refusal = error
      throw error
    }
  }

  /** Without a claim nothing was ever written. */
  #isRefusal(error: unknown): boolean {
    if (isSessionBusyError(error) || isSessionConflictError(error)) return true
    return isStoreFailure(error) && this.#options.mayVanish()
  }

  /** Whoever stopped the run is told that. */
  forgetRefusal(): void {
    this.#refusal = undefined
  }

  /** Nobody waits any more to write along with it. */
  close(): void {
    this.#taken.resolve()
    this.#closed.resolve()
  }

  /** Resolves when its run has ended, or was put back in line. */
  untilClosed(): Promise<void> {
    return this.#closed.promise
  }

  /** Writes what the session has beside its turns, once the run may write; whether it could: false where that time is over. */
  async writeAside(): Promise<boolean> {
    await this.#taken.promise
    return (await this.#held?.commitAside()) ?? false
  }

  async #writeAhead(turnId: string, ctx: Context): Promise<void> {
    const { runId, host, events, request, isWanted, mayVanish, cancel } = this.#options
    const onNotes = (notes: readonly StoredNote[]) => host.takeNotes(notes)
    const listener = { onLost: () => cancel('owner_lost'), onCancel: cancel, onNotes }
    const claim = await host.claim(runId, ctx, listener)
    if (claim === undefined) return
    // A store that comes late finds its run abandoned.
    if (!isWanted()) return claim.end()
    this.#held = claim
    const { epoch, journal } = claim
    host.sequence.epoch = epoch
    const { seq } = this.begin()
    events.tap(journal)
    const start = events.makeStart(ctx)
    const facts = { runId, turnId, startedAt: start.time, ...request }
    const isRefusal = (error: unknown) => isSessionConflictError(error) || (wroteNothing(error) && mayVanish())
    const starting = claim.begin([{ type: 'run-started', ...facts, epoch, seq }], [start], isRefusal)
    this.#taken.resolve()
    await starting
    // From here on the store has what was said before: those who follow the session live miss nothing.
    host.feed.begin(journal)
    events.tap(host.feed)
  }
}
