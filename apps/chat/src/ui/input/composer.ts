import type { Key } from 'ink'
import type { Completion } from '../../commands.ts'
import { type Draft, draftOf, emptyDraft, insert, left, removeTo } from './draft.ts'
import { moveRow } from './draft-rows.ts'
import { edited, withoutControls } from './edit-keys.ts'
import { PromptHistory } from './prompt-history.ts'

/** What the input shows. */
export interface ComposerState {
  readonly draft: Draft
  /** What the line could become; empty where there is nothing to complete. */
  readonly completions: readonly Completion[]
  /** Which of them would be taken. */
  readonly selected: number
}

/** The input: what is typed, what it could become, and what was said before. Knows no screen. */
export class Composer {
  /** Called with what is said. */
  onSubmit: (line: string) => void = () => {}
  onChange: () => void = () => {}
  /** How wide a row of the input is. */
  columns = 80
  readonly #history = new PromptHistory()
  readonly #complete: (line: string) => readonly Completion[]
  #state: ComposerState = { draft: emptyDraft, completions: [], selected: 0 }

  constructor(complete: (line: string) => readonly Completion[]) {
    this.#complete = complete
  }

  readonly snapshot = (): ComposerState => this.#state

  get text(): string {
    return this.#state.draft.text
  }

  /** The line that shall be edited next. What was begun stands behind it. */
  offer(line: string): void {
    this.#take(draftOf(this.text === '' ? line : `${line}\n${this.text}`))
  }

  /** What was said in a session before, the oldest first: it can be called back. */
  remember(prompts: readonly string[]): void {
    for (const prompt of prompts) this.#history.add(prompt)
  }

  /** Drops what was begun; it can be called back. */
  drop(): void {
    this.#history.add(this.text)
    this.#take(emptyDraft)
  }

  paste(text: string): void {
    this.#take(insert(this.#state.draft, withoutControls(text)))
  }

  /** Closes the list of what the line could become; whether there was one. */
  closeList(): boolean {
    if (this.#state.completions.length === 0) return false
    this.#change({ completions: [] })
    return true
  }

  press(input: string, key: Key): void {
    const { draft, completions } = this.#state
    if (key.return) this.#enter(key)
    else if (key.tab) this.#completeLine()
    else if (key.upArrow || key.downArrow) {
      const by = key.upArrow ? -1 : 1
      if (completions.length > 0) this.#select(by)
      else this.#moveOrRecall(by)
    } else if (key.ctrl && (input === 'p' || input === 'n')) this.#moveOrRecall(input === 'p' ? -1 : 1)
    else {
      const next = edited(draft, input, key)
      if (next !== undefined) this.#take(next)
    }
  }

  #enter(key: Key): void {
    const { draft, completions, selected } = this.#state
    // Behind a backslash, or with a key held down, it is a new line.
    if (key.meta || key.shift || key.ctrl) return this.#take(insert(draft, '\n'))
    if (draft.text[draft.cursor - 1] === '\\') return this.#take(insert(removeTo(draft, left), '\n'))
    const completion = completions[selected]
    if (completion === undefined || completion.line === draft.text) return this.#submit(draft.text)
    if (completion.needsMore) return this.#take(draftOf(`${completion.line} `))
    this.#submit(completion.line)
  }

  #submit(text: string): void {
    if (text.trim() === '') return
    this.#history.add(text)
    this.#take(emptyDraft)
    this.onSubmit(text)
  }

  #completeLine(): void {
    const completion = this.#state.completions[this.#state.selected]
    if (completion !== undefined) this.#take(draftOf(completion.line + (completion.needsMore ? ' ' : '')))
  }

  #select(by: number): void {
    const { completions, selected } = this.#state
    this.#change({ selected: (selected + by + completions.length) % completions.length })
  }

  #moveOrRecall(by: 1 | -1): void {
    const { draft } = this.#state
    const moved = moveRow(draft, by, this.columns)
    if (moved !== undefined) return this.#change({ draft: moved })
    const recalled = by === -1 ? this.#history.earlier(draft.text) : this.#history.later()
    if (recalled !== undefined) this.#change({ draft: draftOf(recalled), completions: [], selected: 0 })
  }

  #take(draft: Draft): void {
    this.#change({ draft, completions: this.#complete(draft.text), selected: 0 })
  }

  #change(change: Partial<ComposerState>): void {
    this.#state = { ...this.#state, ...change }
    this.onChange()
  }
}
