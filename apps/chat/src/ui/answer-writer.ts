import { type Event, type EventOf, type EventSink, isTerminal } from '@geppetto/events'
import { visibleText } from '@geppetto/turns'
import { answerEnd } from './answer-end.ts'
import { LiveAnswer } from './live-answer.ts'
import type { ScreenState, ScreenStore } from './screen-state.ts'
import { inputText, resultText } from './tool-text.ts'

/** Draws answers as they come: what cannot change any more goes up, and is drawn once. */
export function answerWriter(store: ScreenStore): AnswerSink {
  const writer = new AnswerWriter(store)
  return { publish: (event) => writer.take(event), cutOff: () => writer.cutOff() }
}

/** Where the events of answers go. */
export interface AnswerSink extends EventSink {
  /** Ends an answer whose own end never comes. */
  readonly cutOff: () => void
}

class AnswerWriter {
  readonly #store: ScreenStore
  readonly #answer = new LiveAnswer()
  /** How much of the newest segment came in deltas. */
  #heard = { id: '', length: 0 }
  #activity = ''
  #startedAt = 0
  /** The newest event of which something is shown. */
  #lastShown = 0

  constructor(store: ScreenStore) {
    this.#store = store
  }

  take(event: Event): void {
    if (isTerminal(event)) this.#end(event)
    else this.#follow(event)
    this.#store.drawSoon(this.#frame)
  }

  cutOff(): void {
    this.#answer.end(Date.now())
    this.#answer.note({ kind: 'end', text: '[cut off]', tone: 'yellow' })
    this.#store.drawSoon(this.#frame)
  }

  #follow(event: Event): void {
    switch (event.type) {
      case 'run-started':
        this.#startedAt = event.time
        this.#activity = 'Waiting'
        return
      case 'provider-call-started':
        this.#activity = 'Waiting'
        return
      case 'text-delta':
      case 'reasoning-delta':
        this.#speak(event, event.delta)
        return
      case 'text-finished':
      case 'reasoning-finished':
        this.#finishSpeech(event)
        return
      case 'tool-call-started':
      case 'tool-call-delta':
      case 'tool-call-finished':
        this.#writeCall(event)
        return
      case 'tool-execution-started':
      case 'tool-execution-progress':
      case 'tool-execution-finished':
        this.#runTool(event)
        return
      case 'run-rolled-back':
        this.#rollBack(event)
        return
      case 'provider-call-retried':
        this.#note(`Trying again in ${(event.delayMs / 1000).toFixed(1)} s: ${event.error.message}`)
        return
      case 'log':
        // What else goes wrong beside an answer is in the warnings of its result.
        if (event.level === 'error') this.#note(event.message, 'red')
        return
      default:
        return
    }
  }

  #speak(
    event: EventOf<'text-delta' | 'text-finished' | 'reasoning-delta' | 'reasoning-finished'>,
    text: string,
  ): void {
    const id = event.correlation.segmentId ?? ''
    const isText = event.type === 'text-delta' || event.type === 'text-finished'
    if (isText) this.#answer.addText(id, text)
    else this.#answer.addReasoning(id, text, event.time)
    this.#heard = { id, length: (this.#heard.id === id ? this.#heard.length : 0) + text.length }
    this.#lastShown = event.seq
    this.#activity = isText ? 'Writing' : 'Thinking'
  }

  /** Adds what no delta brought. */
  #finishSpeech(event: EventOf<'text-finished' | 'reasoning-finished'>): void {
    const id = event.correlation.segmentId ?? ''
    const heard = this.#heard.id === id ? this.#heard.length : 0
    if (event.text.length > heard) this.#speak(event, event.text.slice(heard))
    this.#answer.finish(id, event.time)
  }

  #writeCall(event: EventOf<'tool-call-started' | 'tool-call-delta' | 'tool-call-finished'>): void {
    this.#answer.changeTool(callIdOf(event), (tool) => {
      if (event.type === 'tool-call-delta') return { ...tool, input: tool.input + visibleText(event.delta) }
      const name = visibleText(event.name)
      return event.type === 'tool-call-started'
        ? { ...tool, name }
        : { ...tool, name, input: inputText(event.input), status: 'waits' }
    })
    if (event.type === 'tool-call-finished') this.#lastShown = event.seq
    this.#activity = 'Calling a tool'
  }

  #runTool(event: EventOf<'tool-execution-started' | 'tool-execution-progress' | 'tool-execution-finished'>): void {
    const id = callIdOf(event)
    if (event.type === 'tool-execution-started') {
      const name = visibleText(event.name)
      this.#answer.changeTool(id, (tool) => ({ ...tool, name, status: 'running' }))
      this.#activity = `Running ${name}`
    } else if (event.type === 'tool-execution-progress') {
      const { message = '' } = event
      this.#answer.changeTool(id, (tool) => ({ ...tool, progress: visibleText(message) }))
    } else {
      const { outcome, durationMs } = event
      const [name, result] = [visibleText(event.name), resultText(event.content)]
      this.#answer.changeTool(id, (tool) => ({ ...tool, name, status: outcome, result, durationMs }), true)
    }
  }

  /** An attempt of which nothing was shown is taken back without a word; what stands above cannot be taken away. */
  #rollBack(event: EventOf<'run-rolled-back'>): void {
    if (this.#lastShown < event.fromSeq) return
    this.#answer.end(event.time)
    this.#note(`The answer above does not count: ${event.reason}`)
  }

  #end(event: Event): void {
    this.#answer.end(event.time)
    this.#answer.note(answerEnd(event, this.#startedAt))
  }

  #note(text: string, tone: 'yellow' | 'red' = 'yellow'): void {
    this.#answer.note({ kind: 'note', text: visibleText(text), tone })
  }

  readonly #frame = (): Partial<ScreenState> => {
    const done = this.#store.withDone(this.#answer.takeDone())
    return { done, live: this.#answer.items, activity: this.#activity }
  }
}

/** A call is written in a segment, and run under its own id. */
function callIdOf({ correlation }: Event): string {
  return correlation.toolCallId ?? correlation.segmentId ?? ''
}
