import type { Correlation, DeltaEvent, Event } from './event.ts'
import { isDelta } from './event.ts'

/** The text of one segment as it grows: the one place where it is accumulated. */
export interface SegmentText {
  readonly deltaType: DeltaEvent['type']
  readonly correlation: Correlation
  text: string
  firstSeq: number
  lastSeq: number
  lastTime: number
}

type Entry = Event | SegmentText

/** What a run published, with the deltas of each segment as one: for readers that come late, and for settling a run whose engine left nothing. */
export class RunLog {
  readonly #entries: Entry[] = []
  /** Those of segments that are open, where this log accumulates. */
  readonly #segments = new Map<string, SegmentText>()

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

  /** The events so far, one delta per segment, at the place of its last. */
  replay(): Event[] {
    return this.#entries.map(toEvent).sort((one, other) => one.seq - other.seq)
  }

  #addDelta(event: DeltaEvent): void {
    const { segmentId = '' } = event.correlation
    const known = this.#segments.get(segmentId)
    if (known !== undefined && known.deltaType === event.type) {
      known.text += event.delta
      known.lastSeq = event.seq
      known.lastTime = event.time
      return
    }
    const segment: SegmentText = {
      deltaType: event.type,
      correlation: event.correlation,
      text: event.delta,
      firstSeq: event.fromSeq ?? event.seq,
      lastSeq: event.seq,
      lastTime: event.time,
    }
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
    time: entry.lastTime,
    correlation: entry.correlation,
    delta: entry.text,
    fromSeq: entry.firstSeq,
  }
}
