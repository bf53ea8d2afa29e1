import type { EventSink } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { Choice, KeyHelp } from './command.ts'

/** How a text of the chat itself is set apart. */
export type Tone = 'plain' | 'bold' | 'dim' | 'red' | 'yellow'

/** What a conversation begins with. */
export interface Greeting {
  /** Who answers. */
  readonly answering: string
  /** Why it is they, and who else could. */
  readonly why?: string
  readonly tools: readonly string[]
}

/** Where a conversation is shown, and where the person speaks: all that {@link converse} knows of a screen. */
export interface ChatView {
  /** Called when the person wants what goes on to stop. */
  onInterrupt: () => void
  /** What keys do here. */
  readonly keys: readonly KeyHelp[]
  greet(greeting: Greeting): void
  /** Resolves with what the person says; with undefined when they leave, and once it is closed. */
  readLine(): Promise<string | undefined>
  /** Asks; nothing that was typed before counts as the answer. Undefined when the signal aborts, or nobody can answer any more. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** The next prompt begins with that line, to be edited. */
  offer(line: string): void
  /** Shows what the chat itself has to say. The text was made visible, and ends its lines. */
  tell(text: string, tone?: Tone): void
  /** Shows what there is to choose from: `text` says it in words. */
  choose(text: string, choices: readonly Choice[]): void
  /** Shows a conversation that is not new: all of it, or the last prompt and what came of it. */
  showTurn(turn: Turn, part: 'all' | 'last'): void
  /** Shows how far the last answer came, which was watched, and whose end is never told. */
  showCutOff(turn: Turn): void
  /** Makes what draws an answer. */
  createSink(): EventSink | Promise<EventSink>
  /** What belongs together has ended. */
  endPart(): void
  /** Gives the terminal back; what is being read resolves with undefined. */
  close(): Promise<void> | void
}
