import type { Context } from '@geppetto/context'
import { adoptFields } from '@geppetto/turns'
import { correlationFrom } from './correlation.ts'
import type { Correlation, DeltaEvent, EventDraft } from './event.ts'
import { GrowingText } from './growing-text.ts'
import type { EventHub } from './hub.ts'
import { hubFrom } from './publish.ts'
import type { SegmentText } from './run-log.ts'

/** What kind of output a segment is. */
export type SegmentKind = 'text' | 'reasoning' | 'tool-call'

const deltaTypes = { text: 'text-delta', reasoning: 'reasoning-delta', 'tool-call': 'tool-call-delta' } as const

/**
 * A piece of output that grows: accumulates its text and publishes each delta. The path of every streamed delta: synchronous, one object each.
 */
export class Segment implements SegmentText {
  readonly deltaType: DeltaEvent['type']
  readonly correlation: Correlation
  firstSeq = 0
  lastSeq = 0
  lastTime = 0
  epoch: number | undefined
  readonly #text = new GrowingText()
  readonly #hub: EventHub | undefined

  /** @internal Use {@link openSegment}. */
  constructor(kind: SegmentKind, hub: EventHub | undefined, correlation: Correlation) {
    this.deltaType = deltaTypes[kind]
    this.correlation = correlation
    this.#hub = hub
  }

  /** What was appended so far; joined when it is read, so read it once, at the end. */
  get text(): string {
    return this.#text.value
  }

  append(delta: string): void {
    if (delta === '') return
    const hub = this.#hub
    // What nobody sees any more must not grow in the log either.
    if (hub?.isClosed) return
    this.#text.append(delta)
    if (hub === undefined) return
    const seq = hub.sequence.next()
    const time = hub.now
    if (this.firstSeq === 0) {
      this.firstSeq = seq
      this.epoch = hub.sequence.epoch
      hub.log?.track(this)
    }
    this.lastSeq = seq
    this.lastTime = time
    if (!hub.hasAudience) return
    const { deltaType: type, correlation } = this
    const { epoch } = hub.sequence
    hub.dispatch(
      Object.freeze(
        epoch === undefined
          ? { type, v: 1, seq, time, correlation, delta }
          : { type, v: 1, seq, epoch, time, correlation, delta },
      ),
    )
  }

  /** Publishes an event about this segment. */
  publish(draft: EventDraft): void {
    this.#hub?.publish(draft, this.correlation)
  }
}

/** Opens a segment under the id that its block will have. The caller publishes its started and finished events through it. */
export function openSegment(ctx: Context, kind: SegmentKind, segmentId: string, toolCallId?: string): Segment {
  const correlation = { ...correlationFrom(ctx), segmentId, ...(toolCallId === undefined ? undefined : { toolCallId }) }
  return new Segment(kind, hubFrom(ctx), adoptFields(correlation, 'correlation'))
}
