import type { Clock } from '@geppetto/context'
import type { Event, Warning } from '@geppetto/events'
import { isSessionConflictError, isSessionError } from '../contract/session-error.ts'
import type { Lease, SessionStore, StoredNote } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { haveLargeMedia } from '../records/block-encoder.ts'
import type { SessionRecord } from '../records/session-record.ts'
import { failureWithin } from '../waiting/failure-within.ts'
import { InOrder } from '../waiting/in-order.ts'
import { CancelWatch } from './cancel-watch.ts'
import type { ClaimWrite, Taken } from './claim-write.ts'
import { Journal, toStoredEvent } from './journal.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { LeftBehind } from './left-behind.ts'

/** How long the last commit waits for the notes of others, in milliseconds. */
const patienceMs = 1_000

/** What a run wants to hear of its claim. */
export interface ClaimListener {
  /** It is lost: somebody else may write now. */
  readonly onLost: () => void
  /** Somebody elsewhere wants the run to stop. */
  readonly onCancel: (reason: string) => void
  /** What others have left for whoever runs the session. */
  readonly onNotes?: (notes: readonly StoredNote[]) => void
}

/** What a claim works with. */
export interface ClaimOptions extends ClaimListener {
  readonly store: SessionStore
  readonly lease: Lease
  readonly clock: Clock
  /** Before the store was asked for the lease, by the clock. */
  readonly requestedAt: number
  /** Writes what the store does not have of the session, and this. */
  readonly write: (claim: StoreClaim, write: ClaimWrite) => Promise<void>
  /** What a write that is asked for now is to take. */
  readonly take: () => Taken
  readonly release: (lease: Lease) => Promise<void>
  /** Keeps the lease for the next claim. */
  readonly keep: (lease: Lease) => void
  /** Has this written with the next commit of another claim. */
  readonly leave: (left: LeftBehind) => void
  /** Called once, when it is given back or lost its store. */
  readonly onEnd: () => void
}

/** The right to write, for the length of a run. */
export class StoreClaim {
  readonly journal: Journal
  /** What whoever waits for the run is to be told of its store, once it has settled. */
  warning: Warning | undefined
  readonly #options: ClaimOptions
  readonly #keeper: LeaseKeeper
  readonly #cancelWatch: CancelWatch
  readonly #writes = new InOrder()
  /** What is written along with the next commit. */
  readonly #notes: SessionRecord[] = []
  /** The session is as the store has it. */
  #hasBegun = false
  #isOver = false
  #isReleased = false
  /** The lease is for the next claim. */
  #isKept = false

  constructor(options: ClaimOptions) {
    const { store, lease, clock, requestedAt, onLost, onCancel } = options
    const onNotes = (notes: readonly StoredNote[]) => {
      // What they speak of may be in the store, and not in the session yet.
      if (this.#hasBegun) options.onNotes?.(notes)
    }
    this.#options = options
    this.#keeper = new LeaseKeeper(store, lease, clock, requestedAt, () => {
      this.#stopTimers()
      onLost()
    })
    this.#cancelWatch = new CancelWatch(store, () => this.#keeper.lease, clock, { onCancel, onNotes })
    // Not in the middle of telling everybody of an event.
    this.journal = new Journal({ clock, write: () => Promise.resolve().then(() => this.#appendEvents()) })
  }

  /** Written on the events of the run. */
  get epoch(): number {
    return this.#keeper.lease.token
  }

  get lease(): Lease {
    return this.#keeper.lease
  }

  /** Whether it was given back, or the run that it was for is over. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** @throws SessionConflictError when the right is lost. */
  assertHeld(): void {
    this.#keeper.assertHeld()
  }

  /** Writes what the store does not have yet of the session and its events, and `records`, as one; `news` are events that nobody has been told of yet. */
  commit(records: readonly SessionRecord[], news: readonly Event[] = []): Promise<void> {
    const takes = this.#options.take()
    return this.#writes.do(() => this.#write(records, news, { takes }))
  }

  /** The first commit. Where it is refused, as `isRefusal` says, nothing has begun, and the right is given back. @throws SessionConflictError; SessionError `store_failed` */
  async begin(
    records: readonly SessionRecord[],
    news: readonly Event[],
    isRefusal: (error: unknown) => boolean,
  ): Promise<void> {
    try {
      await this.commit(records, news)
      this.#hasBegun = true
    } catch (error) {
      // A lease that is not given back ends by itself.
      if (isRefusal(error)) await this.end().catch(toldToItsCaller)
      throw error
    }
  }

  /** Has `record` written along with the next commit. */
  note(record: SessionRecord): void {
    this.#notes.push(record)
  }

  /** Writes what the session has beside its turns, and events; whether it could: false once the right is given back. */
  async commitAside(): Promise<boolean> {
    let isWritten = false
    await this.#writes.do(async () => {
      if (this.#isOver || this.#isReleased) return
      await this.#write([], [])
      isWritten = true
    })
    return isWritten
  }

  /**
   * The last commit: with it the right itself is given back, in one step, unless a prompt waits, also one that others have just left: then nobody else shall come in
   * between.
   */
  settle(records: readonly SessionRecord[], news: readonly Event[], isAwaited: () => boolean = never): Promise<void> {
    this.journal.end()
    const takes = this.#options.take()
    return this.#writes.do(async () => {
      if (this.#hasBegun) await this.#takeNotes()
      const isKept = isAwaited()
      await this.#write(records, news, { takes, release: !isKept })
      this.#isReleased = true
      this.#isKept = isKept
    })
  }

