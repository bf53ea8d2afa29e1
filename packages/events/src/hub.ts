import type { Clock } from '@geppetto/context'
import { toErrorData } from '@geppetto/turns'
import type { Correlation, Event, EventDraft, TerminalEvent } from './event.ts'
import { EventReader } from './reader.ts'
import { RunLog } from './run-log.ts'
import type { EventSink, Warning } from './sink.ts'
import { SinkLane } from './sink-lane.ts'

/** Numbers the events of a session. */
export class EventSequence {
  #last: number

  /** @param last the number that was given last. Default 0. */
  constructor(last = 0) {
    this.#last = last
  }

  get last(): number {
    return this.#last
  }

  next(): number {
    return ++this.#last
  }
}

/** What {@link createEventHub} takes. */
export interface EventHubOptions {
  readonly clock: Clock
  readonly sinks: readonly EventSink[]
  /** Default: one that begins at 1. */
  readonly sequence?: EventSequence
  /** Keep what is published for readers that come late. Default false. */
  readonly keepsLog?: boolean
}

/** Where all events of a run, or of an engine used directly, come together, get their number, and go to the sinks. */
export function createEventHub(options: EventHubOptions): EventHub {
  const channel = new Channel(options.clock, options.sequence ?? new EventSequence(), options.keepsLog === true)
  return new EventHub(channel, channel.addLanes([], options.sinks))
}

/** What the hub of a run and the hubs derived from it share. */
class Channel {
  readonly clock: Clock
  readonly sequence: EventSequence
  readonly log: RunLog | undefined
  readonly readers: Set<EventReader> = new Set()
  readonly failures: Map<SinkLane, { readonly first: string; count: number }> = new Map()
  readonly stalls: Warning[] = []
  isClosed = false
  #lanes = new Set<SinkLane>()
  #isDispatching = false
  #waiting: { readonly event: Event; readonly lanes: readonly SinkLane[] }[] = []

  constructor(clock: Clock, sequence: EventSequence, keepsLog: boolean) {
    this.clock = clock
    this.sequence = sequence
    if (keepsLog) this.log = new RunLog()
  }

  /** `lanes`, and one for each sink that has none yet. */
  addLanes(lanes: readonly SinkLane[], sinks: readonly EventSink[]): readonly SinkLane[] {
    const all = [...lanes]
    for (const sink of sinks) {
      if (all.some((lane) => lane.sink === sink)) continue
      const lane = new SinkLane(sink, this.clock, this)
      this.#lanes.add(lane)
      all.push(lane)
    }
    return all
  }

  dispatch(event: Event, lanes: readonly SinkLane[]): void {
    // A sink that publishes is served after the others have got the event that it answers, so that all see one order.
    if (this.#isDispatching) {
      this.#waiting.push({ event, lanes })
      return
    }
    this.#isDispatching = true
    for (const lane of lanes) lane.deliver(event)
    if (this.readers.size > 0) for (const reader of this.readers) reader.push(event)
    if (this.#waiting.length > 0) {
      for (let index = 0; index < this.#waiting.length; index++) {
        const next = this.#waiting[index]
        if (next === undefined) break
        for (const lane of next.lanes) lane.deliver(next.event)
        for (const reader of this.readers) reader.push(next.event)
      }
      this.#waiting = []
    }
    this.#isDispatching = false
  }

  failed(lane: SinkLane, error: unknown): void {
    const known = this.failures.get(lane)
    if (known !== undefined) {
      known.count++
      return
    }
    const { message } = toErrorData(error)
    this.failures.set(lane, { first: message, count: 1 })
    this.#tellOthers(lane, `an event sink failed and goes on: ${message}`)
  }

  stalled(lane: SinkLane, why: string): void {
    const message = `an event sink was detached: ${why}`
    this.stalls.push({ code: 'sink_stalled', message })
    this.#tellOthers(lane, message)
  }

  warnings(): readonly Warning[] {
    const failures = [...this.failures.values()].map(({ first, count }): Warning => {
      const more = count === 1 ? '' : ` (and ${count - 1} more times)`
      return { code: 'sink_failed', message: `an event sink failed: ${first}${more}` }
    })
    return [...failures, ...this.stalls]
  }

