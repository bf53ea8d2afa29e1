import { isSessionError } from './contract/session-error.ts'
import type { SessionStore, StoredNote } from './contract/store.ts'
import { askStore } from './contract/store-error.ts'
import { readSession } from './history/stored-session.ts'
import { checkLatest } from './history/valid-stored-turns.ts'
import type { SettlementHost } from './runs/run-host.ts'
import { settleLostRun, settleUnwritten } from './runs/settle-lost-run.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionStorage } from './session-storage.ts'

/**
 * Takes in what the store has of the session. A run whose owner is gone is settled first; where the store cannot be written to, in this object alone, until it can. Where the
 * session `keepsOwn`, as it has what the store has not, it hears of its prompts alone.
 * @throws SessionError `no_such_session`, `invalid_stored_session`, `unsupported_version`, `store_failed`
 */
export async function openSession(
  core: SessionCore,
  storage: SessionStorage,
  store: SessionStore,
  keepsOwn: () => boolean = never,
): Promise<void> {
  const { id, holder, host } = core
  let canWrite = true
  for (;;) {
    // Before the records: what a note speaks of is in them.
    const notes = await readableNotes(store, id)
    const stored = await readSession(store, id)
    checkLatest(stored, id, notes.length > 0)
    const { open } = stored.runs
    const lost = open && { store, holder, host, ctx: core.contextOf(undefined), stored, run: open }
    const found = lost && canWrite ? await settleLostRun(lost) : undefined
    // What became of it may have reached the store all the same.
    if (found === 'cannot-write') canWrite = false
    if (found === 'cannot-write' || found === 'read-again') continue
    if (keepsOwn()) return storage.hear(stored)
    core.takeIn(stored)
    storage.beginWith(stored, found === 'runs-elsewhere' ? open : undefined)
    if (lost !== undefined && !canWrite) {
      const free: SettlementHost['free'] = (summary) => {
        stored.runs.settle(summary)
        core.lastRun = summary
      }
      await settleUnwritten({ ...lost, host: { ...host, free } })
    }
    storage.restoreLine(stored, notes)
    return
  }
}

/** Damaged ones stay where they are: what others have left must not lock out a sound session. The result of each run tells of them. */
async function readableNotes(store: SessionStore, id: string): Promise<readonly StoredNote[]> {
  try {
    return await askStore(() => store.notes(id))
  } catch (error) {
    if (isSessionError(error) && error.reason === 'damaged') return []
    throw error
  }
}

const never = (): boolean => false
