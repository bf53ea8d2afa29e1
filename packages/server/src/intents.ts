import type { AcceptedRun, ForkIntent, Profile } from '@geppetto/client/protocol'
import { randomIds } from '@geppetto/context'
import {
  type AnsweredCall,
  type ExecutionHandle,
  type InferenceOptions,
  isSessionConflictError,
  type Prompt,
  type Session,
} from '@geppetto/session'
import { defined } from '@geppetto/turns'
import type { LiveSession, Look } from './live-session.ts'
import { ProblemError } from './problem-error.ts'

/** What an intent that begins a run says of it. */
export interface Asked {
  readonly requestId: string
  readonly profile?: string | undefined
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** An intent that is about a turn, by who knows of `head` as the latest. */
export interface AskedOfTurn extends Asked {
  readonly turnId: string
  readonly head: string
}

/** How many characters of a prompt make a title. */
const titleLength = 80

/** Says something, and runs. @throws ProblemError, SessionError, TurnError */
export async function submit(
  live: LiveSession,
  asked: Asked & { readonly whenBusy?: 'reject' | 'queue' | 'interrupt' | undefined },
  prompt: Prompt,
  maxQueued: number,
): Promise<AcceptedRun> {
  const { requestId, whenBusy = 'reject' } = asked
  const begin = async (): Promise<AcceptedRun> => {
    // A prompt that may wait is left to whoever runs the session.
    const look = await live.look()
    const session = whenBusy === 'reject' ? oursIn(look) : look.session
    const isNew = session.findRun(requestId) === undefined
    if (whenBusy === 'queue' && isNew && session.queue.length >= maxQueued)
      throw new ProblemError('session_busy', { detail: `At most ${maxQueued} prompts wait: withdraw one.` })
    const handle = session.submit(prompt, { whenBusy, ...runOf(asked) })
    if (session.metadata.title === undefined) session.updateMetadata(defined({ title: titleOf(prompt) }))
    asked.waitUntil(handle.wait())
    return live.accept(session, handle, requestId)
  }
  return again(live, begin)
}

/** Asks a turn's prompt once more, or another one in its place. @throws ProblemError, SessionError, TurnError */
export async function runBeside(live: LiveSession, asked: AskedOfTurn, prompt?: Prompt): Promise<AcceptedRun> {
  return once(live, asked, (session) => {
    const at = placeOf(session, asked)
    if (prompt === undefined) session.regenerate({ at })
    else session.editPrompt(prompt, { at })
    return session.startInference(undefined, runOf(asked))
  })
}

/** Goes on with another branch. @throws ProblemError, SessionError */
export async function checkOut(
  live: LiveSession,
  { turnId, head }: Pick<AskedOfTurn, 'turnId' | 'head'>,
): Promise<void> {
  const session = idleIn(await live.look())
  // Asked for again, as where the answer was lost.
  if (session.latest?.id === turnId) return
  assertHead(session, head)
  session.checkout(turnId)
  await stored(live, session)
}

/** Goes on with a run that did not complete, or with the prompts that wait. @throws ProblemError, SessionError */
export async function resume(
  live: LiveSession,
  asked: Asked & { readonly unsureCalls?: 'tell' | 'run' | undefined },
): Promise<AcceptedRun> {
  return once(live, asked, (session) => {
    const { lastRun, latest, queue } = session
    const isOpen = lastRun !== undefined && lastRun.status !== 'completed' && lastRun.turnId === latest?.id
    if (isOpen || queue.length === 0)
      return session.resume({ ...runOf(asked), ...defined({ unsureCalls: asked.unsureCalls }) })
    const handle = session.beginQueued() ?? refuseToRun()
    live.wokenBy = { requestId: asked.requestId, handle }
    return handle
  })
}

/** Gives what came of calls that wait, and goes on. @throws ProblemError, SessionError */
export async function answer(
  live: LiveSession,
  asked: Asked & { readonly head: string },
  answers: readonly AnsweredCall[],
): Promise<AcceptedRun> {
  return once(live, asked, (session) => {
    assertHead(session, asked.head)
    session.answerToolCalls(answers)
    return session.startInference(undefined, runOf(asked))
  })
}

/** A new session with the turns up to that one, in the store. @throws ProblemError, SessionError */
export async function fork(live: LiveSession, { turnId, sessionId, title }: ForkIntent): Promise<string> {
  const session = oursIn(await live.look())
  const forked = session.fork({ at: indexOf(session, turnId), id: sessionId ?? randomIds.next('ses') })
  if (title !== undefined) forked.updateMetadata({ title })
  await forked.save()
  return forked.id
}

/** Says other things of the session than it said. @throws ProblemError, SessionError */
export async function change(
  live: LiveSession,
  changes: { readonly title?: string | undefined; readonly profile?: string | undefined },
): Promise<void> {
  const session = oursIn(await live.look())
  session.updateMetadata(defined(changes))
  await stored(live, session)
}

/** Says something else in the place of a prompt that waits, or withdraws it. @throws ProblemError, SessionError, TurnError */
export async function changeQueued(live: LiveSession, runId: string, prompt: Prompt | undefined): Promise<void> {
  const session = oursIn(await live.look())
  const changing = prompt === undefined ? session.withdrawQueued(runId) : session.editQueued(runId, prompt)
  await stored(live, session)
  if (!(await changing)) throw new ProblemError('no_such_prompt')
}

/** @throws ProblemError `no_such_profile` */
export function assertProfile(profiles: readonly Profile[], profile: string | undefined): void {
  if (profile === undefined || profiles.some(({ id }) => id === profile)) return
  const known = profiles.map(({ id }) => id).join(', ')
  throw new ProblemError('no_such_profile', { field: 'profile', detail: `There are: ${known || 'none'}.` })
}

/** What the session has made of the request already, or what `begin` makes of it now. */
async function once(
  live: LiveSession,
  { requestId, waitUntil }: Asked,
  begin: (session: Session) => ExecutionHandle,
): Promise<AcceptedRun> {
  const look = await live.look()
  const { session } = look
  const woken = live.wokenBy?.requestId === requestId ? live.wokenBy.handle : undefined
  const known = session.findRun(requestId) ?? woken
  if (known !== undefined) return live.accept(session, known, requestId)
  // In the same step: whoever asks at the same time finds the run.
  const handle = begin(idleIn(look))
  waitUntil(handle.wait())
  try {
    return await live.accept(session, handle, requestId)
  } catch (error) {
    // The turn that was made for it is in no store: gone with this object.
    await live.reopen()
    throw error
  }
}

/** Once more where another process was faster: nothing of it had begun. */
async function again(live: LiveSession, begin: () => Promise<AcceptedRun>): Promise<AcceptedRun> {
  try {
    return await begin()
  } catch (error) {
    if (!isSessionConflictError(error)) throw error
    await live.reopen()
    return begin()
  }
}

async function stored(live: LiveSession, session: Session): Promise<void> {
  try {
    await session.save()
  } catch (error) {
    if (!session.isRunning) await live.reopen()
    throw error
  }
  live.tell('changed')
}

/** @throws ProblemError `session_busy` */
function idleIn(look: Look): Session {
  const session = oursIn(look)
  if (session.active !== undefined) throw new ProblemError('session_busy', { runId: session.active.runId })
  return session
}

/** The session, where nobody else runs it. @throws ProblemError `session_busy` */
export function oursIn({ session, elsewhere }: Look): Session {
  if (elsewhere === undefined) return session
  throw new ProblemError('session_busy', { runId: elsewhere, detail: 'It runs on another server.' })
}

function placeOf(session: Session, { turnId, head }: Pick<AskedOfTurn, 'turnId' | 'head'>): number {
  assertHead(session, head)
  return indexOf(session, turnId)
}

function assertHead({ latest }: Session, head: string): void {
  if (latest?.id === head) return
  throw new ProblemError('head_moved', { field: 'head' })
}

function indexOf(session: Session, turnId: string): number {
  const index = session.transcript().turns.findIndex((turn) => turn.turnId === turnId)
  if (index < 0) throw new ProblemError('no_such_turn', { field: 'turnId' })
  return index
}

/** The request's id is a tag, too: those who follow the session are told by it which of their prompts has begun. */
function runOf({ requestId, profile }: Asked): Pick<InferenceOptions, 'requestId' | 'tags'> {
  return { requestId, tags: { requestId, ...defined({ profile }) } }
}

/** @throws ProblemError `nothing_to_run` */
function refuseToRun(): never {
  throw new ProblemError('nothing_to_run')
}

function titleOf(prompt: Prompt): string | undefined {
  const text = typeof prompt === 'string' ? prompt : prompt.find((part) => part.type === 'text')?.text
  const line = text?.trim().split('\n', 1)[0]?.trim()
  if (line === undefined || line === '') return undefined
  return line.length > titleLength ? `${line.slice(0, titleLength - 1).trimEnd()}…` : line
}
