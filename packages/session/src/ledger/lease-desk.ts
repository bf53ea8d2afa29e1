import { type Context, sleep } from '@geppetto/context'
import { isSessionBusyError, isSessionConflictError } from '../contract/session-error.ts'
import type { Lease, SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { leaseTtlMs } from './lease-keeper.ts'
import type { ClaimOptions } from './store-claim.ts'
import { untilOver } from './until-over.ts'

/** A lease, and what becomes of it at the end. */
export type TakenLease = Pick<ClaimOptions, 'lease' | 'requestedAt' | 'release' | 'keep' | 'onEnd'>

/** Takes the leases of one session for the runs of one object, and gives them back: the object never stands in its own way for long. */
export class LeaseDesk {
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #holder: string
  /** A lease that the run before has left to the next. */
  #kept: Lease | undefined
  /** A lease that the store did not take back. */
  #unreleased: Lease | undefined
  /** A run that asked for the lease and had an error for an answer: if it holds one, nobody can give that back, and it runs out. */
  #unanswered: { readonly runId: string; readonly until: number } | undefined
  /** The claims that are on, by run. */
  readonly #claims = new Map<string, Promise<void>>()

  constructor(store: SessionStore, sessionId: string, holder: string) {
    this.#store = store
    this.#sessionId = sessionId
    this.#holder = holder
  }

  /** Takes it for a run, and makes of it what holds it. @throws SessionBusyError when another owner holds it. */
  async take<Holder>(runId: string, ctx: Context, hold: (taken: TakenLease) => Holder): Promise<Holder> {
    if (this.#unreleased !== undefined) await this.#releaseLeftover(ctx, this.#unreleased)
    const over = Promise.withResolvers<void>()
    const onEnd = () => {
      this.#claims.delete(runId)
      over.resolve()
    }
    this.#claims.set(runId, over.promise)
    try {
      const acquired = await this.#acquire(runId, ctx)
      const release = (leftover: Lease) => this.#release(leftover)
      const keep = (kept: Lease) => {
        this.#kept = kept
      }
      return hold({ ...acquired, release, keep, onEnd })
    } catch (error) {
      onEnd()
      throw error
    }
  }

  /** Nobody waits any more for whom a lease was kept. */
  giveBack(): void {
    const kept = this.#kept
    this.#kept = undefined
    // What cannot be given back is tried again before the next claim.
    if (kept !== undefined) this.#release(kept).catch(triedAgain)
  }

  async #acquire(runId: string, ctx: Context): Promise<{ readonly lease: Lease; readonly requestedAt: number }> {
    const request = { ttlMs: leaseTtlMs, holder: this.#holder, runId }
    const kept = this.#kept
    this.#kept = undefined
    const acquire = async () => {
      const requestedAt = ctx.clock.now()
      const renewed = kept && (await this.#renew(kept, runId))
      if (renewed !== undefined) return { lease: renewed, requestedAt }
      return { lease: await askStore(() => this.#store.acquire(this.#sessionId, request)), requestedAt }
    }
    try {
      return await acquire()
    } catch (error) {
      if (!isSessionBusyError(error)) {
        this.#unanswered = { runId, until: ctx.clock.now() + leaseTtlMs }
        throw error
      }
      const { runId: activeId } = error
      if (activeId !== undefined && activeId === this.#unanswered?.runId) {
        await sleep(ctx, Math.max(0, this.#unanswered.until - ctx.clock.now()))
        return acquire()
      }
      // A run of our own, abandoned while it asked for the lease, got it late: it gives it back at once.
      const own = this.#claims.get(activeId ?? '')
      // A run with this one's own id is somebody else's who counts alike.
      if (own === undefined || activeId === runId) throw error
      await untilOver(ctx, own)
      return acquire()
    }
  }

  /** The lease that was kept, for this run; undefined where it is lost. */
  async #renew(kept: Lease, runId: string): Promise<Lease | undefined> {
    try {
      return await askStore(() => this.#store.renew(kept, leaseTtlMs, runId))
    } catch (error) {
      if (isSessionConflictError(error)) return undefined
      this.#unreleased = kept
      throw error
    }
  }

  async #release(lease: Lease): Promise<void> {
    this.#unreleased = lease
    await askStore(() => this.#store.release(lease))
    if (this.#unreleased === lease) this.#unreleased = undefined
  }

  async #releaseLeftover(ctx: Context, leftover: Lease): Promise<void> {
    await untilOver(ctx, this.#release(leftover))
    // Whether it still stands in the way, the store says when it is asked for a new one.
    this.#unreleased = undefined
  }
}

/** It stands in `#unreleased`. */
function triedAgain(): void {}
