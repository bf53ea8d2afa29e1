import { type Turn, validateTurn } from '@geppetto/turns'
import { refuse } from '../contract/stored-field.ts'
import type { StoredSession } from './stored-session.ts'

/**
 * Sees to it that the session can go on from its latest turn: now where something is to be done with it at once, or it has been read anyway; else when somebody first asks for it. Older
 * ones are not looked at: they may be many.
 * @throws SessionError `invalid_stored_session` naming the record that made the turn what it is
 */
export function checkLatest(stored: StoredSession, sessionId: string, isDue: boolean): void {
  const { history, runs, queue } = stored
  history.checkLatest((latest) => assertValid(stored, sessionId, latest))
  if (isDue || history.latestState?.isRead === true || runs.open !== undefined || queue.waiting.length > 0)
    void history.latest
}

/** The same for every turn; one that is unchanged in what follows it is looked at there. @throws SessionError as {@link checkLatest} */
export function assertValidTurns(stored: StoredSession, sessionId: string): void {
  for (const turn of stored.history.endings()) assertValid(stored, sessionId, turn)
}

function assertValid({ turnRecords, runs }: StoredSession, sessionId: string, turn: Turn): void {
  // A run that nobody has settled left it as it was: it is sealed when the run is.
  const [problem] = validateTurn(turn, { open: runs.open?.turnId === turn.id })
  if (problem === undefined) return
  const place = { sessionId, record: turnRecords.get(turn.id) ?? 0 }
  const hint = 'mend it with repairTurn of @geppetto/turns in an exported session, and import that with allowChanges'
  const why = `turn ${turn.id} is not valid: ${problem.field}: ${problem.message}: ${hint}`
  refuse(place, `turn.${problem.field}`, why)
}
