import { type Client, type ClientError, isClientError, type SessionInfo } from '@geppetto/client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

/** Which sessions are listed. */
export interface SessionsChoice {
  /** Words that are in their titles, or in what was said in them. */
  readonly search?: string
  /** How many at a time; default 50. */
  readonly limit?: number
}

/** The sessions of a server in a component. */
export interface UsedSessions {
  /** The one that was written to last first. */
  readonly sessions: readonly SessionInfo[]
  /** Whether the server is being asked. */
  readonly isLoading: boolean
  /** Why the list is not what it should be. */
  readonly error?: ClientError
  /** Whether there are more: `loadMore` gets them. */
  readonly hasMore: boolean
  readonly loadMore: () => void
  /** Asks again, as when a run has ended. It is asked, too, when the page is seen again. */
  readonly refresh: () => void
  /** Makes a session, which is then the first. @throws ClientError */
  readonly create: Client['create']
  /** Throws a session away, which is gone from the list at once. @throws ClientError */
  readonly remove: (sessionId: string) => Promise<void>
}

interface List {
  readonly sessions: readonly SessionInfo[]
  readonly next: string | undefined
  readonly isLoading: boolean
  readonly error: ClientError | undefined
}

/** How long nothing more is typed before it is searched for, in milliseconds. */
const typingMs = 150

/** As many as a server gives at a time. */
const maxPage = 200

const empty: List = { sessions: [], next: undefined, isLoading: true, error: undefined }

/** Lists the sessions of a server, and what can be done with them. */
export function useSessions(client: Client, { search = '', limit = 50 }: SessionsChoice = {}): UsedSessions {
  const [list, setList] = useState(empty)
  /** Answers to questions of an earlier time come too late. */
  const asked = useRef(0)
  /** Counts what was made and removed here: an answer that was asked for before does not know of it. */
  const changes = useRef(0)
  /** How many are seen: those who ask again lose none of them. */
  const shown = useRef({ search, count: 0 })
  const load = useCallback(
    async (after: string | undefined): Promise<void> => {
      asked.current++
      const question = asked.current
      const known = changes.current
      setList((before) => ({ ...before, isLoading: true }))
      try {
        const count = shown.current.search === search ? shown.current.count : 0
        const page = await client.list({
          limit: after === undefined ? Math.max(limit, Math.min(count, maxPage)) : limit,
          ...(search === '' ? {} : { search }),
          ...(after === undefined ? {} : { after }),
        })
        if (question !== asked.current) return
        if (known !== changes.current) return load(after)
        shown.current = { search, count: page.sessions.length + (after === undefined ? 0 : count) }
        setList(({ sessions }) => ({
          sessions: after === undefined ? page.sessions : [...sessions, ...page.sessions],
          next: page.next,
          isLoading: false,
          error: undefined,
        }))
      } catch (error) {
        if (question !== asked.current) return
        if (!isClientError(error)) throw error
        setList((before) => ({ ...before, isLoading: false, error }))
      }
    },
    [client, search, limit],
  )
  const refresh = useCallback(() => void load(undefined), [load])
  const { next, sessions, isLoading, error } = list
  const loadMore = useCallback(() => {
    if (next !== undefined) void load(next)
  }, [load, next])
  useEffect(() => {
    // What is being typed is searched for once.
    const timer = search === '' ? undefined : setTimeout(refresh, typingMs)
    if (timer === undefined) refresh()
    const onSeen = () => {
      if (document.visibilityState === 'visible') refresh()
    }
    document.addEventListener('visibilitychange', onSeen)
    return () => {
      clearTimeout(timer)
      asked.current++
      document.removeEventListener('visibilitychange', onSeen)
    }
  }, [refresh, search])
  const create = useCallback<Client['create']>(
    async (session) => {
      const made = await client.create(session)
      changes.current++
      setList((before) => ({ ...before, sessions: [made, ...without(made.sessionId, before.sessions)] }))
      return made
    },
    [client],
  )
  const remove = useCallback(
    async (sessionId: string) => {
      const takeOut = () => setList((before) => ({ ...before, sessions: without(sessionId, before.sessions) }))
      takeOut()
      try {
        await client.delete(sessionId)
        changes.current++
        // A list that came meanwhile still had it.
        takeOut()
      } catch (thrown) {
        // It is still there.
        refresh()
        throw thrown
      }
    },
    [client, refresh],
  )
  return useMemo(
    () => ({
      sessions,
      isLoading,
      hasMore: next !== undefined,
      loadMore,
      refresh,
      create,
      remove,
      ...(error === undefined ? {} : { error }),
    }),
    [sessions, isLoading, next, loadMore, refresh, create, remove, error],
  )
}

function without(sessionId: string, sessions: readonly SessionInfo[]): readonly SessionInfo[] {
  return sessions.filter((session) => session.sessionId !== sessionId)
}
