import { type Context, withCancel } from '@geppetto/context'
import { defined, isSameJson } from '@geppetto/turns'
import { isSessionConflictError, SessionConflictError } from '../contract/session-error.ts'
import type { EventBatch, SessionStore, StoredBlob, StoredRecord } from '../contract/store.ts'
import { askStore, wroteNothing } from '../contract/store-error.ts'
import type { StoredSession } from '../history/stored-session.ts'
import { BlockEncoder, haveLargeMedia } from '../records/block-encoder.ts'
import { blocksOf, encodeRecord, type SessionRecord } from '../records/session-record.ts'
import type { ClaimWrite } from './claim-write.ts'
import { LeaseDesk } from './lease-desk.ts'
import { behind, type LeftBehind, LeftEnds, underLease } from './left-behind.ts'
import { countStored, explainConflict, isSameSession, type KnownSession } from './same-session.ts'
import { type ClaimListener, StoreClaim } from './store-claim.ts'
import {
  type LedgerSource,
  type News,
  newsAside,
  newsOf,
  type StoredState,
  stateOf,
  turnsReached,
} from './unwritten.ts'

/** A write of which nobody knows yet whether it reached the store. */
interface UnsureWrite {
  readonly records: readonly StoredRecord[]
  readonly blobs: readonly StoredBlob[]
  readonly left: readonly LeftBehind[]
  readonly after: StoredState
}

/** What a write takes along, as it is written. */
interface PreparedNews extends News {
  readonly blobs: readonly StoredBlob[]
  readonly events: EventBatch
}

/** Writes one session to its store, under a lease that is held while a run is active. */
export class Ledger {
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #source: LedgerSource
  readonly #leases: LeaseDesk
  #stored: StoredState
  #encoder: BlockEncoder
  /** A write of which nobody knows whether it reached the store, and what the store has if it did. */
  #unsure: UnsureWrite | undefined
  readonly #left = new LeftEnds()
  /** The token of the lease under which the session was last known to be the one of {@link #stored}. */
  #knownUnder: number | undefined

  constructor(store: SessionStore, sessionId: string, holder: string, source: LedgerSource, stored?: StoredSession) {
    this.#store = store
    this.#sessionId = sessionId
    this.#source = source
    this.#leases = new LeaseDesk(store, sessionId, holder)
    this.#encoder = new BlockEncoder(stored?.hashes)
    this.#stored = stateOf(source, stored)
  }

  /** The source has from here on what the store has, and what the store had no answer for is not written again. */
  beginWith(stored: StoredSession): void {
    this.#encoder = new BlockEncoder(stored.hashes)
    this.#stored = stateOf(this.#source, stored)
    this.#setUnsure(undefined)
    this.#left.clear()
    this.#knownUnder = undefined
  }

  /** Whether the store has all that the source has, but for prompts that wait. */
  get isWritten(): boolean {
    return this.#unsure === undefined && this.unwritten.length === 0
  }

