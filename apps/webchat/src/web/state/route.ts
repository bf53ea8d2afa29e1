import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}

function sessionIdOfPage(): string | undefined {
  const [, id] = /^\/s\/([^/]+)$/.exec(location.pathname) ?? []
  return id === undefined ? undefined : decodeURIComponent(id)
}

/** The session that the page shows; undefined: a new one. */
export function useSessionId(): string | undefined {
  return useSyncExternalStore(subscribe, sessionIdOfPage)
}

/** The address of a session; of a new one without an id. */
export function addressOf(sessionId?: string): string {
  return sessionId === undefined ? '/' : `/s/${encodeURIComponent(sessionId)}`
}

/** Shows another session. */
export function goTo(sessionId: string | undefined, how: 'push' | 'replace' = 'push'): void {
  const address = addressOf(sessionId)
  if (address === location.pathname) return
  if (how === 'push') history.pushState(null, '', address)
  else history.replaceState(null, '', address)
  for (const listener of [...listeners]) listener()
}
