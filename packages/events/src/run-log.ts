import { defined } from '@geppetto/turns'
import type { Correlation, DeltaEvent, Event } from './event.ts'
import { isDelta } from './event.ts'
import { GrowingText } from './growing-text.ts'

/** The text of one segment as it grows: the one place where it is accumulated. */
export interface SegmentText {
  readonly deltaType: DeltaEvent['type']
  readonly correlation: Correlation
  readonly text: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly lastTime: number
  readonly epoch: number | undefined
}

/** The text of a segment whose writer only publishes. */
class LoggedText implements SegmentText {
  readonly deltaType: DeltaEvent['type']
  readonly correlation: Correlation
  readonly firstSeq: number
  readonly epoch: number | undefined
  lastSeq = 0
  lastTime = 0
  readonly #text = new GrowingText()

  constructor(first: DeltaEvent) {
    this.deltaType = first.type
    this.correlation = first.correlation
    this.firstSeq = first.fromSeq ?? first.seq
    this.epoch = first.epoch
    this.add(first)
  }

  get text(): string {
    return this.#text.value
  }

  add(event: DeltaEvent): void {
    this.#text.append(event.delta)
    this.lastSeq = event.seq
    this.lastTime = event.time
  }
}

type Entry = Event | SegmentText

/** What a run published, with the deltas of each segment as one: for readers that come late, and for settling a run whose engine left nothing. */
export class RunLog {
  readonly #entries: Entry[] = []
  /** Those of segments that are open, where this log accumulates. */
  readonly #segments = new Map<string, LoggedText>()

  /** Takes over a segment that its writer accumulates; the writer's deltas need no {@link add}. */
  track(segment: SegmentText): void {
    this.#entries.push(segment)
  }

  add(event: Event): void {
    if (isDelta(event)) {
      this.#addDelta(event)
      return
    }
    this.#entries.push(event)
    switch (event.type) {
      case 'text-started':
      case 'reasoning-started':
      case 'tool-call-started':
      case 'text-finished':
      case 'reasoning-finished':
      case 'tool-call-finished':
        // An engine that is not ours may use an id again.
        this.#segments.delete(event.correlation.segmentId ?? '')
        break
      default:
        // The others neither begin nor end a segment.
        break
    }
  }

  /** How many events it has, with the deltas of each segment as one. */
  get size(): number {
    return this.#entries.length
  }

  /** The events so far, one delta per segment, at the place of its last. */
  replay(): Event[] {
    return this.#entries.map(toEvent).sort((one, other) => one.seq - other.seq)
  }

  #addDelta(event: DeltaEvent): void {
    const { segmentId = '' } = event.correlation
    const known = this.#segments.get(segmentId)
    if (known !== undefined && known.deltaType === event.type) {
      known.add(event)
      return
    }
    const segment = new LoggedText(event)
    this.#segments.set(segmentId, segment)
    this.#entries.push(segment)
  }
}

function toEvent(entry: Entry): Event {
  if ('type' in entry) return entry
  return {
    type: entry.deltaType,
    v: 1,
    seq: entry.lastSeq,
    ...defined({ epoch: entry.epoch }),
    time: entry.lastTime,
    correlation: entry.correlation,
    delta: entry.text,
    fromSeq: entry.firstSeq,
  }
}
