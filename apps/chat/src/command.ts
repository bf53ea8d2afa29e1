import type { Tool } from '@geppetto/tools'
import type { Turn } from '@geppetto/turns'
import type { ChatBackend } from './backend.ts'
import type { Ask } from './confirm.ts'
import type { EngineScope } from './engine-commands.ts'
import type { StartedAnswer } from './start-answer.ts'

/** What commands can look at, and change. */
export interface CommandScope extends EngineScope {
  readonly backend: ChatBackend
  readonly tools: readonly Tool[]
  /** Asks the person. */
  readonly ask: Ask
  /** What keys do, for the help. */
  readonly keys: readonly KeyHelp[]
}

/** A key, and what it does. */
export interface KeyHelp {
  readonly key: string
  readonly help: string
}

/** Something to choose, and the line that chooses it. */
export interface Choice {
  readonly label: string
  readonly detail: string
  readonly line: string
  /** It is what is on now. */
  readonly isCurrent: boolean
}

/** What a command comes to. */
export type CommandResult =
  /** A text to show. */
  | { readonly kind: 'shown'; readonly text: string }
  /** Something to choose from; the text says it in words. */
  | { readonly kind: 'choice'; readonly text: string; readonly choices: readonly Choice[] }
  /** The conversation so far. */
  | { readonly kind: 'history'; readonly turn: Turn }
  /** An answer was started. */
  | { readonly kind: 'started'; readonly text: string; readonly answer: StartedAnswer }
  /** A line to be edited. */
  | { readonly kind: 'offered'; readonly line: string }
  /** Another session is open. */
  | { readonly kind: 'opened'; readonly text: string }
  /** An answer that another process writes is to be followed. */
  | { readonly kind: 'watch' }
  | { readonly kind: 'leave' }

/** A line that begins with a slash and does something. */
export interface Command {
  readonly names: readonly string[]
  /** What may stand behind the name, as the help calls it; absent where nothing may. */
  readonly values?: string
  readonly help: string
  /** It goes on from the conversation as it stands: somebody else must not have changed it. */
  readonly goesOn?: boolean
  readonly run: (
    scope: CommandScope,
    words: readonly string[],
    signal: AbortSignal,
  ) => CommandResult | Promise<CommandResult>
}

/** The result of a command that shows a text. */
export function shown(text: string): CommandResult {
  return { kind: 'shown', text }
}

/** The result of a command that offers a choice. */
export function choice(text: string, choices: readonly Choice[]): CommandResult {
  return { kind: 'choice', text, choices }
}

/** What is said where there is no conversation yet. */
export const nothingSaid = 'Nothing has been said yet.\n'
