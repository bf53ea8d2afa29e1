import type { Context } from '@geppetto/context'
import {
  type Correlation,
  closeOpenItems,
  createEventHub,
  type Event,
  type EventDraft,
  type EventHub,
  type EventReader,
  type EventSink,
  type EventTap,
  eventSinksFrom,
  hubFrom,
  isTerminal,
  runIdFrom,
  runTagsFrom,
  type TerminalDraft,
  type Warning,
  withCorrelation,
  withHub,
} from '@geppetto/events'
import { adoptFields, defined, findResultIndex, type Turn, toErrorData } from '@geppetto/turns'
import { degradationWarnings } from './degradation-warnings.ts'
import { stopOfAbort } from './ending.ts'
import type { RunHost } from './run-host.ts'

/** The events of one run: the session has the first word and the last, and between them the runner speaks. */
export class RunEvents {
  /** What the runner publishes on: shut up before the run is closed, so that nothing comes between. */
  readonly #voice: EventHub
  #hub: EventHub
  #correlation: Correlation
  /** Of a run that is settled by somebody else than who ran it: what it had said. */
  readonly #past: readonly Event[]
  #start: Event | undefined
  /** What was read of the log last, when it had so many entries, and the last event had that number. */
  #replayed: { readonly seq: number; readonly size: number; readonly events: readonly Event[] } | undefined
  #isAnnounced: boolean

  constructor(host: Pick<RunHost, 'sessionId' | 'sequence'>, ctx: Context, runId: string, past: readonly Event[] = []) {
    this.#past = past
    this.#isAnnounced = past.length > 0
    const { clock } = ctx
    const sinks = eventSinksFrom(ctx)
    this.#hub = createEventHub({ clock, sinks, sequence: host.sequence, keepsLog: true, parent: hubFrom(ctx) })
    this.#voice = this.#hub.extend([])
    this.#correlation = { sessionId: host.sessionId, runId, ...defined({ parentRunId: runIdFrom(ctx) }) }
  }

  /** The context on which the run of this turn speaks. */
  enter(ctx: Context, turnId: string): Context {
    this.#correlation = adoptFields({ ...this.#correlation, turnId }, 'correlation')
    return withHub(withCorrelation(ctx, this.#correlation), this.#voice)
  }

  /** The same context with more sinks, which get the first and the last event too. */
  attach(ctx: Context, sinks: readonly EventSink[]): Context {
    this.#hub = this.#hub.extend(sinks)
    return withHub(ctx, this.#voice.extend(sinks))
  }

  /** Makes `run-started`, so that it can be stored before anybody is told. */
  makeStart(ctx: Context): Event {
    const tags = runTagsFrom(ctx)
    const hasTags = Object.keys(tags).length > 0
    this.#start ??= this.#hub.make({ type: 'run-started', ...(hasTags ? { tags } : undefined) }, this.#correlation)
    return this.#start
  }

  /** The run begins anew: nobody was told of its first beginning. */
  forgetStart(): void {
    this.#start = undefined
  }

  /** Publishes `run-started`, once. */
  announce(ctx: Context): void {
    if (this.#isAnnounced) return
    this.#isAnnounced = true
    this.#hub.publishMade(this.makeStart(ctx))
  }

  publish(draft: EventDraft): void {
    this.#hub.publish(draft, this.#correlation)
  }

  /** From here on the runner is not heard, and what it left open is closed as cut off. */
  silence(aborted: { readonly reason: unknown } | undefined, now: number): void {
    this.#voice.silence()
    const outcome = aborted === undefined ? 'failed' : 'cancelled'
    const stop = aborted === undefined ? 'error' : stopOfAbort(aborted.reason)
    for (const draft of closeOpenItems(this.replay(), { outcome, stop, now })) this.publish(draft)
  }

  /** Tells of the results that sealing has added: whoever has only the events then knows what became of each call of the run. */
  tellSealed(turn: Turn, handedOver: ReadonlySet<string>): void {
    const events = this.replay()
    // What an earlier run called is told of before the first provider call, or not at all.
    const hasCalled = events.some(({ type }) => type === 'provider-call-started')
    if ((hasCalled || handedOver.size === 0) && !events.some(({ type }) => type === 'tool-call-finished')) return
    const untold = new Set<string>(hasCalled ? undefined : handedOver)
    for (const { type, correlation } of events) {
      const { toolCallId = '' } = correlation
      if (type === 'tool-call-finished') untold.add(toolCallId)
      else if (type === 'tool-execution-finished') untold.delete(toolCallId)
    }
    const indexes = [...untold].map((callId) => findResultIndex(turn.blocks, callId))
    for (const index of indexes.sort((one, other) => one - other)) {
      const block = turn.blocks[index]
      if (block?.kind !== 'tool-result' || block.outcome === 'ok') continue
      const { id: segmentId, callId: toolCallId, name, outcome, content } = block
      const correlation = { segmentId, toolCallId }
      this.publish({ type: 'tool-execution-finished', correlation, name, outcome, content, durationMs: 0 })
    }
  }

  /** Hands every event from now on to `tap`. */
  tap(tap: EventTap): void {
    this.#hub.tap(tap)
  }

  /** Makes the last event, so that it can be stored before anybody is told. From here on nothing else is published. */
  makeLast(draft: TerminalDraft): Event {
    return this.#hub.makeLast(draft, this.#correlation)
  }

  /** Publishes what another owner of the session has said of the run. Where the store cannot tell all of it, `last` is its end, and a warning says why. */
  async retell(said: AsyncIterable<Event>, last: TerminalDraft): Promise<readonly Warning[]> {
    let hasEnded = false
    try {
      for await (const event of said) {
        hasEnded = isTerminal(event)
        this.#hub.publishMade(event)
      }
      this.finish()
      return []
    } catch (error) {
      this.finish(hasEnded ? undefined : last)
      return [
        { code: 'store_failed', message: `what the run has said could not be read: ${toErrorData(error).message}` },
      ]
    }
  }

  /** Publishes the last event, if there is one: as it was made, or of a draft. */
  finish(last?: Event | TerminalDraft): void {
    if (last === undefined) this.#hub.finish()
    else this.#hub.finish('seq' in last ? last : { draft: last, correlation: this.#correlation })
  }

  /** Waits until the sinks have taken everything, at most `graceMs`, and lets go of them. */
  drain(graceMs: number): Promise<void> {
    return this.#hub.drain(graceMs)
  }

  read(): EventReader {
    return this.#hub.read()
  }

  /** The events so far, deltas merged: the same list as long as nothing is said. */
  replay(): readonly Event[] {
    const { log, sequence } = this.#hub
    if (log === undefined) return this.#past
    const { size } = log
    const seq = sequence.last
    if (this.#replayed?.seq !== seq || this.#replayed.size !== size)
      this.#replayed = { seq, size, events: [...this.#past, ...log.replay()] }
    return this.#replayed.events
  }

  /** What went wrong with sinks, and what the requests of the run could not say as it stands. */
  get warnings(): readonly Warning[] {
    return [...degradationWarnings(this.replay()), ...this.#hub.warnings]
  }
}
