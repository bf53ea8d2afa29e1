import { problemOf } from '@geppetto/client/protocol'
import { untilAborted } from '@geppetto/context'
import { admit, isOtherOrigin } from './admit.ts'
import type { RequestInfo } from './authorize.ts'
import type { Call } from './handler.ts'
import { LiveSessions } from './live-sessions.ts'
import { type ServerSettings, type SessionServerOptions, settingsOf } from './options.ts'
import { ProblemError, problemResponse, toProblem } from './problem-error.ts'
import { RateLimiter } from './rate-limiter.ts'
import { findRoutes } from './routes.ts'
import { SessionSearch } from './session-search.ts'
import { StreamSlots } from './stream-slots.ts'
import { Uploads } from './uploads.ts'

/** Sessions over HTTP. */
export interface SessionServer {
  /** Answers a request, for every outcome; `info.remoteAddress` says where it comes from, without which nobody is let in unless `authorize` does. */
  handle(request: Request, info?: RequestInfo): Promise<Response>
  /**
   * Takes no more requests, stops the runs (`shutdown`) and resolves when the store has them: whoever opens the store next can resume them. What waits in line
   * stays there.
   */
  close(): Promise<void>
}

/** Makes a server of what is in a store. @throws TypeError when something that is needed is missing */
export function createSessionServer(options: SessionServerOptions): SessionServer {
  const settings = settingsOf(options)
  const { clock, limits, reportError } = settings
  const sessions = new LiveSessions(settings)
  const rate = new RateLimiter(clock, limits.requestsPerMinute)
  const parts = {
    settings,
    sessions,
    uploads: new Uploads(limits.keptUploadBytes),
    streams: new StreamSlots(limits),
    search: new SessionSearch(settings.store),
  }
  const closing = new AbortController()
  const begun = new Set<Promise<Response>>()
  const handle = async (request: Request, info: RequestInfo): Promise<Response> => {
    closing.signal.throwIfAborted()
    const url = new URL(request.url)
    const found = url.pathname.startsWith(`${settings.basePath}/`)
      ? findRoutes(url.pathname.slice(settings.basePath.length))
      : undefined
    if (found === undefined) throw new ProblemError('not_found')
    const { routes, ids } = found
    const methods = routes.map(({ method }) => method)
    if (request.method === 'OPTIONS') return preflight(settings, request, methods)
    const route = routes.find(({ method }) => method === request.method)
    if (route === undefined) return refuseMethod(methods)
    const what = { action: route.action, ...(ids.session === undefined ? {} : { sessionId: ids.session }) }
    const letIn = () => admit(settings, request, info, what)
    const caller = await untilAborted(closing.signal, letIn())
    rate.take(caller.key)
    const { waitUntil = doNotWait } = info
    const call: Call = { ...parts, request, url, caller, ids, closing: closing.signal, admit: letIn, waitUntil }
    const release = ids.session === undefined ? doNotWait : sessions.hold(ids.session)
    return route.handle(call).finally(release)
  }
  const answer = async (request: Request, info: RequestInfo): Promise<Response> => {
    const answering = handle(request, info).catch((error: unknown) => problemResponse(toProblem(error, reportError)))
    begun.add(answering)
    return answering.finally(() => begun.delete(answering))
  }
  const stopRuns = async () => {
    await Promise.all((await sessions.all()).map((live) => live.shutDown()))
  }
  return {
    async handle(request, info = {}) {
      return forOrigin(settings, request, await answer(request, info))
    },
    async close() {
      closing.abort(new ProblemError('shutting_down', { retryAfterMs: 1000 }))
      await stopRuns()
      // Those that were past the door have begun by then, or never will.
      await Promise.all(begun)
      await stopRuns()
    },
  }
}

/** The platform goes on by itself. */
function doNotWait(): void {}

function refuseMethod(methods: readonly string[]): Response {
  const problem = problemOf('method_not_allowed', { detail: `Use ${methods.join(' or ')}.` })
  return problemResponse(problem, { allow: methods.join(', ') })
}

/** A browser asks whether a page of another origin may send what it wants to. */
function preflight(settings: ServerSettings, request: Request, methods: readonly string[]): Response {
  if (isOtherOrigin(settings, request) === undefined) throw new ProblemError('origin_refused')
  const headers = {
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers })
}

function forOrigin(settings: ServerSettings, request: Request, response: Response): Response {
  const origin = isOtherOrigin(settings, request)
  response.headers.append('vary', 'origin')
  if (origin === undefined) return response
  response.headers.set('access-control-allow-origin', origin)
  response.headers.set('access-control-allow-credentials', 'true')
  response.headers.set('access-control-expose-headers', 'retry-after')
  return response
}
