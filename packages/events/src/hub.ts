import type { Clock } from '@geppetto/context'
import { adoptFields } from '@geppetto/turns'
import type { Correlation, Event, EventDraft, TerminalEvent } from './event.ts'
import { EventChannel, type OuterRun } from './event-channel.ts'
import { EventSequence } from './event-sequence.ts'
import type { Lane } from './lane.ts'
import { ownEvent } from './own-event.ts'
import { EventReader } from './reader.ts'
import { RunLog } from './run-log.ts'
import type { EventSink, Warning } from './sink.ts'
import type { EventTap } from './tap.ts'

/** What {@link createEventHub} takes. */
export interface EventHubOptions {
  readonly clock: Clock
  readonly sinks: readonly EventSink[]
  /** Default: one that begins at 1. */
  readonly sequence?: EventSequence
  /** Keep what is published for readers that come late. Default false. */
  readonly keepsLog?: boolean
  /**
   * Of the run around, for a run inside it. Sinks that both have are called one event at a time, hear what is inside only as long as
   * `parent` is heard, and are the outer run's to report. A parent that keeps no log belongs to no run: then it shares nothing.
   */
  readonly parent?: EventHub | undefined
}

/** A terminal event without what the hub writes on it. */
export type TerminalDraft = Extract<EventDraft, { readonly type: TerminalEvent['type'] }>

/** What a run ends with: a draft, or the event that {@link EventHub.makeLast} made. */
export type LastEvent = Event | { readonly draft: TerminalDraft; readonly correlation: Correlation }

/** Where all events of a run, or of an engine used directly, come together, get their number, and go to the sinks. @throws EventError `invalid_sink` */
export function createEventHub(options: EventHubOptions): EventHub {
  const log = options.keepsLog === true ? new RunLog() : undefined
  const outer = options.parent?.outerRun
  const channel = new EventChannel(options.clock, options.sequence ?? new EventSequence(), log, outer)
  return new EventHub(channel, channel.addLanes([], options.sinks))
}

/** One place to publish to. Made by {@link createEventHub}; the session makes and closes the hub of a run. */
export class EventHub {
  readonly clock: Clock
  readonly sequence: EventSequence
  readonly #channel: EventChannel
  readonly #lanes: readonly Lane[]
  readonly #parent: EventHub | undefined
  #isSilent = false

  /** @internal Use {@link createEventHub}. */
  constructor(channel: EventChannel, lanes: readonly Lane[], parent?: EventHub) {
    this.clock = channel.clock
    this.sequence = channel.sequence
    this.#channel = channel
    this.#lanes = lanes
    this.#parent = parent
  }

  /** The same hub with more sinks: what is published here reaches them too, what is published elsewhere does not. */
  extend(sinks: readonly EventSink[]): EventHub {
    return new EventHub(this.#channel, this.#channel.addLanes(this.#lanes, sinks), this)
  }

  /**
   * Nothing that is published here, or on hubs extended from here, is delivered any more; the hub that this one was extended
   * from goes on. So a session shuts up what it abandons, before it closes the run on its own hub.
   */
  silence(): void {
    this.#isSilent = true
  }

  /** The sinks that it serves. */
  get sinks(): readonly EventSink[] {
    return this.#lanes.map((lane) => lane.sink)
  }

  /** The log of the run, where one is kept. */
  get log(): RunLog | undefined {
    return this.#channel.log
  }

  /** @internal What a run inside this one borrows from. */
  get outerRun(): OuterRun | undefined {
    return this.log === undefined ? undefined : { channel: this.#channel, isClosed: () => this.isClosed }
  }

  /** Whether nothing that is published here is delivered any more. */
  get isClosed(): boolean {
    return this.#isSilent || (this.#parent === undefined ? this.#channel.isSealed : this.#parent.isClosed)
  }

  /** Whether anybody gets what is published. */
  get hasAudience(): boolean {
    return this.#lanes.length > 0 || this.#channel.hasReaders
  }

  /** What went wrong with sinks so far. */
  get warnings(): readonly Warning[] {
    return this.#channel.warnings()
  }

  /** While this is set, what is published is of that time: a reader of bytes, which hands out many events at once, sets when they came. */
  set arrivedAt(time: number | undefined) {
    this.#channel.arrivedAt = time
  }

  /** The time that an event of now bears. */
  get now(): number {
    return this.#channel.arrivedAt ?? this.clock.now()
  }

  /** Stamps the draft and delivers it. Does nothing once the run is over. */
  publish(draft: EventDraft, correlation: Correlation): void {
    if (!this.isClosed) this.publishMade(this.make(draft, correlation))
  }

  /** Makes an event that is published later by {@link EventHub.publishMade}, so that it can be stored before anybody is told. */
  make(draft: EventDraft, correlation: Correlation): Event {
    const { epoch } = this.sequence
    // The log and every sink have the same object: what is committed may come from it, so no sink may change it.
    return ownEvent({
      ...draft,
      v: 1,
      seq: this.sequence.next(),
      ...(epoch === undefined ? undefined : { epoch }),
      time: this.now,
      correlation:
        draft.correlation === undefined
          ? correlation
          : adoptFields({ ...correlation, ...draft.correlation }, 'correlation'),
    })
  }

  /** Delivers an event that was made here. Does nothing once the run is over. */
  publishMade(event: Event): void {
    if (this.isClosed) return
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

  /**
   * Publishes the last event, if there is one; from here on nothing else is. What sinks have not taken yet still waits for them.
   * Does nothing once the run is over.
   */
  finish(last?: LastEvent): void {
    if (this.#channel.isClosed) return
    if (last === undefined) return this.#channel.end()
    const event = 'draft' in last ? this.make(last.draft, last.correlation) : last
    this.#channel.log?.add(event)
    this.#channel.finish(event, this.#lanes)
  }

  /** Makes the last event; {@link EventHub.finish} publishes it. From here on nothing else is published. */
  makeLast(draft: TerminalDraft, correlation: Correlation): Event {
    this.#channel.seal()
    return this.make(draft, correlation)
  }

  /** Hands every event that is published here from now on to `tap`, until it is taken away. */
  tap(tap: EventTap): () => void {
    this.#channel.addReader(tap)
    return () => this.#channel.removeReader(tap)
  }

  /** Resolves when every sink has taken everything, or after `graceMs`; then lets go of the sinks. Those that had not are in the warnings. */
  async drain(graceMs: number): Promise<void> {
    const pending = this.#channel.pending()
    if (pending.length > 0) {
      const timeout = Promise.withResolvers<void>()
      const stop = this.clock.schedule(timeout.resolve, graceMs)
      try {
        await Promise.race([Promise.all(pending), timeout.promise])
      } finally {
        stop()
      }
    }
    this.#channel.close(graceMs)
  }

  /** The events of the run: those of the past from the log, one delta per segment, then those to come. */
  read(): EventReader {
    const reader = new EventReader(this.log?.replay() ?? [], () => this.#channel.removeReader(reader))
    this.#channel.addReader(reader)
    return reader
  }
}