  lanes(): readonly SinkLane[] {
    return [...this.#lanes]
  }

  close(): void {
    this.isClosed = true
    for (const lane of this.#lanes) lane.close()
    this.#lanes.clear()
  }

  #tellOthers(lane: SinkLane, message: string): void {
    if (this.isClosed) return
    const event: Event = {
      type: 'log',
      v: 1,
      seq: this.sequence.next(),
      time: this.clock.now(),
      correlation: {},
      level: 'warn',
      message,
    }
    this.log?.add(event)
    this.dispatch(
      event,
      this.lanes().filter((other) => other !== lane),
    )
  }
}

/** One place to publish to. Made by {@link createEventHub}; the session makes and closes the hub of a run. */
export class EventHub {
  readonly clock: Clock
  readonly sequence: EventSequence
  readonly #channel: Channel
  readonly #lanes: readonly SinkLane[]

  /** @internal Use {@link createEventHub}. */
  constructor(channel: Channel, lanes: readonly SinkLane[]) {
    this.clock = channel.clock
    this.sequence = channel.sequence
    this.#channel = channel
    this.#lanes = lanes
  }

  /** The same hub with more sinks: what is published here reaches them too, what is published elsewhere does not. */
  extend(sinks: readonly EventSink[]): EventHub {
    return new EventHub(this.#channel, this.#channel.addLanes(this.#lanes, sinks))
  }

  /** The sinks that it serves. */
  get sinks(): readonly EventSink[] {
    return this.#lanes.map((lane) => lane.sink)
  }

  /** The log of the run, where one is kept. */
  get log(): RunLog | undefined {
    return this.#channel.log
  }

  /** Whether nothing is delivered any more. */
  get isClosed(): boolean {
    return this.#channel.isClosed
  }

  /** What went wrong with sinks so far. */
  get warnings(): readonly Warning[] {
    return this.#channel.warnings()
  }

  /** Stamps the draft and delivers it. Does nothing once the run is over. */
  publish(draft: EventDraft, correlation: Correlation): void {
    if (this.#channel.isClosed) return
    const event: Event = {
      ...draft,
      v: 1,
      seq: this.sequence.next(),
      time: this.clock.now(),
      correlation: draft.correlation === undefined ? correlation : { ...correlation, ...draft.correlation },
    }
    this.#channel.log?.add(event)
    this.#channel.dispatch(event, this.#lanes)
  }

  /** Delivers a stamped event that its publisher keeps in the log itself: the way of deltas. */
  dispatch(event: Event): void {
    this.#channel.dispatch(event, this.#lanes)
  }

  /** What a publisher should wait for before it publishes more; undefined when every sink keeps up. */
  get pressure(): Promise<void> | undefined {
    let pending: Promise<void>[] | undefined
    for (const lane of this.#lanes) {
      const { pressure } = lane
      if (pressure !== undefined) {
        pending ??= []
        pending.push(pressure)
      }
    }
    return pending === undefined ? undefined : Promise.all(pending).then(() => {})
  }

  /** Publishes the last event; from here on nothing else is. What sinks have not taken yet still waits for them. */
  finish(draft: DraftOfTerminal, correlation: Correlation): void {
    this.publish(draft, correlation)
    this.#channel.isClosed = true
    for (const reader of this.#channel.readers) reader.end()
    this.#channel.readers.clear()
  }

  /** Resolves when every sink has taken everything, or after `graceMs`; then lets go of the sinks. */
  async drain(graceMs: number): Promise<void> {
    const pending = this.#channel
      .lanes()
      .map((lane) => lane.drained)
      .filter((drained) => drained !== undefined)
    if (pending.length > 0) {
      const timeout = Promise.withResolvers<void>()
      const stop = this.clock.schedule(timeout.resolve, graceMs)
      await Promise.race([Promise.all(pending), timeout.promise])
      stop()
    }
    this.#channel.close()
  }

  /** The events of the run: those of the past from the log, one delta per segment, then those to come. */
  read(): EventReader {
    const reader = new EventReader(() => this.#channel.readers.delete(reader))
    for (const event of this.#channel.log?.replay() ?? []) reader.push(event)
    if (this.#channel.isClosed) reader.end()
    else this.#channel.readers.add(reader)
    return reader
  }
}

/** A terminal event without what the hub writes on it. */
export type DraftOfTerminal = EventDraft & { readonly type: TerminalEvent['type'] }
