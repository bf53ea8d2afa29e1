import { toErrorData } from '@geppetto/turns'
import type { EventTransport, TransportListener } from './transport.ts'

/**
 * A transport within the process. `publish` returns when all listeners of the topic have taken the payload: synchronously where
 * they all do; so a listener must not wait for what it publishes to its own topic. Without listeners a payload is gone.
 */
export function createMemoryTransport(): EventTransport {
  const topics = new Map<string, Topic>()
  return {
    publish: (topic, payload) => topics.get(topic)?.publish(payload),
    subscribe(name, listener) {
      const topic = topics.get(name) ?? new Topic()
      topics.set(name, topic)
      const stop = topic.subscribe(listener)
      return () => {
        stop()
        if (topic.isUnused) topics.delete(name)
      }
    },
  }
}

interface Waiting {
  readonly payload: string
  readonly taken: PromiseWithResolvers<void>
}

/** One payload at a time, to all listeners at once. */
class Topic {
  readonly #listeners = new Set<{ readonly call: TransportListener }>()
  readonly #waiting: Waiting[] = []
  #isBusy = false

  get isUnused(): boolean {
    return this.#listeners.size === 0 && !this.#isBusy
  }

  subscribe(listener: TransportListener): () => void {
    // Its own object, so that one function can be subscribed twice.
    const subscription = { call: listener }
    this.#listeners.add(subscription)
    return () => this.#listeners.delete(subscription)
  }

  publish(payload: string): void | Promise<void> {
    if (this.#isBusy) {
      const taken = Promise.withResolvers<void>()
      this.#waiting.push({ payload, taken })
      return taken.promise
    }
    this.#isBusy = true
    const { failures, pending } = this.#callAll(payload)
    if (pending === undefined) {
      this.#serveWaiting()
      throwFailures(failures)
      return
    }
    return pending.then(() => {
      this.#serveWaiting()
      throwFailures(failures)
    })
  }

  /** One after the other, until a listener takes its time over one or none waits any more. */
  #serveWaiting(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { taken, payload } = next
      const { failures, pending } = this.#callAll(payload)
      if (pending !== undefined) {
        void pending.then(() => {
          settle(taken, failures)
          this.#serveWaiting()
        })
        return
      }
      settle(taken, failures)
    }
    this.#isBusy = false
  }

  /** `pending` is absent when all listeners are done; it never rejects. */
  #callAll(payload: string): { readonly failures: readonly unknown[]; readonly pending?: Promise<unknown> } {
    const failures: unknown[] = []
    const pending: Promise<void>[] = []
    const fail = (error: unknown): void => {
      failures.push(error)
    }
    for (const { call } of this.#listeners) {
      try {
        const taken = call(payload)
        if (taken !== undefined) pending.push(Promise.resolve(taken).catch(fail))
      } catch (error) {
        fail(error)
      }
    }
    return pending.length === 0 ? { failures } : { failures, pending: Promise.all(pending) }
  }
}

function settle(taken: PromiseWithResolvers<void>, failures: readonly unknown[]): void {
  if (failures.length === 0) taken.resolve()
  else taken.reject(asOne(failures))
}

function throwFailures(failures: readonly unknown[]): void {
  if (failures.length > 0) throw asOne(failures)
}

function asOne(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0]
  const messages = failures.map((failure) => toErrorData(failure).message)
  return new AggregateError(failures, messages.join('; '))
}
