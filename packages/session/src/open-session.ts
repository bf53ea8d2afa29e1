import type { SessionCore } from './session-core.ts'
import { settleLostRun } from './settle-lost-run.ts'
import type { SessionStore } from './store.ts'
import { readSession } from './stored-session.ts'
import { assertValidLatest } from './valid-stored-turns.ts'

/**
 * Takes in what the store has of the session. A run whose owner is gone is settled first.
 * @throws SessionError `no_such_session`, `invalid_stored_session`, `unsupported_version`, `store_failed`
 */
export async function openSession(core: SessionCore, store: SessionStore): Promise<void> {
  const { id, holder, host } = core
  for (;;) {
    const stored = await readSession(store, id)
    assertValidLatest(stored, id)
    const { open } = stored.runs
    const lost = open && { store, holder, host, ctx: core.contextOf(undefined), stored, run: open }
    const found = lost && (await settleLostRun(lost))
    if (found === 'read-again') continue
    core.takeIn(stored, found === 'runs-elsewhere' ? open : undefined)
    core.submissions.restore(stored)
    return
  }
}
