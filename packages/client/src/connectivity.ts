/** Whether the machine has a network, as far as it knows. */
export interface Connectivity {
  readonly isOnline: boolean
  /** Calls `listener` when that changes, until what it returns is called. */
  onChange(listener: () => void): () => void
}

/** What the browser says; elsewhere there always is one. */
export const hostConnectivity: Connectivity = {
  get isOnline() {
    return typeof navigator === 'undefined' || navigator.onLine !== false
  },
  onChange(listener) {
    if (typeof globalThis.addEventListener !== 'function') return () => {}
    const names = ['online', 'offline'] as const
    for (const name of names) globalThis.addEventListener(name, listener)
    return () => {
      for (const name of names) globalThis.removeEventListener(name, listener)
    }
  },
}
