import { defined } from '@geppetto/turns'
import { runCorrelation } from './correlation.ts'
import type { DeltaEvent, Event, GapEvent } from './event.ts'
import { isDelta, isTerminal } from './event.ts'
import { GrowingText } from './growing-text.ts'

/** How an {@link EventQueue} keeps its bound. */
export interface QueueLimits {
  /** Merge a delta with the one before it, when both belong to one segment. */
  readonly mergesDeltas: boolean
  /** Over this many events, new ones are left out and counted in a gap. A terminal event and a roll-back always find room. */
  readonly capacity: number
}

/** Several deltas on their way to becoming one event. */
interface MergedDeltas {
  latest: DeltaEvent
  readonly fromSeq: number
  readonly text: GrowingText
}

type Entry = { readonly event: Event; readonly merged?: MergedDeltas }

/** Events on their way to one slow reader: in order, bounded, with exact account of what was left out. */
export class EventQueue {
  readonly #limits: QueueLimits
  #entries: Entry[] = []
  #head = 0
  #gap: GapEvent | undefined

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#entries.length - this.#head + (this.#gap === undefined ? 0 : 1)
  }

  push(event: Event): void {
    if (this.#limits.mergesDeltas && this.#gap === undefined && isDelta(event) && this.#merge(event)) return
    if (this.#entries.length - this.#head >= this.#limits.capacity && !mustArrive(event)) {
      this.#gap = widenGap(this.#gap, event)
      return
    }
    if (this.#gap !== undefined) {
      this.#entries.push({ event: this.#gap })
      this.#gap = undefined
    }
    this.#entries.push({ event })
  }

  shift(): Event | undefined {
    const entry = this.#entries[this.#head]
    if (entry === undefined) {
      const gap = this.#gap
      this.#gap = undefined
      return gap
    }
    this.#head++
    // Lets go of what was delivered without moving the rest at every step.
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    } else if (this.#head === this.#entries.length) {
      this.#entries = []
      this.#head = 0
    }
    const { merged } = entry
    return merged === undefined ? entry.event : { ...merged.latest, delta: merged.text.value, fromSeq: merged.fromSeq }
  }

  clear(): void {
    this.#entries = []
    this.#head = 0
    this.#gap = undefined
  }

  #merge(event: DeltaEvent): boolean {
    const lastIndex = this.#entries.length - 1
    const last = lastIndex >= this.#head ? this.#entries[lastIndex] : undefined
    if (last === undefined || last.event.type !== event.type) return false
    if (last.event.correlation.segmentId !== event.correlation.segmentId) return false
    if (last.merged !== undefined) {
      last.merged.latest = event
      last.merged.text.append(event.delta)
      return true
    }
    if (!isDelta(last.event)) return false
    const fromSeq = last.event.fromSeq ?? last.event.seq
    const text = new GrowingText()
    text.append(last.event.delta)
    text.append(event.delta)
    this.#entries[lastIndex] = { event, merged: { latest: event, fromSeq, text } }
    return true
  }
}

/** Without these a reader would wait forever, or show for good what did not happen. They are few. */
function mustArrive(event: Event): boolean {
  return isTerminal(event) || event.type === 'run-rolled-back'
}

function widenGap(gap: GapEvent | undefined, left: Event): GapEvent {
  const { seq, epoch, time } = left
  return {
    type: 'gap',
    v: 1,
    seq,
    ...defined({ epoch }),
    time,
    correlation: gap?.correlation ?? runCorrelation(left.correlation),
    fromSeq: gap?.fromSeq ?? firstSeqOf(left),
    toSeq: seq,
    count: (gap?.count ?? 0) + (left.type === 'gap' ? left.count : 1),
  }
}

function firstSeqOf(event: Event): number {
  return isDelta(event) || event.type === 'gap' ? (event.fromSeq ?? event.seq) : event.seq
}
