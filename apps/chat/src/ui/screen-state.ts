import type { Picking } from './input/picker.ts'
import type { DoneItem, Item } from './item.ts'

/** A question that waits for a yes or a no. */
export interface Question {
  readonly text: string
  /** What Enter would say. */
  readonly isYes: boolean
  readonly answer: (text: string) => void
}

/** What the line under the input says. */
export interface Status {
  readonly engine: string
  readonly session?: string
  readonly tokens?: string
  readonly cost?: string
  readonly context?: string
}

/** All that is on the screen. */
export interface ScreenState {
  /** What does not change any more, from the first on: see {@link DoneItem}. */
  readonly done: readonly DoneItem[]
  /** What is being written. */
  readonly live: readonly Item[]
  /** Since when the chat works, in milliseconds since the epoch; absent while it waits for a prompt. */
  readonly busySince?: number
  /** What it does. */
  readonly activity: string
  readonly question?: Question
  readonly picking?: Picking
  /** What was typed while it worked: each is sent when it is done. */
  readonly queued: readonly string[]
  /** Whether Ctrl-C leaves: it was pressed once. */
  readonly leaves: boolean
  readonly status: Status
}

/** A frame at the most, in milliseconds: what comes meanwhile is drawn with the next. */
const frameMs = 40

/** Holds the state, and tells who draws it; so often as a screen can show it, and no more. */
export class ScreenStore {
  #state: ScreenState = {
    busySince: Date.now(),
    done: [],
    live: [],
    activity: 'Starting',
    queued: [],
    leaves: false,
    status: { engine: '' },
  }
  readonly #listeners = new Set<() => void>()
  readonly #frames = new Set<() => Partial<ScreenState>>()
  #timer: NodeJS.Timeout | undefined
  #doneCount = 0

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): ScreenState => this.#state

  /** What the person waits for, as an answer to a key. */
  set(change: Partial<ScreenState>): void {
    this.#takeFrames()
    this.#state = { ...this.#state, ...change }
    this.#tell()
  }

  /** What comes by itself: `frame` is asked for the change when it is drawn, however often it was announced. */
  drawSoon(frame: () => Partial<ScreenState>): void {
    this.#frames.add(frame)
    this.#timer ??= setTimeout(() => this.set({}), frameMs)
  }

  /** Takes away a field that is not always there. */
  clear(field: 'busySince' | 'question' | 'picking'): void {
    this.#takeFrames()
    const { [field]: _gone, ...rest } = this.#state
    this.#state = rest
    this.#tell()
  }

  /** Puts items above what can still change. */
  finish(items: readonly Item[], isWhole = false): void {
    this.#takeFrames()
    this.set({ done: this.withDone(items, isWhole) })
  }

  /** What does not change any more, with these items. */
  withDone(items: readonly Item[], isWhole = false): readonly DoneItem[] {
    if (items.length === 0) return this.#state.done
    return [...this.#state.done, ...items.map((item) => ({ key: this.#doneCount++, item, isWhole }))]
  }

  /** Nothing is drawn any more. */
  close(): void {
    this.set({})
    this.#listeners.clear()
  }

  #takeFrames(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const frames = [...this.#frames]
    this.#frames.clear()
    for (const frame of frames) this.#state = { ...this.#state, ...frame() }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
