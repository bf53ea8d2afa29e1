import type { CancelTimer, Clock } from '@geppetto/context'
import { type DeltaEvent, type Event, type EventTap, isDelta } from '@geppetto/events'
import { adoptFields, frozenJson, isJsonObject, isTurnError } from '@geppetto/turns'
import type { EventBatch, StoredEvent } from '../contract/store.ts'

/** So long does what a run says wait before it is given to the store, in milliseconds: what a crash may cost, as long as the store answers. */
const journalMs = 250

/** So much text does not wait any longer, in UTF-16 units: 4 KiB. */
const journalChars = 2_048

/** Adjacent deltas of one segment, on their way to becoming one event. */
interface MergedDeltas {
  latest: DeltaEvent
  readonly fromSeq: number
  text: string
}

/** An event that waits. */
type Entry = Exclude<Event, DeltaEvent> | MergedDeltas

/** What a journal works with. */
export interface JournalOptions {
  readonly clock: Clock
  /** Writes all that waits, behind everything that was written before. */
  readonly write: () => Promise<void>
}

/**
 * The events of a run on their way to the store. Deltas wait for a moment and are merged; once a segment is finished they are thrown away, as its last event has all
 * of it. What could not be written waits for the next write.
 */
export class Journal implements EventTap {
  readonly #options: JournalOptions
  #entries: Entry[] = []
  #chars = 0
  /** What a write that failed had taken. */
  #returned: StoredEvent[] = []
  /** Segments with deltas in the store. */
  readonly #written = new Set<string>()
  /** Those of them that have finished. */
  readonly #finished = new Set<string>()
  /** Segments whose last event has come. */
  readonly #ended = new Set<string>()
  #stopTimer: CancelTimer | undefined
  /** The next delta begins an entry of its own. */
  #isCut = false
  #isWriting = false
  /** The last write did. */
  #hasFailed = false
  #isOver = false

  constructor(options: JournalOptions) {
    this.#options = options
  }

  push(event: Event): void {
    if (this.#isOver) return
    if (isDelta(event)) this.#addDelta(event)
    else this.#addWhole(event)
    // What a tool has done must not be done again because nobody remembers it.
    const isMuch = this.#chars >= journalChars && !this.#hasFailed
    if (isMuch || event.type === 'tool-execution-finished') this.#flush()
    else if (this.#stopTimer === undefined) this.#schedule()
  }

  /** The run is over: what still waits is written by whoever takes it. */
  end(): void {
    this.#isOver = true
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** All that waits, for the caller to write; what cannot be written is given back before anything else is taken. */
  take(): EventBatch {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    const finished = [...this.#finished]
    this.#finished.clear()
    const news = this.#entries.map(toStored)
    const events = [...this.#returned, ...news]
    this.#entries = []
    this.#returned = []
    this.#chars = 0
    for (const segmentId of finished) this.#written.delete(segmentId)
    for (const { deltaOf } of events) if (deltaOf !== undefined) this.#written.add(deltaOf)
    return { events, finished }
  }

  /** Takes back what could not be written. Nobody needs the deltas of what has finished since. */
  giveBack({ events, finished = [] }: EventBatch): void {
    this.#returned = [
      ...events.filter(({ deltaOf }) => deltaOf === undefined || !this.#ended.has(deltaOf)),
      ...this.#returned,
    ]
    for (const segmentId of finished) this.#finished.add(segmentId)
    if (!this.#isOver) this.#schedule()
  }

  /** Everything up to now is in the store, and no event reaches across this moment. Rejects where it cannot be written. */
  sync(): Promise<void> {
    this.#isCut = true
    return this.#options.write()
  }

  #addWhole(event: Exclude<Event, DeltaEvent>): void {
    const { segmentId = '' } = event.correlation
    switch (event.type) {
      case 'text-started':
      case 'reasoning-started':
      case 'tool-call-started':
        // An engine that is not ours may use an id again.
        this.#ended.delete(segmentId)
        break
      case 'text-finished':
      case 'reasoning-finished':
      case 'tool-call-finished':
        this.#finish(segmentId)
        break
      default:
        // The others end no segment.
        break
    }
    this.#entries.push(event)
  }

  #addDelta(event: DeltaEvent): void {
    const last = this.#entries.at(-1)
    this.#chars += event.delta.length
    if (!this.#isCut && last !== undefined && 'latest' in last && isSameSegment(last.latest, event)) {
      last.latest = event
      last.text += event.delta
      return
    }
    this.#isCut = false
    this.#entries.push({ latest: event, fromSeq: event.fromSeq ?? event.seq, text: event.delta })
  }

  #finish(segmentId: string): void {
    this.#ended.add(segmentId)
    if (this.#written.has(segmentId)) this.#finished.add(segmentId)
    this.#entries = this.#entries.filter(
      (entry) => !('latest' in entry) || entry.latest.correlation.segmentId !== segmentId,
    )
    this.#returned = this.#returned.filter(({ deltaOf }) => deltaOf !== segmentId)
  }

  #schedule(): void {
    this.#stopTimer ??= this.#options.clock.schedule(() => {
      this.#stopTimer = undefined
      this.#flush()
    }, journalMs)
  }

  #flush(): void {
    // Whoever waits for an answer of the store takes what came meanwhile along with the next.
    if (this.#isWriting) return this.#schedule()
    this.#isWriting = true
    this.#options.write().then(
      () => {
        this.#isWriting = false
        this.#hasFailed = false
      },
      () => {
        // It was given back, and the run learns of it from its next commit. All of it is tried again, so not for each few words.
        this.#isWriting = false
        this.#hasFailed = true
      },
    )
  }
}

function isSameSegment(one: DeltaEvent, other: DeltaEvent): boolean {
  if (one.correlation === other.correlation) return one.type === other.type
  return one.type === other.type && one.correlation.segmentId === other.correlation.segmentId
}

function toStored(entry: Entry): StoredEvent {
  if (!('latest' in entry)) return toStoredEvent(entry)
  const { latest, fromSeq, text } = entry
  return toStoredEvent(latest.seq === fromSeq ? latest : adoptFields({ ...latest, delta: text, fromSeq }, 'event'))
}

/** The event as a store keeps it. What an application said that is no JSON becomes a gap: it must not keep the others from the store. */
export function toStoredEvent(event: Event): StoredEvent {
  const { seq, epoch = 0, correlation } = event
  const deltaOf = isDelta(event) ? correlation.segmentId : undefined
  try {
    const stored: unknown = frozenJson(event, 'event')
    if (isJsonObject(stored))
      return deltaOf === undefined ? { epoch, seq, event: stored } : { epoch, seq, deltaOf, event: stored }
  } catch (error) {
    if (!isTurnError(error)) throw error
  }
  const { time } = event
  return {
    epoch,
    seq,
    event: { type: 'gap', v: 1, seq, epoch, time, correlation: {}, fromSeq: seq, toSeq: seq, count: 1 },
  }
}
