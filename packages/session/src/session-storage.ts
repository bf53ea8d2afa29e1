import { type Context, sleep } from '@geppetto/context'
import type { Event, EventCursor } from '@geppetto/events'
import { SessionConflictError } from './contract/session-error.ts'
import type { SessionKeeper } from './contract/session-keeper.ts'
import type { Snapshot } from './contract/snapshot.ts'
import type { SessionStore, SessionSummary, StoredEvent, StoredNote } from './contract/store.ts'
import { askStore } from './contract/store-error.ts'
import { assertCursor, followSession, lookMs } from './follow/follow-session.ts'
import { readSnapshots } from './history/read-snapshots.ts'
import type { StoredSession } from './history/stored-session.ts'
import { toStoredEvent } from './ledger/journal.ts'
import { Ledger } from './ledger/ledger.ts'
import type { ClaimListener, StoreClaim } from './ledger/store-claim.ts'
import type { LedgerSource } from './ledger/unwritten.ts'
import { openSession } from './open-session.ts'
import { StoredLine, type StoredLineOptions } from './queue/stored-line.ts'
import { QueueLog } from './records/queue-log.ts'
import type { SessionRecord } from './records/session-record.ts'
import { readStoredEvents } from './records/stored-events.ts'
import type { StoredRun } from './records/stored-runs.ts'
import { saveSession } from './save-session.ts'
import type { SessionCore } from './session-core.ts'
import type { CallableKeeper } from './session-keeper.ts'

/** A run of the session that goes on in another process, or in another object of this one. */
export type ActiveRun = NonNullable<SessionSummary['active']>

/** What a session has to do with its store. */
export class SessionStorage {
  /** What became of the prompts that wait. */
  readonly log: QueueLog = new QueueLog()
  readonly #core: SessionCore
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #ledger: Ledger
  #line: StoredLine | undefined
  /** A run that goes on elsewhere: what comes of it is not in this object. */
  #elsewhere: StoredRun | undefined
  /** How many records there were when this object heard last of its prompts alone. */
  #heardOf: number | undefined

  constructor(core: SessionCore, store: SessionStore) {
    this.#core = core
    this.#store = store
    this.#sessionId = core.id
    this.#ledger = new Ledger(store, core.id, core.holder, sourceOf(core, this.log))
  }

  /** The prompts that wait, as they are to be stored. */
  keepLine(line: Omit<StoredLineOptions, 'host'>): StoredLine {
    const { clock, host } = this.#core
    this.#line = new StoredLine({
      ...line,
      host: {
        sessionId: this.#sessionId,
        store: this.#store,
        log: this.log,
        clock,
        storeMs: host.graces.storeMs,
        canCatchUp: () => this.isWritten,
        catchUp: () => this.#catchUp(),
        hasRunElsewhere: () => this.#elsewhere !== undefined,
        isHeld: async () => (await this.findActive()) !== undefined,
        saveAside: () => this.writeUnsaved(undefined, always),
        stopElsewhere: (runId, reason) => void this.#stop(runId, reason),
      },
    })
    return this.#line
  }

  /** See {@link openSession}. */
  open(): Promise<void> {
    return openSession(this.#core, this, this.#store)
  }

  /** See {@link saveSession}. */
  save(ctx: Context | undefined): Promise<void> {
    return saveSession(this.#core, this, ctx)
  }

  /** Takes over what others have written, where nothing of this object is lost by that; else only what has become of its prompts. */
  async #catchUp(): Promise<void> {
    const keepsOwn = () => !this.isWritten
    if (keepsOwn() ? await this.#hasMoreThan(this.#heardOf) : await this.#isBehind())
      await openSession(this.#core, this, this.#store, keepsOwn)
  }

  /** What this object has and the store has not stays: of what is there, only what has become of prompts is heard. */
  hear(stored: StoredSession): void {
    // A run that goes on may lose its owner, and that is no record.
    this.#heardOf = stored.runs.open === undefined ? stored.head : undefined
    this.#line?.hear(stored)
  }

  /** See {@link StoredLine.restore}. */
  restoreLine(stored: StoredSession, notes: readonly StoredNote[]): void {
    this.#line?.restore(stored, notes)
  }

  /** Takes in what others have left for whoever runs the session. */
  takeNotes(notes: readonly StoredNote[]): void {
    this.#line?.takeNotes(notes)
    this.#line?.watch.writeAside()
  }

  /** See {@link LineWatch.leaveNotes}. */
  async leaveNotes(): Promise<void> {
    await this.#line?.watch.leaveNotes()
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
  async #hasMoreThan(head: number | undefined): Promise<boolean> {
    return (await this.#find())?.head !== head && (await this.#isBehind())
  }

  /** Whether the session has to be read again before it can be run. @throws SessionError `store_failed` */
  async #isBehind(): Promise<boolean> {
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
  writeUnsaved(ctx: Context | undefined, isRunning: () => boolean): Promise<boolean> {
    return this.#ledger.save(this.#core.ids.next('save'), this.#core.contextOf(ctx), isRunning)
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
  async #stop(runId: string, reason: string): Promise<void> {
    try {
      await this.#store.requestCancel(this.#sessionId, runId, reason)
    } catch {
      // It goes on, and is waited for.
      return
    }
  }

  /** See {@link followSession}. */
  follow(from: EventCursor | undefined, ctx: Context): AsyncIterableIterator<Event> {
    assertCursor(from)
    const { feed } = this.#core
    return followSession({ sessionId: this.#sessionId, store: this.#store, feed, from }, ctx)
  }

  /** See {@link readStoredEvents}. */
  readEvents(after: EventCursor): AsyncIterable<StoredEvent> {
    return readStoredEvents(this.#store, this.#sessionId, after)
  }

  #find(): Promise<SessionSummary | undefined> {
    return askStore(() => this.#store.find(this.#sessionId))
  }
}

const keeper: CallableKeeper = { kind: 'session-keeper', keep: (core, store) => new SessionStorage(core, store) }

/** Keeps sessions in a store: every store has it as its `keeper`. */
export const sessionKeeper: SessionKeeper = keeper

/** What the ledger writes, as the session has it by then. */
function sourceOf(core: SessionCore, queue: QueueLog): LedgerSource {
  return {
    queue,
    get history() {
      return core.history
    },
    get metadata() {
      return core.metadata
    },
  }
}

const always = (): boolean => true
