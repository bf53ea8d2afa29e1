import { formatCursor, streamFrames } from '@geppetto/client/protocol'
import { background, type Clock, withCancel } from '@geppetto/context'
import { compareCursors, type Event, type EventCursor, isTerminal } from '@geppetto/events'
import { defined } from '@geppetto/turns'
import type { LiveSession } from './live-session.ts'
import { publicEvent } from './public-data.ts'
import type { Recheck } from './recheck.ts'
import { createWaker, type Waker } from './waker.ts'

/** What a stream is made with. */
export interface EventStreamOptions {
  readonly live: LiveSession
  /** The last event that the reader has. */
  readonly from: EventCursor
  readonly clock: Clock
  readonly keepAliveMs: number
  readonly recheck: Recheck
  /** Called once, when nobody reads it any more. */
  readonly onEnd: () => void
  readonly reportError: (error: unknown) => void
}

/** The events of a session as they are read, frame by frame: nothing is made before it is asked for, and what a slow reader has not asked for is merged. */
export function createEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const frames = new EventFrames(options)
  const encoder = new TextEncoder()
  let hasEnded = false
  const end = () => {
    hasEnded = true
    frames.close()
    options.onEnd()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const frame = await frames.next()
          if (hasEnded) return
          if (frame !== undefined) return controller.enqueue(encoder.encode(frame))
        } catch (error) {
          // The reader comes again, and goes on where it was.
          options.reportError(error)
        }
        if (hasEnded) return
        end()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

/** The frames of one stream, in order. */
class EventFrames {
  readonly #options: EventStreamOptions
  readonly #waker: Waker
  readonly #unfollow: () => void
  #events: EventSource
  #cursor: EventCursor
  /** What is true of the session has to be said. */
  #owesStatus = true
  /** Whether another process runs it. */
  #watchesOther = false
  #isDeleted = false
  #isClosing = false
  /** Frames that are made. */
  readonly #ready: string[] = [': here\n\n']

  constructor(options: EventStreamOptions) {
    const { live, from, clock } = options
    this.#options = options
    this.#cursor = from
    this.#waker = createWaker(clock)
    this.#events = new EventSource(options, from, this.#waker)
    this.#unfollow = live.follow((news) => {
      if (news === 'deleted') this.#isDeleted = true
      else if (news === 'closing') this.#isClosing = true
      else this.#owesStatus = true
      if (news === 'replaced') {
        // The new object hears of its own runs at once, this one only by the store.
        this.#events.close()
        this.#events = new EventSource(options, this.#cursor, this.#waker)
      }
      this.#waker.wake()
    })
  }

  /** The next frame; undefined at the end. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const made = this.#ready.shift()
      if (made !== undefined) return made
      const stay = await this.#options.recheck()
      if (stay === 'refused') return undefined
      if (stay === 'gone') this.#isDeleted = true
      if (this.#isDeleted) return this.#last(frame({}, streamFrames.deleted))
      const event = await this.#events.shift()
      if (event !== undefined) await this.#add(event)
      else if (this.#owesStatus) {
        this.#owesStatus = false
        const status = await this.#options.live.status()
        this.#watchesOther = status.run.runId !== undefined && !this.#options.live.isRunning
        this.#ready.push(frame(status, streamFrames.status))
      } else if (this.#isClosing) return undefined
      else if ((await this.#waker.wait(this.#options.keepAliveMs)) === 'late') {
        // The process that runs it may be gone, and would not say so.
        this.#owesStatus = this.#watchesOther
        return ': still here\n\n'
      }
    }
  }

  close(): void {
    this.#unfollow()
    this.#events.close()
    this.#isClosing = true
    this.#waker.wake()
  }

  #last(text: string): string {
    this.#isDeleted = false
    this.#isClosing = true
    this.#owesStatus = false
    return text
  }

  async #add(event: Event): Promise<void> {
    const { live } = this.#options
    const at = { epoch: event.epoch ?? 0, seq: event.seq }
    const isToldAgain = event.type === 'run-rolled-back' && compareCursors(at, this.#cursor) <= 0
    // What is taken back will be told under the cursors that it had: the reader stands in front of it.
    const cursor = isToldAgain ? { epoch: at.epoch, seq: Math.min(at.seq, event.fromSeq - 1) } : at
    // What is read again from here on is not this event.
    this.#cursor = cursor
    const isEnd = isTerminal(event)
    const { turnId, sessionId = live.id } = event.correlation
    // In front of the event: whoever has heard the event has the turn.
    if ((isEnd || event.type === 'run-started') && turnId !== undefined && sessionId === live.id) {
      const turn = await live.turn(turnId)
      const { runId } = event.correlation
      const isBeginning = event.type === 'run-started' && runId !== undefined
      const begins = isBeginning ? { runId, ...defined({ requestId: event.tags?.requestId }) } : undefined
      if (turn !== undefined) this.#ready.push(frame({ ...turn, ...defined({ begins }) }, streamFrames.turn))
      this.#owesStatus = true
    }
    const shown = publicEvent(event)
    if (shown !== undefined) this.#ready.push(eventFrame(await live.media.event(shown), cursor))
  }
}

/** Reads the events of a session ahead by one, so that it can be asked whether there is one. */
class EventSource {
  readonly #events: AsyncIterator<Event>
  readonly #stop: () => void
  readonly #waker: Waker
  #next: { readonly event: Event } | undefined
  #error: { readonly error: unknown } | undefined
  #isReading = false
  #isClosed = false

  constructor({ live, clock }: EventStreamOptions, from: EventCursor, waker: Waker) {
    const own = withCancel(background({ clock }))
    this.#waker = waker
    this.#events = live.attach(from, own.ctx)
    this.#stop = () => own.cancel('left')
    this.#read()
  }

  /** The next event; undefined where none has come yet: it wakes when one has. */
  async shift(): Promise<Event | undefined> {
    // What has come already is there one step later.
    if (this.#isReading) await Promise.resolve()
    if (this.#error !== undefined) throw this.#error.error
    const event = this.#next?.event
    if (event === undefined) return undefined
    this.#next = undefined
    this.#read()
    return event
  }

  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  #read(): void {
    if (this.#isClosed) return
    this.#isReading = true
    this.#events.next().then(
      (result) => this.#come(() => (this.#next = result.done === true ? undefined : { event: result.value })),
      (error: unknown) => this.#come(() => (this.#error = { error })),
    )
  }

  #come(take: () => void): void {
    this.#isReading = false
    if (this.#isClosed) return
    take()
    this.#waker.wake()
  }
}

function frame(data: unknown, name: string): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Each event is made a text once, however many read it. */
const texts = new WeakMap<Event, string>()

function eventFrame(event: Event, cursor: EventCursor): string {
  const text = texts.get(event) ?? JSON.stringify(event)
  texts.set(event, text)
  return `id: ${formatCursor(cursor)}\ndata: ${text}\n\n`
}
