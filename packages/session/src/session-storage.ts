import { type Context, sleep } from '@geppetto/context'
import type { Event, EventCursor } from '@geppetto/events'
import { SessionConflictError } from './contract/session-error.ts'
import type { Snapshot } from './contract/snapshot.ts'
import type { SessionStore, SessionSummary } from './contract/store.ts'
import { askStore } from './contract/store-error.ts'
import { assertCursor, followSession, lookMs } from './follow/follow-session.ts'
import type { LiveFeed } from './follow/live-feed.ts'
import { readSnapshots } from './history/read-snapshots.ts'
import type { StoredSession } from './history/stored-session.ts'
import { toStoredEvent } from './ledger/journal.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { ClaimListener, StoreClaim } from './ledger/store-claim.ts'
import type { SessionRecord } from './records/session-record.ts'
import type { StoredRun } from './records/stored-runs.ts'

/** A run of the session that goes on in another process, or in another object of this one. */
export type ActiveRun = NonNullable<SessionSummary['active']>

/** What a session has to do with its store. */
export class SessionStorage {
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #ledger: Ledger
  /** A run that goes on elsewhere: what comes of it is not in this object. */
  #elsewhere: StoredRun | undefined

  constructor(store: SessionStore, sessionId: string, ledger: Ledger) {
    this.#store = store
    this.#sessionId = sessionId
    this.#ledger = ledger
  }

  /** The session is from here on what the store has; `elsewhere`: a run of it that goes on there. */
  beginWith(stored: StoredSession, elsewhere: StoredRun | undefined): void {
    this.#ledger.beginWith(stored)
    this.#elsewhere = elsewhere
  }

  /** The run of another owner that went on when the session was read last. */
  get runElsewhere(): StoredRun | undefined {
    return this.#elsewhere
  }

  /** Whether the store has all that this object has, but for prompts that wait. */
  get isWritten(): boolean {
    return this.#ledger.isWritten
  }

  /** See {@link Ledger.unwritten}. */
  get unwritten(): readonly SessionRecord[] {
    return this.#ledger.unwritten
  }

  /** See {@link Ledger.hasGrown}. */
  hasGrown(): Promise<boolean> {
    return this.#ledger.hasGrown()
  }

  /** Whether the store has another number of records than `head`, and than this object has written or read. @throws SessionError `store_failed` */
  async hasMoreThan(head: number | undefined): Promise<boolean> {
    return (await this.#find())?.head !== head && (await this.isBehind())
  }

  /** Whether the session has to be read again before it can be run. @throws SessionError `store_failed` */
  async isBehind(): Promise<boolean> {
    return this.#elsewhere !== undefined || this.isOutdated()
  }

  /** @throws SessionBusyError when another owner holds the session, SessionConflictError when its run has changed the session meanwhile. */
  claim(runId: string, ctx: Context, listener: ClaimListener): Promise<StoreClaim> {
    const claiming = this.#ledger.claim(runId, ctx, listener)
    const elsewhere = this.#elsewhere
    return elsewhere === undefined ? claiming : this.#refuse(elsewhere, claiming)
  }

  async #refuse(elsewhere: StoredRun, claiming: Promise<StoreClaim>): Promise<never> {
    const claim = await claiming
    await claim.end()
    throw new SessionConflictError(this.#sessionId, `run ${elsewhere.runId} of another owner has ended`)
  }

  /** See {@link Ledger.save}. */
  save(saveId: string, ctx: Context, isRunning: () => boolean): Promise<boolean> {
    return this.#ledger.save(saveId, ctx, isRunning)
  }

  /** See {@link Ledger.giveBack}. */
  giveBack(): void {
    this.#ledger.giveBack()
  }

  /** Has this written with the next commit. */
  leave(records: readonly SessionRecord[], events: readonly Event[]): void {
    this.#ledger.leave({ records, events: { events: events.map(toStoredEvent) } })
  }

  /** See {@link Ledger.isOutdated}. */
  isOutdated(): Promise<boolean> {
    return this.#ledger.isOutdated()
  }

  /** See {@link readSnapshots}. */
  snapshots(runId: string): Promise<readonly Snapshot[]> {
    return readSnapshots(this.#store, this.#sessionId, runId)
  }

  /** The run that holds the session in the store. */
  async findActive(): Promise<ActiveRun | undefined> {
    return (await this.#find())?.active
  }

  /** Asks the run that goes on elsewhere to stop, and waits until it has, or its owner is gone. */
  async cancelElsewhere(reason: string, ctx: Context): Promise<void> {
    const active = await this.findActive()
    if (active === undefined) return
    await askStore(() => this.#store.requestCancel(this.#sessionId, active.runId, reason))
    while ((await this.findActive())?.runId === active.runId) await sleep(ctx, lookMs)
  }

  /** Asks that run to stop, where another owner runs it; who waits for it sees whether it did. */
  async stop(runId: string, reason: string): Promise<void> {
    try {
      await this.#store.requestCancel(this.#sessionId, runId, reason)
    } catch {
      // It goes on, and is waited for.
      return
    }
  }

  /** See {@link followSession}. */
  follow(feed: LiveFeed, from: EventCursor | undefined, ctx: Context): AsyncIterableIterator<Event> {
    assertCursor(from)
    return followSession({ sessionId: this.#sessionId, store: this.#store, feed, from }, ctx)
  }

  #find(): Promise<SessionSummary | undefined> {
    return askStore(() => this.#store.find(this.#sessionId))
  }
}
