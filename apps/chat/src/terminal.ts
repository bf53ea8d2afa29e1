import { createInterface, type Interface } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { GatedOutput } from './gated-output.ts'
import { createLineWrap, type LineWrap } from './line-wrap.ts'

/** What a {@link Terminal} works with. */
export interface TerminalOptions {
  readonly input: ReadStream
  readonly screen: WriteStream
  /** Words that Tab completes. */
  readonly words?: readonly string[]
  /** Leaves lines as long as they are, for programs to read; else they are broken between words. Default false. */
  readonly isVerbatim?: boolean
}

/** A line that is being read. */
interface Reading {
  readonly kind: 'prompt' | 'question'
  readonly finish: (line: string | undefined) => void
}

/**
 * A terminal that is read line by line and written to in between. What is typed while nothing is read is not shown and not lost: it
 * waits for the next prompt. What is written while a line is being edited waits until the line is finished.
 */
export class Terminal {
  /** Called for Ctrl-C while no prompt is read. */
  onInterrupt: () => void = () => {}
  readonly #options: TerminalOptions
  readonly #gate: GatedOutput
  readonly #wrap: LineWrap
  readonly #editor: Interface
  /** A dumb terminal edits its lines itself, and shows what is typed when it is typed. */
  readonly #isDumb = process.env.TERM === 'dumb'
  /** Whole lines that were typed ahead. */
  #typedLines: string[] = []
  /** Lines that were typed ahead and shall not be sent without another look: each is offered at a prompt of its own. */
  #offered: string[] = []
  #reading: Reading | undefined
  #held = ''
  #isEnded = false

  constructor(options: TerminalOptions) {
    const { input, screen, words = [], isVerbatim = false } = options
    this.#options = options
    this.#gate = new GatedOutput(screen)
    this.#gate.isOpen = this.#isDumb
    this.#wrap = createLineWrap(() => (isVerbatim ? undefined : screen.columns))
    this.#editor = createInterface({
      input,
      output: this.#gate,
      terminal: !this.#isDumb,
      removeHistoryDuplicates: true,
      completer: (line: string) => [line === '' ? [] : words.filter((word) => word.startsWith(line)), line],
    })
    this.#editor.on('line', (line) => {
      if (this.#reading === undefined) this.#typedLines.push(line)
      else this.#reading.finish(line)
    })
    this.#editor.on('close', () => {
      this.#isEnded = true
      this.#reading?.finish(undefined)
    })
    this.#editor.on('SIGINT', () => this.interrupt())
    this.#editor.on('SIGTSTP', () => this.#suspend())
    // An answer to a question is not something to call back later.
    this.#editor.on('history', (history) => {
      if (this.#reading?.kind === 'question') history.shift()
    })
  }

  /** Resolves with what is typed, or was typed ahead; with undefined when the user leaves (Ctrl-C, Ctrl-D), and once it is closed. */
  readLine(prompt: string): Promise<string | undefined> {
    const typed = this.#typedLines.shift()
    if (typed === undefined) return this.#read('prompt', prompt)
    this.write(`${prompt}${typed}\n`)
    return Promise.resolve(typed)
  }

  /** Asks; nothing that was typed before counts as the answer. Undefined when the signal aborts, or nobody can answer any more. */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return undefined
    const giveUp = () => {
      if (this.#reading?.kind === 'question') this.#reading.finish(undefined)
    }
    const typed = this.#takeTyped()
    signal.addEventListener('abort', giveUp, { once: true })
    const answer = await this.#read('question', question)
    signal.removeEventListener('abort', giveUp)
    this.#type(typed)
    return answer
  }

  /** The next prompt begins with that line, to be edited. */
  offer(line: string): void {
    this.#offered.unshift(line)
  }

  write(text: string): void {
    if (this.#reading === undefined) this.#options.screen.write(this.#wrap.push(text))
    else this.#held += text
  }

  /**
   * Ctrl-C: at a prompt it drops the line that was begun, as a shell does, and leaves an empty one; else the listener is told, and the lines
   * that were typed ahead are not sent but offered for editing.
   */
  interrupt(): void {
    if (this.#reading?.kind !== 'prompt') {
      this.#offered.push(...this.#typedLines.splice(0).filter((line) => line.trim() !== ''))
      this.onInterrupt()
    } else if (this.#editor.line === '') this.#reading.finish(undefined)
    else this.#dropLine()
  }

  /** Gives the terminal back; what is being read resolves with undefined. */
  close(): void {
    this.#editor.close()
    this.#options.screen.write(this.#wrap.end())
    this.#gate.destroy()
  }

  #read(kind: Reading['kind'], prompt: string): Promise<string | undefined> {
    if (this.#isEnded) return Promise.resolve(undefined)
    // The editor breaks lines anywhere, so it gets only the last one.
    const lines = (this.#wrap.push(prompt) + this.#wrap.end()).split('\n')
    const lastLine = lines.pop() ?? ''
    this.#options.screen.write(lines.map((line) => `${line}\n`).join(''))
    const typed = kind === 'prompt' ? this.#nextTyped() : this.#takeTyped()
    return new Promise((resolve) => {
      // One step with the key that ends the line: the key after it is typed ahead.
      const finish = (line: string | undefined) => {
        this.#reading = undefined
        this.#gate.isOpen = this.#isDumb
        this.#takeTyped()
        this.write((line === undefined ? '\n' : '') + this.#held)
        this.#held = ''
        resolve(line)
      }
      this.#gate.isOpen = true
      this.#reading = { kind, finish }
      this.#editor.setPrompt(lastLine)
      this.#editor.prompt()
      this.#type(typed)
    })
  }

  /** What the next prompt begins with: the first line that is offered, else the line that was begun while nothing was read. */
  #nextTyped(): string {
    const begun = this.#takeTyped()
    const [first, ...later] = begun === '' ? this.#offered : [...this.#offered, begun]
    this.#offered = later
    return first ?? ''
  }

  /** What was dropped stays readable above the prompt. */
  #dropLine(): void {
    this.#editor.write(null, { ctrl: true, name: 'e' })
    this.#gate.isOpen = this.#isDumb
    this.#takeTyped()
    this.#options.screen.write('^C\n')
    this.#gate.isOpen = true
    this.#editor.prompt()
    this.#type(this.#nextTyped())
  }

  #type(text: string): void {
    if (text !== '' && !this.#isEnded) this.#editor.write(text)
  }

  /** Takes what was typed of a line out of the editor, which then stands in its first column: it draws from where it believes to be. */
  #takeTyped(): string {
    const { line } = this.#editor
    if (line === '' || this.#isEnded) return ''
    this.#editor.write(null, { ctrl: true, name: 'e' })
    this.#editor.write(null, { ctrl: true, name: 'u' })
    return line
  }

  #suspend(): void {
    const { input } = this.#options
    input.setRawMode(false)
    // To the whole group: an npm that started this would otherwise go on waiting, and the shell with it.
    process.kill(0, 'SIGTSTP')
    // Runs when the program is continued.
    setTimeout(() => {
      if (this.#isEnded) return
      input.setRawMode(true)
      if (this.#reading !== undefined) this.#editor.prompt(true)
    }, 20)
  }
}
