import { toErrorData } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { StoredRecord } from '../contract/store.ts'
import type { StoredSession } from '../history/stored-session.ts'
import { requestMismatch } from '../queue/known-requests.ts'
import { readNote } from '../queue/prompt-notes.ts'
import type { PromptRecord } from '../records/prompt-record.ts'

/** The runs and the prompts that wait, of a session. */
type Known = Pick<StoredSession, 'runs' | 'queue'>

/**
 * What the owner of a session would write of the notes that were left for it. What is known already is passed over.
 * @throws SessionError `unsupported_version`
 */
export function recordsOfNotes(
  notes: readonly StoredRecord[],
  sessionId: string,
  known: Known,
): readonly PromptRecord[] {
  const records: PromptRecord[] = []
  for (const [number, note] of notes.entries()) {
    const record = readNote({ number, note }, sessionId)
    if (record === 'newer')
      throw new SessionError(
        'unsupported_version',
        'a note that was left for the session is of a newer version: upgrade @geppetto/session',
        { field: 'v' },
      )
    if (record === undefined || known.queue.has(record) || known.queue.findMisfit(record) !== undefined) continue
    for (const taken of answersTo(record, known)) {
      known.queue.accept(taken)
      records.push(taken)
    }
  }
  return records
}

/** A prompt of a request that there is already is not said twice; one that is another under its id has failed. */
function answersTo(record: PromptRecord, known: Known): readonly PromptRecord[] {
  if (record.type !== 'prompt-queued' || record.requestId === undefined) return [record]
  const { requestId, promptDigest, ...prompt } = record
  const other = findRequest(requestId, known)
  if (other === undefined) return [record]
  if (other.promptDigest === undefined || promptDigest === undefined || other.promptDigest === promptDigest) return []
  const error = toErrorData(requestMismatch(requestId, other.runId))
  return [prompt, { type: 'prompt-ended', runId: prompt.runId, state: 'failed', stop: 'error', error }]
}

function findRequest(
  requestId: string,
  { runs, queue }: Known,
): { readonly runId: string; readonly promptDigest?: string | undefined } | undefined {
  const answered = runs.requests.get(requestId)
  if (answered !== undefined) return { runId: answered.summary.runId, promptDigest: answered.promptDigest }
  const { open } = runs
  if (open?.request.requestId === requestId) return { runId: open.runId, promptDigest: open.request.promptDigest }
  return queue.waiting.find((prompt) => prompt.requestId === requestId)
}
