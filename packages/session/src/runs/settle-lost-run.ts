import type { Context } from '@geppetto/context'
import type { RunResult } from '../contract/run-result.ts'
import { isSessionBusyError, isSessionError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import type { StoredSession } from '../history/stored-session.ts'
import { Ledger } from '../ledger/ledger.ts'
import type { StoreClaim } from '../ledger/store-claim.ts'
import { QueueLog } from '../records/queue-log.ts'
import type { StoredRun } from '../records/stored-runs.ts'
import { type LostRun, prepareRecovery } from './recover-run.ts'
import type { SettlementHost } from './run-host.ts'

/** A run of which the store does not know the end. */
export interface UnsettledRun {
  readonly store: SessionStore
  readonly holder: string
  readonly host: SettlementHost
  readonly ctx: Context
  /** The session as it was read. */
  readonly stored: StoredSession
  readonly run: StoredRun
}

/**
 * Settles the run, if its owner is gone. `read-again`: the store has more by now than was read, by this or by somebody else. `cannot-write`: its owner is gone, and the store
 * can only be read.
 * @throws SessionError `store_failed`, `invalid_stored_session`
 */
export async function settleLostRun(
  unsettled: UnsettledRun,
): Promise<'read-again' | 'runs-elsewhere' | 'cannot-write'> {
  const { store, holder, ctx, stored, run } = unsettled
  const { sessionId } = unsettled.host
  const find = () => askStore(() => store.find(sessionId))
  const { history, metadata } = stored
  const ledger = new Ledger(store, sessionId, holder, { history, metadata, queue: new QueueLog() }, stored)
  let claim: StoreClaim
  try {
    claim = await ledger.claim(run.runId, ctx, { onLost: () => {}, onCancel: () => {} })
  } catch (error) {
    if (isSessionBusyError(error)) return 'runs-elsewhere'
    if (!isStoreFailure(error)) throw error
    return (await find())?.active === undefined ? 'cannot-write' : 'runs-elsewhere'
  }
  // What becomes of the session is read from the store.
  const host: SettlementHost = {
    ...unsettled.host,
    keep: (turn) => history.replaceLatest(turn),
    free: () => {},
    isAwaited: () => false,
  }
  let settle: () => Promise<RunResult>
  try {
    const found = await find()
    if (found?.head !== stored.head) {
      await claim.end()
      return 'read-again'
    }
    settle = await prepareRecovery({ host, ctx, store, claim, run, history })
  } catch (error) {
    // Whoever opens the session next must not take this for an owner that lives.
    await claim.end()
    throw error
  }
  const result = await settle()
  if (result.status !== 'failed') return 'read-again'
  if (isStoreFailure(result.error)) return 'cannot-write'
  throw result.error
}

/**
 * Settles a run whose owner is gone in this object alone: `host` is told, and the store with the next commit.
 * @throws SessionError `store_failed`, `invalid_stored_session`
 */
export async function settleUnwritten({
  store,
  host,
  ctx,
  stored,
  run,
}: Omit<UnsettledRun, 'store' | 'holder'> & Pick<LostRun, 'store'>): Promise<void> {
  const settle = await prepareRecovery({ host, ctx, store, claim: undefined, run, history: stored.history })
  const result = await settle()
  if (result.status === 'failed') throw result.error
}

function isStoreFailure(error: unknown): boolean {
  return isSessionError(error) && error.code === 'store_failed'
}
