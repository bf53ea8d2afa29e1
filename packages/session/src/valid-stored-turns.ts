import { type Turn, validateTurn } from '@geppetto/turns'
import { refuse } from './stored-field.ts'
import type { StoredSession } from './stored-session.ts'

/**
 * Sees to it that the session can go on from its latest turn. Older ones are not looked at: they may be many.
 * @throws SessionError `invalid_stored_session` naming the record that made the turn what it is
 */
export function assertValidLatest(stored: StoredSession, sessionId: string): void {
  const { latest } = stored.history
  if (latest !== undefined) assertValid(stored, sessionId, latest)
}

/** The same for every turn; one that is unchanged in what follows it is looked at there. @throws SessionError as {@link assertValidLatest} */
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
