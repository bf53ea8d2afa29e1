import { background, type Clock, randomIds, systemClock } from '@geppetto/context'
import { defined } from '@geppetto/turns'
import { ClientError, isClientError } from './client-error.ts'
import { type Connectivity, hostConnectivity } from './connectivity.ts'
import type { CreateSessionIntent } from './protocol/intents.ts'
import type { ProfileList, SessionInfo, SessionPage } from './protocol/views.ts'
import type { Resolve } from './read-blocks.ts'
import { readInfo, readPage, readProfiles } from './read-views.ts'
import { ServerLink } from './server-link.ts'
import { SessionClient } from './session-client.ts'

/** How a server is reached. */
export interface ClientOptions {
  /** Where its paths begin: `https://example.org/api`; in a page also `/api`. */
  readonly baseUrl: string
  /** Headers of each request, as a token: asked for anew each time. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>)
  /** Whether cookies go along to another origin. Default: the platform's, which is that they do not. */
  readonly credentials?: RequestCredentials
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: what the browser says. */
  readonly connectivity?: Connectivity
  /** From 0 to 1, for the times between tries. Default: `Math.random`. */
  readonly random?: () => number
}

/** Which sessions are listed. */
export interface ListChoice {
  /** Words that are in their titles, or in what was said in them. */
  readonly search?: string
  /** How many; default 50. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

/** The sessions of a server. */
export interface Client {
  /** A page of the sessions, the one that was written to last first. @throws ClientError */
  list(choice?: ListChoice): Promise<SessionPage>
  /** Makes a session. @throws ClientError */
  create(session?: CreateSessionIntent): Promise<SessionInfo>
  /** Throws a session away, with the run that is active in it; nothing where there is none. @throws ClientError */
  delete(sessionId: string): Promise<void>
  /** What can be chosen, and what may be sent. @throws ClientError */
  profiles(): Promise<ProfileList>
  /** The session: the same object as long as somebody uses it. */
  session(sessionId: string): SessionClient
  /** Lets go of all. */
  close(): void
}

/** Makes a client. @throws ClientError `invalid_options` where there is no address */
export function createClient(options: ClientOptions): Client {
  const { headers = {}, credentials, clock = systemClock, connectivity = hostConnectivity } = options
  const { random = Math.random, fetch = globalThis.fetch.bind(globalThis) } = options
  const baseUrl = absolute(options.baseUrl)
  const link = new ServerLink({
    baseUrl,
    fetch,
    headers: typeof headers === 'function' ? headers : () => headers,
    credentials,
    clock,
    connectivity,
    random,
    ctx: background({ clock }),
  })
  const resolve: Resolve = (address) => (URL.canParse(address, baseUrl) ? new URL(address, baseUrl).href : address)
  const closing = new AbortController()
  const { signal } = closing
  const sessions = new Map<string, SessionClient>()
  return {
    async list(choice = {}) {
      const query = new URLSearchParams(defined({ search: choice.search, after: choice.after }))
      if (choice.limit !== undefined) query.set('limit', String(choice.limit))
      return readPage(await link.ask(`/sessions?${query}`, { signal }))
    },
    async create(session = {}) {
      const body: CreateSessionIntent = { sessionId: randomIds.next('ses'), ...session }
      return readInfo(await link.ask('/sessions', { method: 'POST', body, signal }))
    },
    async delete(sessionId) {
      try {
        await link.ask(`/sessions/${encodeURIComponent(sessionId)}`, { method: 'DELETE', signal })
      } catch (error) {
        // It is gone, as was wanted: by another page, or by a request whose answer was lost.
        if (!isClientError(error) || error.code !== 'no_such_session') throw error
      }
    },
    async profiles() {
      return readProfiles(await link.ask('/profiles', { signal }))
    },
    session(sessionId) {
      const known = sessions.get(sessionId)
      if (known !== undefined) return known
      const session: SessionClient = new SessionClient(link, sessionId, resolve, {
        onUse: () => {
          if (!sessions.has(sessionId)) sessions.set(sessionId, session)
        },
        onIdle: () => {
          if (sessions.get(sessionId) === session) sessions.delete(sessionId)
        },
      })
      sessions.set(sessionId, session)
      return session
    },
    close() {
      closing.abort()
      for (const session of [...sessions.values()]) session.close()
    },
  }
}

function absolute(baseUrl: string): string {
  const page = typeof location === 'undefined' ? undefined : location.href
  if (typeof baseUrl === 'string' && URL.canParse(baseUrl, page)) return new URL(baseUrl, page).href.replace(/\/+$/, '')
  throw new ClientError('invalid_options', 'baseUrl must be the address of a server, such as https://example.org/api')
}
