import { type CancelTimer, type Clock, systemClock } from '@geppetto/context'

/** The machine's clock, and how many of its timers are armed. */
export interface WatchedClock extends Clock {
  readonly armed: number
  /** Stops them all: a timer that is left keeps the process alive. */
  stopAll(): void
}

/** A clock that knows what was left on it. Time is real: what is tested may do real input and output. */
export function watchClock(): WatchedClock {
  const timers = new Set<CancelTimer>()
  return {
    get armed() {
      return timers.size
    },
    stopAll() {
      for (const stop of timers) stop()
    },
    now: () => systemClock.now(),
    schedule(callback, delayMs) {
      const stopTimer = systemClock.schedule(() => {
        timers.delete(stop)
        callback()
      }, delayMs)
      const stop = (): void => {
        timers.delete(stop)
        stopTimer()
      }
      timers.add(stop)
      return stop
    },
  }
}

/** An abort signal, and how many listeners are on it. */
export interface WatchedSignal {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  readonly listeners: number
}

interface Listener {
  readonly callback: EventListenerOrEventListenerObject
  readonly isOnce: boolean
  readonly until: AbortSignal | undefined
}

/** A signal that knows who listens. No runtime but Node tells, so it looks at what is added and removed. */
export function watchSignal(): WatchedSignal {
  const controller = new AbortController()
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  const listeners: Listener[] = []
  const forget = (callback: unknown): void => {
    const index = listeners.findIndex((listener) => listener.callback === callback)
    if (index >= 0) listeners.splice(index, 1)
  }
  Object.defineProperty(signal, 'addEventListener', {
    value: (
      type: string,
      callback: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ) => {
      const { once = false, signal: until } = typeof options === 'object' ? options : {}
      if (!listeners.some((listener) => listener.callback === callback))
        listeners.push({ callback, isOnce: once, until })
      add(type, callback, options)
    },
  })
  Object.defineProperty(signal, 'removeEventListener', {
    value: (type: string, callback: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions) => {
      forget(callback)
      remove(type, callback, options)
    },
  })
  return {
    signal,
    abort: (reason) => controller.abort(reason),
    get listeners() {
      // An abort comes once: what listened for it once is gone with it.
      return listeners.filter(({ isOnce, until }) => !(isOnce && signal.aborted) && until?.aborted !== true).length
    },
  }
}
