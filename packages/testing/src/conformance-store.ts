import type { Clock } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { Lease, LeaseRequest, SessionStore } from '@geppetto/session'
import type { ConformanceCase } from './conformance-case.ts'
import { checkSame, defineCase } from './conformance-case.ts'
import { eventCases } from './conformance-store-events.ts'
import { fenceCases } from './conformance-store-fence.ts'
import { keepingCases } from './conformance-store-keeping.ts'
import { leaseCases } from './conformance-store-lease.ts'
import { noteCases } from './conformance-store-notes.ts'
import { recordCases } from './conformance-store-records.ts'
import { sessionCases, sharedSessionCases } from './conformance-store-session.ts'

/** What {@link storeConformance} takes. */
export interface StoreConformanceOptions {
  /** A new store with nothing in it, on the given clock if it takes one. */
  createStore(options: { readonly clock: Clock }): SessionStore | Promise<SessionStore>
  /**
   * The same sessions through another door, as another process opens them: called while the first is in use. Default: the first itself,
   * as where all is in memory.
   */
  reopen?(store: SessionStore, options: { readonly clock: Clock }): SessionStore | Promise<SessionStore>
  /** Called with every store when its case is over. */
  close?(store: SessionStore): void | Promise<void>
  /**
   * Lets so many milliseconds of the store's time pass. Default: moves the clock that the store was given. For a store that reads
   * another clock: really waits, best with a short `leaseMs`.
   */
  wait?(ms: number): Promise<void>
  /**
   * What the store's capabilities say of keeping a second writer out. Default true. With false, the cases of leases, and of sessions that share the
   * store, are left out.
   */
  readonly exclusive?: boolean
  /** How long the leases of the cases hold, in milliseconds. Default 1,000. */
  readonly leaseMs?: number
  /** How long a case may take, in milliseconds of real time. Default 10,000. */
  readonly limitMs?: number
}

/** One entry of a session's log, as a store is given it. */
export type StoreRecord = Parameters<SessionStore['commit']>[2]['records'][number]

/** The record that gives a session its title. */
export function titled(title: string): StoreRecord {
  return { ...{ v: 1 }, type: 'session', metadata: { title } }
}

/** What a case is given. */
export interface StoreUnderTest {
  readonly store: SessionStore
  /** The same sessions, as another process sees them. */
  readonly other: SessionStore
  readonly clock: Clock
  readonly leaseMs: number
  wait(ms: number): Promise<void>
  /** Takes the lease of session `s`, or of the one that is named. */
  acquire(
    changes?: Partial<LeaseRequest> & { readonly sessionId?: string; readonly store?: SessionStore },
  ): Promise<Lease>
  /** Puts records into a session, under a lease of its own. */
  fill(sessionId: string, records: readonly StoreRecord[]): Promise<void>
}

/** Makes one case of a store. */
export type DefineStoreCase = (name: string, body: (tested: StoreUnderTest) => Promise<void>) => ConformanceCase

/** The rules that every store must keep, alone and under sessions, as cases for any test runner. */
export function storeConformance(options: StoreConformanceOptions): readonly ConformanceCase[] {
  if (typeof options.createStore !== 'function')
    throw new TypeError('storeConformance takes { createStore: ({ clock }) => store }')
  const define: DefineStoreCase = (name, body) => defineCase(name, () => withStore(options, body), options.limitMs)
  const { exclusive = true } = options
  const shared = exclusive ? [...leaseCases(define), ...fenceCases(define), ...sharedSessionCases(define)] : []
  return [
    define('P3: it says whether it keeps a second writer out', async ({ store, other }) => {
      const said = [store, other].map(({ capabilities }) => capabilities.exclusive)
      checkSame(said, [exclusive, exclusive], 'its capabilities say otherwise')
    }),
    ...shared,
    ...recordCases(define),
    ...noteCases(define),
    ...keepingCases(define),
    ...eventCases(define),
    ...sessionCases(define),
  ]
}

async function withStore(
  options: StoreConformanceOptions,
  body: (tested: StoreUnderTest) => Promise<void>,
): Promise<void> {
  const clock = createManualClock()
  const store = await options.createStore({ clock })
  const opened: SessionStore[] = [store]
  try {
    const other = (await options.reopen?.(store, { clock })) ?? store
    if (other !== store) opened.unshift(other)
    const { leaseMs = 1_000 } = options
    const acquire: StoreUnderTest['acquire'] = ({ sessionId = 's', store: through = store, ...changes } = {}) =>
      through.acquire(sessionId, { ttlMs: leaseMs, holder: 'conformance', runId: 'run_1', ...changes })
    await body({
      store,
      other,
      clock,
      leaseMs,
      wait: (ms) => options.wait?.(ms) ?? clock.advance(ms),
      acquire,
      async fill(sessionId, records) {
        const lease = await acquire({ sessionId })
        await store.commit(lease, 0, { records })
        await store.release(lease)
      },
    })
  } finally {
    for (const each of opened) await options.close?.(each)
  }
}
