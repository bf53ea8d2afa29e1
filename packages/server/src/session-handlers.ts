import {
  type ChangeSessionIntent,
  type CreateSessionIntent,
  type ProfileList,
  parseCursor,
  type SessionInfo,
  type SessionPage,
} from '@geppetto/client/protocol'
import type { EventCursor } from '@geppetto/events'
import type { SessionSummary } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import { createEventStream } from './event-stream.ts'
import { type Call, done, json, mayStay, sessionOf, streamHeaders } from './handler.ts'
import { assertProfile, change, oursIn } from './intents.ts'
import { optionalSessionId, optionalText, refuse } from './read-fields.ts'
import { readIntent } from './read-request.ts'
import { createRecheck } from './recheck.ts'
import { infoOf, sessionInfo } from './session-views.ts'

const maxTitle = 500
const maxPage = 200
const maxRequests = 100

export async function listProfiles({ settings }: Call): Promise<Response> {
  const { profiles, limits } = settings
  const uploads = { maxBytes: limits.uploadBytes, mediaTypes: limits.uploadTypes }
  const list: ProfileList = { profiles, uploads, ...defined({ defaultProfile: profiles[0]?.id }) }
  return json(list)
}

export async function listSessions(call: Call): Promise<Response> {
  const { url, caller, settings, search } = call
  const limit = numberIn(url, 'limit', 50, maxPage)
  const words = wordsIn(url.searchParams.get('search') ?? '')
  const after = placeIn(url.searchParams.get('after'))
  const sessions: SessionInfo[] = []
  let looked = 0
  for await (const summary of settings.store.list()) {
    if (caller.ownerId !== undefined && summary.metadata.ownerId !== caller.ownerId) continue
    const isRead = looked++ < settings.limits.searchedSessions
    if (after !== undefined && !isBehind(summary, after)) continue
    if (!(await search.isFound(summary, words, isRead))) continue
    if (sessions.length === limit) return json(pageOf(sessions))
    sessions.push(sessionInfo(summary))
  }
  const page: SessionPage = { sessions }
  return json(page)
}

export async function createSession(call: Call): Promise<Response> {
  const { settings, sessions, caller } = call
  const body = await readIntent<CreateSessionIntent>(call, ['sessionId', 'title', 'profile'])
  const profile = optionalText(body, 'profile')
  assertProfile(settings.profiles, profile)
  const title = optionalText(body, 'title', maxTitle)
  const live = await sessions.create(caller, { sessionId: optionalSessionId(body), title, profile })
  return json(await infoOf(settings.store, live.id), 201)
}

export async function readSession(call: Call): Promise<Response> {
  const live = await sessionOf(call)
  const requests = call.url.searchParams.getAll('request')
  if (requests.length > maxRequests || requests.some((id) => id === '' || id.length > 200))
    return refuse('request', `an id of up to 200 characters, and there at most ${maxRequests} times`)
  return json(await live.snapshot(numberIn(call.url, 'turns', 100, Number.MAX_SAFE_INTEGER), requests))
}

export async function changeSession(call: Call): Promise<Response> {
  const { settings } = call
  const live = await sessionOf(call)
  const body = await readIntent<ChangeSessionIntent>(call, ['title', 'profile'])
  const profile = optionalText(body, 'profile')
  assertProfile(settings.profiles, profile)
  await change(live, { title: optionalText(body, 'title', maxTitle), profile })
  return json(await infoOf(settings.store, live.id))
}

export async function deleteSession(call: Call): Promise<Response> {
  const { settings, sessions, uploads } = call
  const live = await sessionOf(call)
  const session = oursIn(await live.look())
  await Promise.all(session.queue.map(({ runId }) => session.withdrawQueued(runId)))
  await session.active?.cancel('user')
  await settings.store.delete(live.id)
  sessions.drop(live.id)
  uploads.forget(live.id)
  call.search.forget(live.id)
  live.tell('deleted')
  return done()
}

export async function followSession(call: Call): Promise<Response> {
  const { caller, settings, streams } = call
  const live = await sessionOf(call)
  const { clock, limits, reportError } = settings
  const from = await placeOfReader(call, async () => (await live.status()).cursor)
  const onEnd = streams.take(caller.key)
  const recheck = createRecheck(clock, limits.recheckMs, () => mayStay(call))
  const body = createEventStream({ live, from, clock, keepAliveMs: limits.keepAliveMs, recheck, onEnd, reportError })
  return new Response(body, { headers: streamHeaders })
}

/** What the reader has, by the header of those who come again, or by the address. Default: all that there is. */
async function placeOfReader({ request, url }: Call, latest: () => Promise<EventCursor>): Promise<EventCursor> {
  const header = request.headers.get('last-event-id')
  const text = header ?? url.searchParams.get('from')
  if (text === null) return latest()
  const field = header === null ? 'from' : 'Last-Event-ID'
  return parseCursor(text) ?? refuse(field, 'the id of an event of this session, such as 3.128')
}

/** @throws ProblemError `invalid_request` */
function wordsIn(search: string): readonly string[] {
  if (search.length > maxTitle) return refuse('search', `a text of up to ${maxTitle} characters`)
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

function numberIn(url: URL, name: string, standard: number, most: number): number {
  const text = url.searchParams.get(name)
  if (text === null) return standard
  const number = Number(text)
  return Number.isSafeInteger(number) && number > 0 && number <= most ? number : refuse(name, `from 1 to ${most}`)
}

/** Where a page begins: behind the session that was last on the one before. */
interface Place {
  readonly updatedAt: number
  readonly sessionId: string
}

function pageOf(sessions: readonly SessionInfo[]): SessionPage {
  const last = sessions.at(-1)
  return { sessions, ...(last === undefined ? {} : { next: `${last.updatedAt}.${last.sessionId}` }) }
}

function placeIn(text: string | null): Place | undefined {
  if (text === null) return undefined
  const [, updatedAt, sessionId] = /^(\d+)\.(.+)$/s.exec(text) ?? []
  if (updatedAt === undefined || sessionId === undefined) return refuse('after', 'what a page gave as next')
  return { updatedAt: Number(updatedAt), sessionId }
}

function isBehind(summary: SessionSummary, { updatedAt, sessionId }: Place): boolean {
  if (summary.updatedAt !== updatedAt) return summary.updatedAt < updatedAt
  return summary.sessionId > sessionId
}
