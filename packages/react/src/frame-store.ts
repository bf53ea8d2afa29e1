import type { SessionClient, SessionState } from '@geppetto/client'

/** A session as a component reads it. */
export interface FrameStore {
  readonly getState: () => SessionState
  readonly subscribe: (listener: () => void) => () => void
}

/** Where there are no frames, as in a page that nobody sees, in milliseconds. */
const hiddenMs = 100

/** Calls `work` before the next frame is drawn; what it returns calls it off. A page that is hidden meanwhile has no next frame. */
function nextFrame(work: () => void): () => void {
  const page = typeof document === 'undefined' ? undefined : document
  const isHidden = () => page?.visibilityState === 'hidden'
  const done = () => {
    stop()
    work()
  }
  const schedule = () => {
    if (typeof requestAnimationFrame === 'function' && !isHidden()) {
      const frame = requestAnimationFrame(done)
      return () => cancelAnimationFrame(frame)
    }
    const timer = setTimeout(done, hiddenMs)
    return () => clearTimeout(timer)
  }
  let callOff = schedule()
  const onSeen = () => {
    callOff()
    callOff = schedule()
  }
  page?.addEventListener('visibilitychange', onSeen)
  const stop = () => {
    callOff()
    page?.removeEventListener('visibilitychange', onSeen)
  }
  return stop
}

/** One for each session, so that all who show it draw the same state in the same frame, and once. */
const stores = new WeakMap<Shown, FrameStore>()

type Shown = Pick<SessionClient, 'getState' | 'subscribe'>

/** The state of a session as it was at the last frame: however fast a model speaks, its listeners hear of it once a frame. */
export function frameStoreOf(session: Shown): FrameStore {
  const store = stores.get(session) ?? createFrameStore(session)
  stores.set(session, store)
  return store
}

function createFrameStore(session: Shown): FrameStore {
  let shown = session.getState()
  let callOff: (() => void) | undefined
  const listeners = new Set<() => void>()
  const show = () => {
    callOff = undefined
    const state = session.getState()
    if (state === shown) return
    shown = state
    for (const listener of [...listeners]) listener()
  }
  let leave: (() => void) | undefined
  return {
    getState() {
      // While nobody listens nothing is drawn that could be torn.
      if (listeners.size === 0) shown = session.getState()
      return shown
    },
    subscribe(listener) {
      listeners.add(listener)
      leave ??= session.subscribe(() => {
        callOff ??= nextFrame(show)
      })
      // What has happened while nobody listened.
      callOff ??= nextFrame(show)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        callOff?.()
        callOff = undefined
        leave?.()
        leave = undefined
      }
    },
  }
}
