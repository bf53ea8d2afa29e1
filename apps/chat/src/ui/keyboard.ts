import type { Key } from 'ink'
import type { Composer } from './input/composer.ts'
import { pressPicker } from './input/picker.ts'
import type { ScreenStore } from './screen-state.ts'

/** What keys can bring about, beside what they type. */
export interface KeyActions {
  /** Stops what goes on. */
  readonly interrupt: () => void
  /** Leaves, unless an answer is being written. */
  readonly leave: () => void
  /** Says a line in place of the person. */
  readonly say: (line: string) => void
  /** Shows in full what was folded last. */
  readonly unfold: () => void
  /** Gives the terminal back to the shell for a while. */
  readonly suspend: () => void
}

/** Keys that were held down with Ctrl, but for those that are white space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what such keys are
const controlKey = /([\x01-\x08\x0b\x0c\x0e-\x1a])/

/** Hands each key to what is asked of the person now: a question, a choice, or the input. */
export class Keyboard {
  readonly #store: ScreenStore
  readonly #composer: Composer
  readonly #actions: KeyActions

  constructor(store: ScreenStore, composer: Composer, actions: KeyActions) {
    this.#store = store
    this.#composer = composer
    this.#actions = actions
  }

  press(input: string, key: Key): void {
    if (key.eventType === 'release') return
    // Several keys come as one where they were typed ahead.
    if (key.ctrl || key.meta || key.return || input === '') this.#pressOne(input, key)
    else for (const piece of input.split(controlKey)) if (piece !== '') this.#pressTyped(piece, key)
  }

  /** A text, a key of control, or a text with Enter behind it: that is a line feed as long as the terminal edits lines itself. */
  #pressTyped(piece: string, key: Key): void {
    if (controlKey.test(piece))
      return this.#pressOne(String.fromCharCode(piece.charCodeAt(0) + 0x60), { ...key, ctrl: true })
    const hasEnter = piece === '\r' || /^[^\r]+[\r\n]$/.test(piece)
    const text = hasEnter ? piece.slice(0, -1) : piece
    if (text !== '') this.#pressOne(text, key)
    if (hasEnter) this.#pressOne('', { ...key, return: true })
  }

  paste(text: string): void {
    const { question, picking } = this.#store.snapshot()
    // Nobody weighs a question by pasting.
    if (question !== undefined) return
    if (picking === undefined) this.#composer.paste(text)
  }

  #pressOne(input: string, key: Key): void {
    const { question, picking, busySince, leaves } = this.#store.snapshot()
    const isControl = (letter: string) => key.ctrl && input === letter
    if (leaves && !isControl('c')) this.#store.set({ leaves: false })
    if (isControl('c')) this.#stop()
    else if (isControl('o')) this.#actions.unfold()
    else if (isControl('z')) this.#actions.suspend()
    else if (isControl('d') && this.#composer.text === '') this.#actions.leave()
    else if (question !== undefined) this.#answer(input, key)
    else if (picking !== undefined) this.#pick(input, key)
    else if (key.escape) {
      if (!this.#composer.closeList() && busySince !== undefined) this.#actions.interrupt()
    } else this.#composer.press(input, key)
  }

  /** Ctrl-C: stops what goes on; else drops what was begun; else leaves, when it comes twice. */
  #stop(): void {
    const { picking, busySince, leaves } = this.#store.snapshot()
    if (picking !== undefined) this.#store.clear('picking')
    else if (busySince !== undefined) this.#actions.interrupt()
    else if (this.#composer.text !== '') this.#composer.drop()
    else if (leaves) this.#actions.leave()
    else this.#store.set({ leaves: true })
  }

  /** Only a y right before Enter is a yes: what somebody goes on typing is not. */
  #answer(input: string, key: Key): void {
    const { question } = this.#store.snapshot()
    if (question === undefined) return
    if (key.escape) question.answer('n')
    else if (key.return) question.answer(question.isYes ? 'y' : 'n')
    else if (key.leftArrow || key.rightArrow || key.upArrow || key.downArrow || key.tab)
      this.#store.set({ question: { ...question, isYes: !question.isYes } })
    else if (input !== '') this.#store.set({ question: { ...question, isYes: /^y$/i.test(input) } })
  }

  #pick(input: string, key: Key): void {
    const { picking } = this.#store.snapshot()
    if (picking === undefined) return
    const step = pressPicker(picking, input, key)
    if (step.kind === 'on') this.#store.set({ picking: step.picking })
    else {
      this.#store.clear('picking')
      if (step.kind === 'picked') this.#actions.say(step.choice.line)
    }
  }
}
