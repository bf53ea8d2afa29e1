import { type Event, type EventOf, type EventSink, type EventType, isTerminal } from '@geppetto/events'
import { contentText, type StopReason, visibleText } from '@geppetto/turns'
import { oneLine } from './one-line.ts'
import type { Paint } from './style.ts'

/**
 * Draws a conversation: answers as they come, dimmed and named what a model thinks before them, tool calls with their results, and how an answer
 * ended where it did not end well.
 */
export function drawing(write: (text: string) => void, paint: Paint): EventSink {
  const pen = new Pen(write, paint)
  let lastShown = 0
  return {
    publish(event) {
      if (shownTypes.has(event.type)) lastShown = event.seq
      // An attempt of which nothing was shown is taken back without a word.
      if (event.type === 'run-rolled-back' && lastShown < event.fromSeq) return
      if (event.type === 'text-delta' || event.type === 'reasoning-delta') pen.continueText(event, event.delta)
      else if (event.type === 'text-finished' || event.type === 'reasoning-finished') pen.finishText(event)
      else if (isTerminal(event)) pen.end(endMark(event))
      else pen.line(lineFor(event, paint))
    },
  }
}

/** What of an attempt stands on the screen. */
const shownTypes: ReadonlySet<EventType> = new Set<EventType>(['text-delta', 'reasoning-delta', 'tool-call-finished'])

type SpokenEvent = EventOf<'text-delta' | 'text-finished' | 'reasoning-delta' | 'reasoning-finished'>

/** Knows where on the screen the text is. */
class Pen {
  readonly #write: (text: string) => void
  readonly #paint: Paint
  /** What was written last. */
  #last = '\n'
  #segment: string | undefined
  #shown = ''
  #isThought = false

  constructor(write: (text: string) => void, paint: Paint) {
    this.#write = write
    this.#paint = paint
  }

  continueText(event: SpokenEvent, text: string): void {
    const { segmentId } = event.correlation
    const isThought = event.type === 'reasoning-delta' || event.type === 'reasoning-finished'
    if (this.#segment !== segmentId) this.#begin(segmentId, isThought)
    this.#shown += text
    if (isThought) this.#put(visibleText(text), (line) => this.#paint('dim', line))
    else this.#put(visibleText(text))
  }

  /** Where nothing is dimmed, or all of it is read aloud, words tell a thought from the answer. */
  #begin(segmentId: string | undefined, isThought: boolean): void {
    this.#breakLine()
    if (isThought) this.#put('Thinking: ', (label) => this.#paint('dim', label))
    else if (this.#segment !== undefined && this.#isThought) this.#put('\n')
    this.#segment = segmentId
    this.#shown = ''
    this.#isThought = isThought
  }

  /** Adds what no delta brought. */
  finishText(event: EventOf<'text-finished' | 'reasoning-finished'>): void {
    const shown = this.#segment === event.correlation.segmentId ? this.#shown : ''
    if (event.text.length > shown.length && event.text.startsWith(shown))
      this.continueText(event, event.text.slice(shown.length))
  }

  line(text: string | undefined): void {
    if (text === undefined) return
    this.#breakLine()
    this.#segment = undefined
    this.#put(`${text}\n`)
  }

  /** The mark stands behind a text that was cut off, else on a line of its own. */
  end(mark: Mark | undefined): void {
    if (mark !== undefined)
      this.#put((/\s$/.test(this.#last) ? '' : ' ') + this.#paint(mark.style, visibleText(mark.text)))
    this.#breakLine()
    this.#segment = undefined
  }

  #breakLine(): void {
    if (!this.#last.endsWith('\n')) this.#put('\n')
  }

  #put(text: string, paint = (plain: string) => plain): void {
    if (text === '') return
    this.#write(paint(text))
    this.#last = text
  }
}

function lineFor(event: Event, paint: Paint): string | undefined {
  switch (event.type) {
    case 'tool-call-finished': {
      const { input } = event
      const given = input.state === 'parsed' ? JSON.stringify(input.value) : `${input.raw} (${input.state})`
      return paint('dim', oneLine(`→ ${event.name}`, given))
    }
    case 'tool-execution-finished': {
      const isOk = event.outcome === 'ok'
      const label = isOk ? `← ${event.name}` : `← ${event.name} (${event.outcome})`
      return paint(isOk ? 'dim' : 'red', oneLine(label, contentText(event.content)))
    }
    case 'run-rolled-back':
      return paint('yellow', oneLine('[the answer above does not count]', event.reason))
    case 'provider-call-retried':
      return paint('yellow', oneLine(`[trying again in ${(event.delayMs / 1000).toFixed(1)} s]`, event.error.message))
    case 'log':
      // What else goes wrong beside an answer is in the warnings of its result.
      return event.level === 'error' ? paint('red', oneLine('[error]', event.message)) : undefined
    default:
      return undefined
  }
}

interface Mark {
  readonly style: 'yellow' | 'red'
  readonly text: string
}

const marks: { readonly [stop in StopReason]?: string } = {
  user: 'cancelled',
  deadline: 'the time for this answer is up: see --timeout',
  shutdown: 'ended',
  max_iterations: 'stopped after as many steps as allowed: see --max-iterations',
}

/** How an answer ended, where it did not end well. */
export function endMark(event: Event): Mark | undefined {
  switch (event.type) {
    case 'run-finished':
      return event.stop === 'end_turn' ? undefined : { style: 'yellow', text: `[${marks[event.stop] ?? event.stop}]` }
    case 'run-cancelled':
      return { style: 'yellow', text: `[${marks[event.stop] ?? `cancelled: ${event.stop}`}]` }
    case 'run-failed':
      return { style: 'red', text: `[failed] ${event.error.message}` }
    case 'run-waiting':
      return { style: 'yellow', text: '[waits for tools that run elsewhere]' }
    default:
      return undefined
  }
}
