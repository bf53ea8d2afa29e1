import { setTimeout as delay } from 'node:timers/promises'
import type { EventSink } from '@geppetto/events'
import { contentText, type Turn, visibleText } from '@geppetto/turns'
import type { ChatView, Greeting, Tone } from '../chat-view.ts'
import type { Choice, KeyHelp } from '../command.ts'
import { completionsOf } from '../commands.ts'
import { type AnswerSink, answerWriter } from './answer-writer.ts'
import { Composer } from './input/composer.ts'
import { beginPicking } from './input/picker.ts'
import { Keyboard } from './keyboard.ts'
import { ScreenStore, type Status } from './screen-state.ts'
import { turnItems } from './turn-items.ts'

/** How many prompts of a conversation are shown when it is opened. */
const shownPrompts = 10

/** A screen that draws the state, as Ink does. */
export interface Screen {
  /** Draws for the last time, and gives the terminal back. */
  readonly close: () => Promise<void>
  /** Gives the terminal to the shell, until the program is continued. */
  readonly suspend: () => void
}

/** What a screen is made of. */
export interface ScreenParts {
  readonly store: ScreenStore
  readonly composer: Composer
  readonly keyboard: Keyboard
}

/** A conversation on a screen of its own making: the input is always there, and what was said stands above it. */
export class InkView implements ChatView {
  onInterrupt: () => void = () => {}
  /** What the line under the input says; asked whenever an answer or a command has ended. */
  status: () => Status | Promise<Status> = () => ({ engine: '' })
  readonly keys: readonly KeyHelp[] = [
    { key: 'Esc, Ctrl-C', help: 'stop the answer that is being written' },
    { key: 'Ctrl-C', help: 'drop what was begun; twice: leave' },
    { key: 'Alt-Enter, \\ Enter', help: 'a new line, as is Shift-Enter where the terminal tells it, and Ctrl-J' },
    { key: 'Up, Down', help: 'earlier prompts' },
    { key: 'Tab', help: 'complete a command' },
    { key: 'Ctrl-Z', help: 'give the terminal to the shell; fg goes on' },
    { key: 'Ctrl-O', help: 'show in full what was folded in the last answer' },
  ]
  readonly #store = new ScreenStore()
  readonly #composer = new Composer(completionsOf)
  readonly #screen: Screen
  #reading: ((line: string | undefined) => void) | undefined
  /** Where the answer goes that is drawn, if one is. */
  #answer: AnswerSink | undefined
  /** Nothing has been asked of the person yet. */
  #isStarting = true
  #isClosed = false

  constructor(open: (parts: ScreenParts) => Screen) {
    const store = this.#store
    const composer = this.#composer
    const keyboard = new Keyboard(store, composer, {
      interrupt: () => this.interrupt(),
      leave: () => this.#leave(),
      say: (line) => this.#say(line),
      unfold: () => this.#unfold(),
      suspend: () => this.#screen.suspend(),
    })
    composer.onSubmit = (line) => this.#say(line)
    composer.onChange = () => store.set({})
    this.#screen = open({ store, composer, keyboard })
  }

  greet({ answering, why, tools }: Greeting): void {
    const lines = [
      'Geppetto chat',
      `Answering: ${answering}`,
      ...(why === undefined ? [] : [why]),
      `Tools: ${tools.length === 0 ? 'none' : tools.join(', ')}`,
      '/help shows the commands, Esc stops an answer, Alt-Enter begins a new line.',
    ]
    this.#store.finish([{ kind: 'greeting', lines: lines.map(visibleText) }])
  }

  async readLine(): Promise<string | undefined> {
    this.#isStarting = false
    if (this.#isClosed) return undefined
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const status = await this.status()
    if (this.#isClosed) return undefined
    this.#store.set({ status, live: [], activity: '' })
    this.#store.clear('busySince')
    this.#reading = resolve
    const [next, ...later] = this.#store.snapshot().queued
    if (next !== undefined) {
      this.#store.set({ queued: later })
      this.#say(next)
    }
    return promise
  }

  ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted || this.#isClosed) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const settle = (answer: string | undefined) => {
      signal.removeEventListener('abort', giveUp)
      this.#store.clear('question')
      resolve(answer)
    }
    const giveUp = () => settle(undefined)
    signal.addEventListener('abort', giveUp, { once: true })
    const text = question.replace(/ *\[y\/N\] *$/, '')
    this.#store.set({ question: { text, isYes: false, answer: settle } })
    return promise
  }

  offer(line: string): void {
    this.#composer.offer(line)
  }

  tell(text: string, tone: Tone = 'plain'): void {
    if (text.trim() !== '') this.#store.finish([{ kind: 'note', text: text.trimEnd(), tone }])
  }

  choose(_text: string, choices: readonly Choice[]): void {
    this.#store.set({ picking: beginPicking(choices) })
  }

  showTurn(turn: Turn, part: 'all' | 'last'): void {
    if (part === 'last') this.#composer.remember(promptsOf(turn))
    this.#store.finish(turnItems(turn, part === 'all' ? Number.POSITIVE_INFINITY : shownPrompts))
  }

  createSink(): EventSink {
    this.#answer = answerWriter(this.#store)
    return this.#answer
  }

  /** What was seen of it stays, so that nothing is shown twice. */
  showCutOff(): void {
    this.#answer?.cutOff()
  }

  endPart(): void {
    // What was said stands apart by itself.
  }

  /** Ctrl-C, Escape: what goes on is stopped, and what was said meanwhile is not sent but offered for editing. */
  interrupt(): void {
    const { queued } = this.#store.snapshot()
    this.#store.set({ queued: [], activity: 'Stopping' })
    if (queued.length > 0) this.#composer.offer(queued.join('\n'))
    this.onInterrupt()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#reading?.(undefined)
    this.#store.snapshot().question?.answer('n')
    // What was drawn last is drawn with the next frame.
    this.#store.clear('busySince')
    await delay(0)
    await this.#screen.close()
    this.#store.close()
  }

  #leave(): void {
    if (this.#reading !== undefined) this.#say(undefined)
    else if (this.#isStarting) this.onInterrupt()
  }

  /** What is said while an answer is written is said next. */
  #say(line: string | undefined): void {
    const reading = this.#reading
    if (reading === undefined) {
      if (line !== undefined) this.#store.set({ queued: [...this.#store.snapshot().queued, line] })
      return
    }
    this.#reading = undefined
    if (line !== undefined) {
      this.#store.finish([{ kind: 'prompt', text: visibleText(line.trim()) }])
      this.#store.set({ busySince: Date.now(), activity: 'Waiting' })
    }
    reading(line)
  }

  #unfold(): void {
    const { done } = this.#store.snapshot()
    const start = done.findLastIndex(({ item }) => item.kind === 'prompt')
    const folded = done.slice(start + 1).filter(({ item, isWhole }) => !isWhole && isFoldable.has(item.kind))
    this.#store.finish(
      folded.map(({ item }) => item),
      true,
    )
  }
}

function promptsOf({ blocks }: Turn): readonly string[] {
  return blocks
    .flatMap((block) => (block.kind === 'user' ? [contentText(block.content)] : []))
    .filter((text) => text.trim() !== '')
}

const isFoldable: ReadonlySet<string> = new Set(['reasoning', 'tool'])
