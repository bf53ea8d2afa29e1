import type { Caller } from './authorize.ts'
import type { LiveSession } from './live-session.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { ServerSettings } from './options.ts'
import { ProblemError } from './problem-error.ts'
import type { Stay } from './recheck.ts'
import type { SessionSearch } from './session-search.ts'
import type { StreamSlots } from './stream-slots.ts'
import type { Uploads } from './uploads.ts'

/** A request that was let in. */
export interface Call {
  readonly request: Request
  readonly url: URL
  readonly caller: Caller
  /** What stands for `:session`, `:run` and `:blob` in the path. */
  readonly ids: { readonly [name: string]: string }
  readonly settings: ServerSettings
  readonly sessions: LiveSessions
  readonly uploads: Uploads
  readonly streams: StreamSlots
  readonly search: SessionSearch
  /** Aborted, with a problem, when the server closes. */
  readonly closing: AbortSignal
  /** Lets the caller in once more. @throws ProblemError, as at the door */
  readonly admit: () => Promise<Caller>
  /** What the platform must not end before. */
  readonly waitUntil: (promise: Promise<unknown>) => void
}

/** Answers a request. @throws ProblemError, SessionError, TurnError */
export type Handler = (call: Call) => Promise<Response>

/** The session that the path names. @throws ProblemError `no_such_session` */
export function sessionOf({ sessions, caller, ids }: Call): Promise<LiveSession> {
  return sessions.find(caller, ids.session ?? '')
}

/** Whether the caller would be let in again, and has the session still. @throws what `authorize` throws */
export async function mayStay({ admit, sessions, ids }: Call): Promise<Stay> {
  try {
    await sessions.find(await admit(), ids.session ?? '')
    return 'allowed'
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return error.problem.code === 'no_such_session' ? 'gone' : 'refused'
  }
}

/** A view as JSON, which nobody may keep. */
export function json(view: unknown, status = 200): Response {
  return Response.json(view, { status, headers: { 'cache-control': 'no-store' } })
}

/** Of an event stream: nothing on the way may keep it, pack it, or wait for more of it. */
export const streamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** Done, and nothing to say. */
export function done(): Response {
  return new Response(null, { status: 204 })
}