  /** What the store does not have, as far as is known, but for prompts that wait. */
  get unwritten(): readonly SessionRecord[] {
    const { news } = newsOf(this.#source, this.#stored)
    return [...this.#left.records, ...news.filter(({ type }) => !type.startsWith('prompt-'))]
  }

  /**
   * Takes the lease for a run and keeps renewing it.
   * @throws SessionBusyError when another owner holds it, SessionConflictError when the session was deleted and begun again.
   */
  claim(runId: string, ctx: Context, listener: ClaimListener): Promise<StoreClaim> {
    const store = this.#store
    const { clock } = ctx
    const write = (claim: StoreClaim, asked: ClaimWrite) => this.#commit(claim, asked)
    const take = () => ({ turns: turnsReached(this.#source), left: this.#left.all })
    const leave = (left: LeftBehind) => this.leave(left)
    const options = { ...listener, store, clock, write, take, leave }
    const taking = this.#leases.take(runId, ctx, (taken) => new StoreClaim({ ...options, ...taken }))
    return taking.then((claim) => (this.#isNext(claim) ? claim : this.#asSame(claim)))
  }

  /** Whether nobody can have held the session since it was known last, or nothing of it was known. */
  #isNext({ epoch }: StoreClaim): boolean {
    const known = this.#knownUnder
    if (known === undefined ? this.#stored.last !== undefined : known !== epoch && known + 1 !== epoch) return false
    this.#knownUnder = epoch
    return true
  }

  /** Has this written with the next commit. */
  leave(left: LeftBehind): void {
    this.#left.add(left)
  }

  /** Whether the store has something else of the session than this has written or read. @throws SessionError `store_failed` */
  async isOutdated(): Promise<boolean> {
    return (await countStored(this.#session)) !== this.#stored.head || !(await isSameSession(this.#session, true))
  }

  /** Whether all is there that this has written or read, whatever is behind it. @throws SessionError `store_failed` */
  async hasGrown(): Promise<boolean> {
    return this.#stored.last !== undefined && isSameSession(this.#session, false)
  }

  /**
   * Writes what the store does not have of the session, under a lease of its own; whether it did. Where a run has begun by the time of the commit, its turn and
   * what comes with that is left to it: the store must not have a turn of which nobody knows that it was run.
   * @throws SessionBusyError when another owner holds one, SessionConflictError, SessionError `store_failed`
   */
  async save(saveId: string, ctx: Context, isRunning: () => boolean): Promise<boolean> {
    const { news } = newsOf(this.#source, this.#stored)
    if (this.#unsure === undefined && this.#left.all.length === 0 && news.length === 0) return true
    let isAside: boolean
    const lost = withCancel(ctx)
    try {
      const listener = { onLost: () => lost.cancel('owner_lost'), onCancel: (reason: string) => lost.cancel(reason) }
      const claim = await this.claim(saveId, lost.ctx, listener)
      try {
        isAside = isRunning()
        await claim.save(isAside)
      } finally {
        await claim.end()
      }
    } finally {
      lost.release()
    }
    return !isAside
  }

  /** See {@link LeaseDesk.giveBack}. */
  giveBack(): void {
    this.#leases.giveBack()
  }

  async #commit(claim: StoreClaim, given: ClaimWrite): Promise<void> {
    if (this.#unsure !== undefined) await this.#clearUp(this.#unsure)
    const { takes, release } = given
    const left = this.#left.among(takes?.left ?? [])
    const asked = left.reduceRight<ClaimWrite>((write, end) => behind(underLease(end, claim.epoch), write), given)
    const { records } = asked
    const preparing = this.#prepare(asked)
    const { news, after, blobs, events } = 'then' in preparing ? await preparing : preparing
    // From here to the store's being asked there is no step in between.
    this.#assertOn(claim)
    if (takes === undefined && !release && news.length + events.events.length + (events.finished ?? []).length === 0)
      return
    const takesNotes = after.notes > this.#stored.notes ? after.notes : undefined
    const batch = [...news, ...records].map((record) => encodeRecord(record, (block) => this.#encoder.encode(block)))
    const { head } = this.#stored
    const last = batch.at(-1) ?? this.#stored.last
    const unsure = { records: batch, blobs, left, after: { ...after, head: head + batch.length, last } }
    this.#setUnsure(unsure)
    try {
      const commit = { records: batch, events, blobs, release, ...defined({ takesNotes }) }
      await askStore(() => this.#store.commit(claim.lease, head, commit))
    } catch (error) {
      // The last commit says how a run ended: before that is told, it is found out whether only the answer was lost.
      const isLast = release || records.some(({ type }) => type === 'run-settled')
      if (isLast && !isSessionConflictError(error) && (await this.#hasReached(unsure))) return
      if ((isSessionConflictError(error) || wroteNothing(error)) && this.#unsure === unsure) this.#setUnsure(undefined)
      throw claim.isOver || !isSessionConflictError(error) ? error : await explainConflict(this.#session, error)
    }
    // A later run has found out meanwhile, and may have written more.
    if (this.#unsure === unsure) this.#settle(unsure)
  }

  /** A head is but a number: where others may have held the session since, it is asked whether it still leads to the same log. */
  async #asSame(claim: StoreClaim): Promise<StoreClaim> {
    try {
      if (!(await isSameSession(this.#session, true)))
        throw new SessionConflictError(this.#sessionId, 'it was deleted, and another one begun under its id')
      this.#knownUnder = claim.epoch
      return claim
    } catch (error) {
      await claim.end()
      throw error
    }
  }

  get #session(): KnownSession {
    return { store: this.#store, sessionId: this.#sessionId, known: this.#stored }
  }

  /** The news, and the events, with what they refer to. At once, without a step, where no media have to be hashed. */
  #prepare({ records, events, takes }: ClaimWrite): PreparedNews | Promise<PreparedNews> {
    const [source, stored] = [this.#source, this.#stored]
    const found = takes === undefined ? newsAside(source, stored) : newsOf(source, stored, records, takes.turns)
    const preparing = this.#encoder.prepare([...found.news, ...records].flatMap(blocksOf))
    const isLarge = haveLargeMedia(events)
    if (!('then' in preparing) && !isLarge) return { ...found, blobs: preparing, events }
    return this.#withMedia(found, preparing, events, isLarge)
  }

  async #withMedia(
    found: News,
    preparing: Promise<readonly StoredBlob[]> | readonly StoredBlob[],
    events: EventBatch,
    isLarge: boolean,
  ): Promise<PreparedNews> {
    const blobs = await preparing
    const encoded = isLarge ? await this.#encoder.encodeEvents(events) : { batch: events, blobs: [] }
    const due = new Map([...blobs, ...encoded.blobs].map((blob) => [blob.hash, blob]))
    return { ...found, blobs: [...due.values()], events: encoded.batch }
  }

  #settle({ records, after, blobs, left }: UnsureWrite): void {
    this.#stored = after
    this.#left.markStored(left, records)
    this.#source.queue.markStored(after.queued, after.delivered)
    this.#encoder.markStored(blobs)
    this.#setUnsure(undefined)
  }

  #setUnsure(unsure: UnsureWrite | undefined): void {
    this.#unsure = unsure
    this.#source.queue.fixed = unsure?.after.queued ?? 0
  }

  #assertOn(claim: StoreClaim): void {
    if (claim.isOver) throw new SessionConflictError(this.#sessionId, 'the run was over before this was written')
  }

  /** Finds out what became of a write that had no answer. Only we hold the lease, and an older one cannot write any more. */
  async #clearUp(unsure: UnsureWrite): Promise<void> {
    if (!(await this.#takeIn(unsure)) && this.#unsure === unsure) this.#setUnsure(undefined)
  }

  /** Whether a write that failed has reached the store; false also where that cannot be found out, and it stays unsure. */
  async #hasReached(unsure: UnsureWrite): Promise<boolean> {
    try {
      return await this.#takeIn(unsure)
    } catch {
      // What the write itself met is the one to tell.
      return false
    }
  }

  /** Takes in a write that is in the store; whether it is. */
  async #takeIn(unsure: UnsureWrite): Promise<boolean> {
    const found: StoredRecord[] = []
    await askStore(async () => {
      for await (const record of this.#store.read(this.#sessionId, this.#stored.head)) found.push(record)
    })
    if (this.#unsure !== unsure || found.length === 0) return false
    // By value: a store may give the fields of an object in another order. Behind it others may have written, where it gave the lease back.
    if (!isSameJson(found.slice(0, unsure.records.length), unsure.records))
      throw new SessionConflictError(this.#sessionId, 'it has records that are not of this session object')
    this.#settle(unsure)
    return true
  }
}
