import type { SessionStore } from '../contract/store.ts'

/** The store, and how often each of its methods was called. */
export function countCalls(inner: SessionStore): {
  readonly store: SessionStore
  readonly calls: Map<string, number>
} {
  const calls = new Map<string, number>()
  const store = new Proxy(inner, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !['capabilities', 'keeper'].includes(name))
        calls.set(name, (calls.get(name) ?? 0) + 1)
      return Reflect.get(target, name, receiver)
    },
  })
  return { store, calls }
}
