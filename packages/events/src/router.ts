import type { Clock, Context } from '@geppetto/context'
import { toErrorData } from '@geppetto/turns'
import { EventError } from './custom-event.ts'
import type { Event } from './event.ts'
import { parseEvent, stringifyEvent } from './event-text.ts'
import type { EventSink } from './sink.ts'
import type { EventTransport } from './transport.ts'

/** How long closing waits for handlers that are at work, in milliseconds. */
const closeGraceMs = 1_000

/** Takes the events of a topic: one at a time, in order. Its promise holds up the topic, and over the transport the sink. */
export type EventHandler = (event: Event) => void | Promise<void>

/** Brings events from sinks to handlers over a transport, by topic. */
export interface EventRouter {
  /** A sink that publishes to the topic. */
  sink(topic: string): EventSink
  /**
   * Gives the topic's events to `handler`, from the time that the router runs. What the handler throws is the transport's to tell
   * (in memory: to the sink's run, as the fault of any sink); the topic's other handlers are not disturbed.
   * @throws EventError `duplicate_handler` when the name is taken, `router_closed`.
   */
  handle(name: string, topic: string, handler: EventHandler): void
  /**
   * Delivers until the context aborts or `close` is called, and is closed then. Listens before it returns its promise: what is
   * published later arrives. Rejects with EventError `router_running` or `router_closed`.
   */
  run(ctx: Context): Promise<void>
  /** Delivers nothing any more; resolves when the handlers at work are done, at the latest after 1 s. */
  close(): Promise<void>
}

/** Makes a router. A handler's payloads are parsed for it alone, so that it may do with them what it wants. */
export function createEventRouter(options: { readonly transport: EventTransport }): EventRouter {
  return new Router(options.transport)
}

interface Registration {
  readonly name: string
  readonly topic: string
  readonly handler: EventHandler
}

class Router implements EventRouter {
  readonly #transport: EventTransport
  readonly #registrations = new Map<string, Registration>()
  readonly #subscriptions: (() => void)[] = []
  readonly #atWork = new Set<Promise<void>>()
  readonly #closed = Promise.withResolvers<void>()
  #clock: Clock | undefined
  #state: 'new' | 'running' | 'closed' = 'new'

  constructor(transport: EventTransport) {
    this.#transport = transport
  }

  sink(topic: string): EventSink {
    return { publish: (event) => this.#transport.publish(topic, stringifyEvent(event)) }
  }

  handle(name: string, topic: string, handler: EventHandler): void {
    this.#mustBeOpen()
    if (this.#registrations.has(name))
      throw new EventError('duplicate_handler', `there is a handler ${name} already: give each its own name`)
    const registration = { name, topic, handler }
    this.#registrations.set(name, registration)
    if (this.#state === 'running') this.#subscribe(registration)
  }

  async run(ctx: Context): Promise<void> {
    this.#mustBeOpen()
    if (this.#state === 'running') throw new EventError('router_running', 'the router runs already')
    this.#state = 'running'
    this.#clock = ctx.clock
    const { signal } = ctx
    const onAbort = () => void this.close()
    if (signal.aborted) onAbort()
    else {
      signal.addEventListener('abort', onAbort, { once: true })
      for (const registration of this.#registrations.values()) this.#subscribe(registration)
    }
    await this.#closed.promise
    signal.removeEventListener('abort', onAbort)
  }

  close(): Promise<void> {
    if (this.#state !== 'closed') {
      this.#state = 'closed'
      for (const unsubscribe of this.#subscriptions) unsubscribe()
      this.#closed.resolve(this.#untilIdle())
    }
    return this.#closed.promise
  }

  async #untilIdle(): Promise<void> {
    const clock = this.#clock
    if (clock === undefined || this.#atWork.size === 0) return
    const timeout = Promise.withResolvers<void>()
    const stop = clock.schedule(timeout.resolve, closeGraceMs)
    await Promise.race([Promise.allSettled(this.#atWork), timeout.promise])
    stop()
  }

  #subscribe(registration: Registration): void {
    const unsubscribe = this.#transport.subscribe(registration.topic, (payload) => this.#take(registration, payload))
    this.#subscriptions.push(unsubscribe)
  }

  #take(registration: Registration, payload: string): void | Promise<void> {
    if (this.#state !== 'running') return
    try {
      const result = registration.handler(parseEvent(payload))
      if (typeof result?.then !== 'function') return
      const work = Promise.resolve(result).then(
        () => {
          this.#atWork.delete(work)
        },
        (error: unknown) => {
          this.#atWork.delete(work)
          throw handlerError(registration, error)
        },
      )
      this.#atWork.add(work)
      return work
    } catch (error) {
      throw handlerError(registration, error)
    }
  }

  #mustBeOpen(): void {
    if (this.#state === 'closed') throw new EventError('router_closed', 'the router is closed: make a new one')
  }
}

function handlerError({ name, topic }: Registration, cause: unknown): EventError {
  const { message } = toErrorData(cause)
  return new EventError('handler_failed', `handler ${name} of topic ${topic} failed: ${message}`, { cause })
}
