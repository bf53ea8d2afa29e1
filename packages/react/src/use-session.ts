import type { Client, SessionClient, SessionState } from '@geppetto/client'
import { useMemo, useSyncExternalStore } from 'react'
import { frameStoreOf } from './frame-store.ts'

/** A session in a component. */
export interface UsedSession {
  /** As it was when the frame was drawn: what has not changed is the same object, so that memoised components are left alone. */
  readonly state: SessionState
  /** What can be done in it: `submit`, `cancel`, `regenerate`, … The same object while the session is the same. */
  readonly session: SessionClient
}

/** Follows a session while the component is there. While a model speaks it is drawn at most once a frame. */
export function useSession(client: Client, sessionId: string): UsedSession {
  const { session, store } = useMemo(() => {
    const used = client.session(sessionId)
    return { session: used, store: frameStoreOf(used) }
  }, [client, sessionId])
  const state = useSyncExternalStore(store.subscribe, store.getState, store.getState)
  return useMemo(() => ({ state, session }), [state, session])
}
