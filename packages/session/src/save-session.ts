import type { Context } from '@geppetto/context'
import {
  isSessionBusyError,
  isSessionConflictError,
  SessionBusyError,
  SessionConflictError,
} from './contract/session-error.ts'
import { tellUnsaved } from './records/unsaved.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionStorage } from './session-storage.ts'

/** Writes what the store does not have of the session. @throws as `Session.save` */
export async function saveSession(core: SessionCore, storage: SessionStorage, ctx: Context | undefined): Promise<void> {
  const isRunning = () => core.active !== undefined
  do {
    for (let { active } = core; active !== undefined; active = core.active) {
      if (await active.writeAside()) return
      // One that is put back in line is not active any more.
      if (core.active === active) await active.untilIdle()
    }
    // A run that has begun meanwhile writes its turn itself, and with it that it has begun.
  } while (!(await saveOrLeave()))

  async function saveOrLeave(): Promise<boolean> {
    try {
      return await storage.writeUnsaved(ctx, isRunning)
    } catch (error) {
      // Another session under its id is not to be left anything.
      if (!isSessionBusyError(error) && !(isSessionConflictError(error) && (await storage.hasGrown()))) throw error
      await leavePrompts(core.id, storage, error)
      return true
    }
  }
}

/** Where others have the session, or have had it, prompts are left to whoever runs it. @throws SessionBusyError, SessionConflictError where that is not all */
async function leavePrompts(
  id: string,
  storage: SessionStorage,
  refusal: SessionBusyError | SessionConflictError,
): Promise<void> {
  await storage.leaveNotes()
  const { unwritten, isWritten, log } = storage
  if (isWritten && log.unknown.length === 0) return
  const unsaved = tellUnsaved([...unwritten, ...log.unknown]) || 'what the store did not answer'
  const cause = { cause: refusal }
  if (isSessionBusyError(refusal)) throw new SessionBusyError(id, refusal, { ...cause, unsaved })
  const whatToDo = isWritten
    ? 'session.save() it again'
    : 'session.reload() takes over what is there, and drops that, but for prompts: session.fork() first to keep it'
  throw new SessionConflictError(id, `not saved: ${unsaved}`, whatToDo, cause)
}
