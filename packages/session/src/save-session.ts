import type { Context } from '@geppetto/context'
import type { SessionCore } from './session-core.ts'
import { isSessionBusyError } from './session-error.ts'

/** Writes what the store does not have of the session. @throws as `Session.save` */
export async function saveSession(core: SessionCore, ctx: Context | undefined): Promise<void> {
  const storage = core.requireStorage()
  const isRunning = () => core.active !== undefined
  do {
    for (let { active } = core; active !== undefined; active = core.active) {
      if (await active.writeAside()) return
      // One that was put back in line is not active any more.
      if (core.active === active) await active.wait()
    }
    // A run that has begun meanwhile writes its turn itself, and with it that it has begun.
  } while (!(await saveOrLeave()))

  /** Where another owner has the session, prompts are left to that one. */
  async function saveOrLeave(): Promise<boolean> {
    try {
      return await storage.save(core.ids.next('save'), core.contextOf(ctx), isRunning)
    } catch (error) {
      if (isSessionBusyError(error) && storage.isWritten && (await core.submissions.leaveNotes())) return true
      throw error
    }
  }
}
