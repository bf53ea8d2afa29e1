import type { EventSink } from '@geppetto/events'
import { printTurn, type Turn, visibleText, withBlocks } from '@geppetto/turns'
import type { ChatView, Greeting, Tone } from './chat-view.ts'
import type { Choice, KeyHelp } from './command.ts'
import type { Paint } from './style.ts'
import type { Terminal } from './terminal.ts'

/** A conversation line by line: what every terminal, a pipe and a screen reader can follow. */
export class PlainView implements ChatView {
  readonly createSink: () => EventSink | Promise<EventSink>
  readonly keys: readonly KeyHelp[] = [
    { key: 'Ctrl-C', help: 'stop the answer that is being written; drop the line that was begun' },
    { key: 'Up, Down', help: 'earlier prompts' },
    { key: 'Tab', help: 'complete a command' },
  ]
  readonly #terminal: Terminal
  readonly #paint: Paint

  constructor(terminal: Terminal, paint: Paint, createSink: () => EventSink | Promise<EventSink>) {
    this.#terminal = terminal
    this.#paint = paint
    this.createSink = createSink
  }

  set onInterrupt(listener: () => void) {
    this.#terminal.onInterrupt = listener
  }

  greet({ answering, why, tools }: Greeting): void {
    this.tell('Geppetto chat\n', 'bold')
    this.tell(visibleText(`Answering: ${answering}\n`))
    if (why !== undefined) this.tell(visibleText(`${why}\n`), 'dim')
    this.tell(`Tools: ${tools.length === 0 ? 'none' : tools.join(', ')}\n`)
    this.tell('Ctrl-C stops an answer, and leaves at the prompt. /help shows the commands.\n', 'dim')
    this.endPart()
  }

  readLine(): Promise<string | undefined> {
    return this.#terminal.readLine(this.#paint('bold', '> '))
  }

  ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#terminal.ask(question, signal)
  }

  offer(line: string): void {
    this.#terminal.offer(line)
  }

  tell(text: string, tone: Tone = 'plain'): void {
    const line = text.replace(/\n$/, '')
    this.#terminal.write((tone === 'plain' ? line : this.#paint(tone, line)) + text.slice(line.length))
  }

  choose(text: string, _choices: readonly Choice[]): void {
    this.tell(text)
  }

  showTurn(turn: Turn, part: 'all' | 'last'): void {
    this.tell(printTurn(part === 'all' ? turn : lastExchange(turn)))
  }

  showCutOff(turn: Turn): void {
    this.showTurn(turn, 'last')
  }

  endPart(): void {
    this.#terminal.write('\n')
  }

  close(): void {
    this.#terminal.close()
  }
}

/** What tools gave is long: the answer says what came of it. */
function lastExchange(turn: Turn): Turn {
  const start = turn.blocks.findLastIndex((block) => block.kind === 'user')
  const blocks = turn.blocks.slice(Math.max(0, start))
  const told = blocks.filter((block) => block.kind !== 'tool-result' || block.outcome !== 'ok')
  return withBlocks({ ...turn, metadata: {} }, told)
}
