import type { CancelTimer, Clock } from '@geppetto/context'
import type { History } from './history.ts'
import { SessionError } from './session-error.ts'
import type { Head, Lease, SessionMetadata, SessionRecord, SessionStore } from './store.ts'

/** How long a lease holds without being renewed, in milliseconds. It is renewed three times in that time. */
const leaseTtlMs = 15_000

/** The right to write, for the length of a run. */
export interface StoreClaim {
  /** Writes what the store does not have yet of the history, and `records`, as one. */
  commit(records: readonly SessionRecord[]): Promise<void>
  /** Gives the right back. */
  end(): Promise<void>
}

/** What a ledger writes: asked for at each commit. */
export interface LedgerSource {
  readonly history: History
  readonly metadata: SessionMetadata
}

/** Writes one session to its store, under a lease that is held while a run is active. */
export class Ledger {
  readonly #store: SessionStore
  readonly #sessionId: string
  readonly #holder: string
  readonly #source: LedgerSource
  #head: Head
  #storedTurns: number
  #storedMetadata: SessionMetadata | undefined

  constructor(store: SessionStore, sessionId: string, holder: string, source: LedgerSource, stored?: StoredSession) {
    this.#store = store
    this.#sessionId = sessionId
    this.#holder = holder
    this.#source = source
    this.#head = stored?.head ?? 0
    this.#storedTurns = stored?.turns.length ?? 0
    this.#storedMetadata = stored?.metadata
  }

  /**
   * Takes the lease for a run and keeps renewing it; `onLost` is called when that fails.
   * @throws SessionBusyError when another owner holds it.
   */
  async claim(runId: string, clock: Clock, onLost: () => void): Promise<StoreClaim> {
    let lease = await this.#store.acquire(this.#sessionId, { ttlMs: leaseTtlMs, holder: this.#holder, runId })
    let isEnded = false
    let stopHeartbeat: CancelTimer = () => {}
    const beat = () => {
      stopHeartbeat = clock.schedule(() => {
        this.#store.renew(lease, leaseTtlMs).then(
          (renewed) => {
            if (isEnded) return
            lease = renewed
            beat()
          },
          () => {
            if (!isEnded) onLost()
          },
        )
      }, leaseTtlMs / 3)
    }
    beat()
    return {
      commit: (records) => this.#commit(lease, records),
      end: async () => {
        isEnded = true
        stopHeartbeat()
        await this.#store.release(lease)
      },
    }
  }

  async #commit(lease: Lease, records: readonly SessionRecord[]): Promise<void> {
    const { history, metadata } = this.#source
    const latest = history.count - 1
    const news: SessionRecord[] = []
    if (this.#storedMetadata !== metadata) news.push({ type: 'session', metadata })
    // The latest turn is written again each time: it grows while its run goes on.
    for (let index = Math.min(this.#storedTurns, latest); index <= latest; index++) {
      const turn = history.deltas[index]
      if (turn !== undefined) news.push({ type: 'turn', index, turn })
    }
    this.#head = await this.#store.commit(lease, this.#head, [...news, ...records])
    this.#storedTurns = history.count
    this.#storedMetadata = metadata
  }
}

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  readonly metadata: SessionMetadata
  readonly turns: readonly Extract<SessionRecord, { type: 'turn' }>['turn'][]
}

/** Reads a session from its store. @throws SessionError `no_such_session` when it has no record. */
export async function readSession(store: SessionStore, sessionId: string): Promise<StoredSession> {
  let head = 0
  let metadata: SessionMetadata = {}
  const turns: Extract<SessionRecord, { type: 'turn' }>['turn'][] = []
  for await (const record of store.read(sessionId)) {
    head++
    if (record.type === 'session') metadata = record.metadata
    else if (record.type === 'turn') turns[record.index] = record.turn
  }
  if (head === 0)
    throw new SessionError(
      'no_such_session',
      `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
    )
  return { head, metadata, turns }
}