  /** Where they cannot be had, they wait for the next owner. */
  async #takeNotes(): Promise<void> {
    const { store, clock, onNotes } = this.#options
    if (onNotes === undefined) return
    const failure = await failureWithin(clock, patienceMs, async () => {
      const notes = await store.notes(this.#keeper.lease.sessionId)
      if (notes.length > 0) onNotes(notes)
      this.#warnOf(notes.flatMap(({ damage }) => (damage === undefined ? [] : [damage])))
    })
    if (isSessionError(failure?.error) && failure.error.reason === 'damaged') this.#warnOf([failure.error.message])
  }

  #warnOf(damages: readonly string[]): void {
    if (damages.length > 0)
      this.warning = { code: 'store_failed', message: `what others left was not read: ${damages.join('; ')}` }
  }

  /** Writes what the session has, and gives the right back in the same step. `isAside`: whether the turns are left to other writes. */
  async save(isAside: boolean): Promise<void> {
    this.journal.end()
    const takes = isAside ? undefined : this.#options.take()
    await this.#writes.do(async () => {
      await this.#write([], [], { takes, release: true })
      this.#isReleased = true
    })
  }

  /** Leaves what the settlement could not write, with the events that wait, to the next commit of the session. */
  leave(records: readonly SessionRecord[], news: readonly Event[]): void {
    const waiting = this.journal.take()
    const events = { ...waiting, events: [...waiting.events, ...news.map(toStoredEvent)] }
    this.#options.leave({ records, events })
  }

  /** Gives the right back, if the settlement has not done so. Nothing is written any more. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#keeper.stop()
    this.#stopTimers()
    try {
      if (this.#isKept) this.#options.keep(this.#keeper.lease)
      else if (!this.#isReleased) await this.#options.release(this.#keeper.lease)
    } finally {
      this.#options.onEnd()
    }
  }

  #stopTimers(): void {
    this.#cancelWatch.stop()
    this.journal.end()
  }

  async #write(
    records: readonly SessionRecord[],
    more: readonly Event[],
    { takes, release = false }: { readonly takes?: Taken | undefined; readonly release?: boolean } = {},
  ): Promise<void> {
    const waiting = this.journal.take()
    const events = { ...waiting, events: [...waiting.events, ...more.map(toStoredEvent)] }
    const notes = takes === undefined ? [] : this.#notes.slice()
    try {
      await this.#options.write(this, { records: [...notes, ...records], events, release, takes })
      this.#notes.splice(0, notes.length)
    } catch (error) {
      this.journal.giveBack(waiting)
      throw error
    }
  }

  #appendEvents(): Promise<void> {
    return this.#writes.do(async () => {
      if (this.#isOver || this.#isReleased) return
      const batch = this.journal.take()
      if (batch.events.length === 0 && (batch.finished ?? []).length === 0) return
      try {
        // Blobs are written with a commit alone.
        if (haveLargeMedia(batch))
          await this.#options.write(this, { records: [], events: batch, release: false, takes: undefined })
        else await askStore(() => this.#options.store.appendEvents(this.#keeper.lease, batch))
      } catch (error) {
        this.journal.giveBack(batch)
        if (isSessionConflictError(error)) this.#keeper.lose()
        throw error
      }
    })
  }
}

const never = (): boolean => false

/** Whoever waited for it has been told. */
function toldToItsCaller(): void {}
