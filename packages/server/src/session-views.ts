import type { QueuedPromptView, RunView, SessionInfo, TurnView } from '@geppetto/client/protocol'
import type { Session, SessionMetadata, SessionStore, SessionSummary, TranscriptTurn } from '@geppetto/session'
import { defined, type JsonObject, type ProviderCallRecord, providerCallsKey } from '@geppetto/turns'
import { ProblemError } from './problem-error.ts'
import { publicCall, publicError } from './public-data.ts'
import type { SessionMedia } from './session-media.ts'

/** A turn as it goes over the wire. */
export type TurnJson = Omit<TurnView, 'blocks'> & { readonly blocks: readonly JsonObject[] }

/** A turn as callers get it. */
export async function turnJson(turn: TranscriptTurn, media: SessionMedia): Promise<TurnJson> {
  const { turnId, parentId, createdAt, metadata } = turn
  // The tip of the branch that the session is on is another with each turn, and nobody has to go there.
  const branches = turn.branches.map(({ turnId: branchId, tipId, isCurrent }) =>
    isCurrent ? { turnId: branchId, isCurrent } : { turnId: branchId, tipId, isCurrent },
  )
  const blocks = await Promise.all(turn.blocks.map((block) => media.block(block)))
  return { turnId, ...defined({ parentId }), createdAt, blocks, branches, calls: callsOf(metadata).map(publicCall) }
}

/** None where what stands in their place is something else. */
function callsOf(metadata: JsonObject): readonly ProviderCallRecord[] {
  try {
    return providerCallsKey.read(metadata) ?? []
  } catch {
    // Written by somebody else under our name: no reason not to show the turn.
    return []
  }
}

/** The prompts that wait, as callers get them. */
export function queueView(session: Session, media: SessionMedia): Promise<readonly QueuedPromptView[]> {
  return Promise.all(
    session.queue.map(async ({ runId, requestId, prompt, submittedAt }) => {
      const content = await media.content(prompt)
      return { runId, prompt: content, submittedAt, ...defined({ requestId }) }
    }),
  )
}

/** Whether what became of a request stands in the session. A turn of a run that is just beginning may not stand there yet. */
export function isShown(session: Session, requestId: string, turns: readonly TranscriptTurn[]): boolean {
  const handle = session.findRun(requestId)
  if (handle === undefined) return false
  return handle !== session.active || turns.some(({ turnId }) => turnId === session.latest?.id)
}

/** What the record says of the session's runs; `elsewhere`: the run of another owner that is active. */
export function runView(
  { active, lastRun, latest }: Session,
  elsewhere: string | undefined,
  isStopping: (runId: string) => boolean,
): RunView {
  const last = lastRun && { ...lastRun, ...defined({ error: lastRun.error && publicError(lastRun.error) }) }
  const runId = active?.runId ?? elsewhere
  const facts = defined({ runId, last })
  if (runId !== undefined) return { status: isStopping(runId) ? 'stopping' : 'running', ...facts }
  const isCutOff = lastRun?.stop === 'owner_lost' || lastRun?.stop === 'shutdown'
  return { status: isCutOff && lastRun.turnId === latest?.id ? 'interrupted' : 'idle', ...facts }
}

/** A session as a list shows it. */
export function sessionInfo(summary: SessionSummary): SessionInfo {
  const { sessionId, createdAt, updatedAt, active, metadata } = summary
  const { title, forkedFrom } = metadata
  const isRunning = active !== undefined
  return { sessionId, createdAt, updatedAt, isRunning, ...defined({ title, profile: profileOf(metadata), forkedFrom }) }
}

/** A session as a list shows it, as the store has it. @throws ProblemError `no_such_session` */
export async function infoOf(store: SessionStore, sessionId: string): Promise<SessionInfo> {
  const summary = await store.find(sessionId)
  if (summary === undefined) throw new ProblemError('no_such_session')
  return sessionInfo(summary)
}

/** What answers in a session where nothing else is said. */
export function profileOf({ profile }: SessionMetadata): string | undefined {
  return typeof profile === 'string' ? profile : undefined
}
