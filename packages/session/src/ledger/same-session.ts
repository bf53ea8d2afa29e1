import { isSameJson } from '@geppetto/turns'
import { SessionConflictError } from '../contract/session-error.ts'
import type { Head, SessionStore } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { firstOf } from '../waiting/first-of.ts'
import type { StoredState } from './unwritten.ts'

/** A session as it was last known. */
export interface KnownSession {
  readonly store: Pick<SessionStore, 'find' | 'read'>
  readonly sessionId: string
  readonly known: Pick<StoredState, 'head' | 'last'>
}

/** How many records the store has of it. @throws SessionError `store_failed` */
export async function countStored({ store, sessionId }: Omit<KnownSession, 'known'>): Promise<Head> {
  const found = await askStore(() => store.find(sessionId))
  return found?.head ?? 0
}

/** Whether the last record that is known is where it was; `ifGone`: what one comes to that is not there at all. @throws SessionError `store_failed` */
export async function isSameSession({ store, sessionId, known }: KnownSession, ifGone: boolean): Promise<boolean> {
  const { head, last } = known
  if (last === undefined) return true
  const [found] = await askStore(() => firstOf(store.read(sessionId, head - 1)))
  return found === undefined ? ifGone : isSameJson(found, last)
}

/** Why the store has another head, where there is more to say than that somebody wrote. @throws SessionError `store_failed` */
export async function explainConflict(
  session: KnownSession,
  conflict: SessionConflictError,
): Promise<SessionConflictError> {
  const { sessionId, known } = session
  const isThere = (await countStored(session)) > 0
  if (known.head === 0 && isThere) {
    const why = 'it is there already: this object was made, and not opened with Session.open(store, id, …)'
    return new SessionConflictError(sessionId, why)
  }
  if (known.head === 0 || isThere) return conflict
  return new SessionConflictError(sessionId, 'it was deleted', 'go on in a session.fork() of it')
}
