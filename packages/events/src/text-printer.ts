import { visibleText } from '@geppetto/turns'
import type { Degradation } from './degradation.ts'
import { type Event, type EventOf, type EventType, isTerminal } from './event.ts'
import { type PrinterOptions, type PrinterOutput, writeTo } from './printer.ts'
import type { EventSink } from './sink.ts'
import { degradationLine, textLine } from './text-line.ts'

/**
 * Prints for people: the answer as it streams, a line for each tool call, result and fault, and once for each kind of rewrite that a request
 * needed. With `full` also reasoning, steps, log
 * and custom events; with `withMetadata` also a line for each provider call. It needs no run: an engine used directly prints the same.
 * Control characters are shown as codes: what a model or a tool says cannot steer the terminal.
 */
export function textPrinter(output: PrinterOutput, options: PrinterOptions = {}): EventSink {
  const printer = new TextPrinter(options)
  return {
    publish(event) {
      const text = printer.print(event)
      return text === '' ? undefined : writeTo(output, text)
    },
  }
}

type SegmentEvent = EventOf<'text-delta' | 'text-finished' | 'reasoning-delta' | 'reasoning-finished'>

/** What of a segment is on the screen. */
interface Shown {
  readonly runId: string | undefined
  text: string
}

/** What of an answer is shown. */
const answerTypes: ReadonlySet<EventType> = new Set<EventType>([
  'text-delta',
  'text-finished',
  'reasoning-delta',
  'reasoning-finished',
  'tool-call-finished',
  'server-tool-finished',
])

class TextPrinter {
  readonly #options: PrinterOptions
  readonly #shown = new Map<string, Shown>()
  /** The segment that the last line belongs to, as long as it can be continued. */
  #current: string | undefined
  #isAtLineStart = true
  /** By run, the event of its answer that was shown last. */
  readonly #answered = new Map<string | undefined, number>()
  /** The rewrites that were told. */
  readonly #told = new Set<string>()

  constructor(options: PrinterOptions) {
    this.#options = options
  }

  print(event: Event): string {
    const text = visibleText(this.#render(event))
    if (text === '') return text
    this.#isAtLineStart = text.endsWith('\n')
    if (answerTypes.has(event.type)) this.#answered.set(event.correlation.runId, event.seq)
    return text
  }

  #render(event: Event): string {
    switch (event.type) {
      case 'text-delta':
        return this.#continue(event, event.delta)
      case 'text-finished':
        return this.#finish(event)
      case 'reasoning-delta':
        return this.#options.full === true ? this.#continue(event, event.delta) : ''
      case 'reasoning-finished':
        return this.#options.full === true ? this.#finish(event) : ''
      case 'provider-call-started':
        return this.#tellDegradations(event.degradations ?? [])
      default:
        return this.#renderLine(event)
    }
  }

  #renderLine(event: Event): string {
    const line = this.#isOfNoInterest(event) ? undefined : textLine(event, this.#options)
    const isEnd = isTerminal(event) || event.type === 'provider-call-finished'
    if (isTerminal(event)) this.#forgetRun(event.correlation.runId)
    if (line === undefined && !isEnd) return ''
    this.#current = undefined
    return this.#lineBreak() + (line === undefined ? '' : `${line}\n`)
  }

  /** Each step of a conversation needs the rewrites of the steps before it too: they are told once. */
  #tellDegradations(degradations: readonly Degradation[]): string {
    const lines = degradations.map(degradationLine).filter((line) => !this.#told.has(line) && this.#told.add(line))
    if (lines.length === 0) return ''
    this.#current = undefined
    return `${this.#lineBreak()}${lines.join('\n')}\n`
  }

  /** An attempt that left nothing on the screen is taken back without a word. */
  #isOfNoInterest(event: Event): boolean {
    if (event.type !== 'run-rolled-back' || this.#options.full === true) return false
    return (this.#answered.get(event.correlation.runId) ?? 0) < event.fromSeq
  }

  #continue(event: SegmentEvent, text: string): string {
    const { segmentId = '', runId } = event.correlation
    const shown = this.#shown.get(segmentId)
    if (shown === undefined) this.#shown.set(segmentId, { runId, text })
    else shown.text += text
    if (this.#current === segmentId) return text
    this.#current = segmentId
    const label = event.type === 'reasoning-delta' || event.type === 'reasoning-finished' ? '[reasoning] ' : ''
    return this.#lineBreak() + label + text
  }

  #finish(event: EventOf<'text-finished' | 'reasoning-finished'>): string {
    const { segmentId = '' } = event.correlation
    const shown = this.#shown.get(segmentId)?.text ?? ''
    let text = ''
    if (event.text.startsWith(shown)) {
      const missing = event.text.slice(shown.length)
      if (missing !== '') text = this.#continue(event, missing)
    } else {
      // Something in the middle was missed: only the whole can be read.
      this.#current = undefined
      text = this.#continue(event, event.text)
    }
    const marks = [
      event.outcome === 'completed' ? undefined : `[cut off: ${event.outcome}]`,
      event.type === 'text-finished' && event.refusal === true ? '[refusal]' : undefined,
    ].filter((mark) => mark !== undefined)
    if (event.text !== '' && marks.length > 0) {
      const isLineEnded = text === '' ? this.#isAtLineStart : text.endsWith('\n')
      text += (isLineEnded ? '' : this.#current === segmentId ? ' ' : '\n') + marks.join(' ')
    }
    this.#shown.delete(segmentId)
    this.#current = undefined
    return text
  }

  #lineBreak(): string {
    return this.#isAtLineStart ? '' : '\n'
  }

  #forgetRun(runId: string | undefined): void {
    for (const [id, shown] of this.#shown) if (shown.runId === runId) this.#shown.delete(id)
    this.#answered.delete(runId)
  }
}
