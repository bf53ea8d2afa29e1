import type { Tool } from '@geppetto/tools'
import { printTurn } from '@geppetto/turns'
import { engineNames } from 'engine-choice'
import type { Answering } from './answering.ts'
import type { ChatBackend } from './backend.ts'
import { engineText, modelText } from './engine-commands.ts'
import { nearest } from './nearest.ts'
import { confirmedTools } from './tools/index.ts'

/** What commands can look at, and change. */
export interface CommandScope {
  readonly backend: ChatBackend
  readonly answering: Answering
  readonly tools: readonly Tool[]
}

interface Command {
  readonly names: readonly string[]
  /** What may stand behind the name, as the help calls it; absent where nothing may. */
  readonly values?: string
  readonly help: string
  /** What to show; undefined leaves the chat. */
  readonly run: (
    scope: CommandScope,
    words: readonly string[],
    signal: AbortSignal,
  ) => string | undefined | Promise<string>
}

const commands: readonly Command[] = [
  { names: ['/help'], help: 'show this', run: helpText },
  { names: ['/history'], help: 'show the conversation so far', run: historyText },
  {
    names: ['/engine'],
    values: '[NAME [MODEL]]',
    help: 'show the engines, or let another answer',
    run: ({ answering }, words) => engineText(answering, words),
  },
  {
    names: ['/model'],
    values: '[NAME]',
    help: 'show the models, or take another',
    run: ({ answering }, words, signal) => modelText(answering, words, signal),
  },
  { names: ['/tools'], help: 'show the tools', run: toolsText },
  { names: ['/exit', '/quit'], help: 'leave; or Ctrl-C, Ctrl-D', run: () => undefined },
]

/** The names of all commands. */
export const commandNames: readonly string[] = commands.flatMap(({ names }) => names)

/** What Tab completes a line to. */
export const completions: readonly string[] = [...commandNames, ...engineNames.map((name) => `/engine ${name}`)]

/** What came of a line: it was no command, or what to show of one; without `text` it leaves the chat. */
export type CommandOutcome = { readonly isCommand: false } | { readonly isCommand: true; readonly text?: string }

/**
 * Runs a line that is a command. A text that merely begins with a slash, such as a path with words behind it, is a prompt.
 * @param signal gives up what the command waits for.
 */
export async function runCommand(line: string, scope: CommandScope, signal: AbortSignal): Promise<CommandOutcome> {
  const [name = '', ...words] = line.split(/\s+/)
  if (!/^\/\w*$/.test(name)) return { isCommand: false }
  const command = commands.find(({ names }) => names.includes(name))
  if (words.length > 0 && command?.values === undefined) return { isCommand: false }
  if (command === undefined) return { isCommand: true, text: unknownText(name) }
  const text = await command.run(scope, words, signal)
  return text === undefined ? { isCommand: true } : { isCommand: true, text }
}

function unknownText(line: string): string {
  const like = line === '/' ? undefined : nearest(line, commandNames)
  return `There is no command ${line}: ${like === undefined ? '/help shows them' : `did you mean ${like}?`}\n`
}

function helpText(): string {
  const rows = commands.map(({ names, values = '', help }) => ({ usage: `${names.join(', ')} ${values}`, help }))
  const width = Math.max(...rows.map(({ usage }) => usage.length)) + 2
  return `${rows.map(({ usage, help }) => `  ${usage.padEnd(width)}${help}`).join('\n')}

  ${'Ctrl-C'.padEnd(width)}stop the answer that is being written; drop the line that was begun
  ${'Up, Down'.padEnd(width)}earlier prompts
  ${'Tab'.padEnd(width)}complete a command
`
}

function historyText({ backend }: CommandScope): string {
  return backend.conversation === undefined ? 'Nothing has been said yet.\n' : printTurn(backend.conversation)
}

function toolsText({ tools }: CommandScope): string {
  if (tools.length === 0) return 'There are no tools: the chat was started with --no-tools.\n'
  const width = Math.max(...tools.map(({ name }) => name.length)) + 2
  const rows = tools.map(({ name, description }) => {
    const asks = confirmedTools.has(name) ? ' Asks first.' : ''
    return `  ${name.padEnd(width)}${description}${asks}`
  })
  return `${rows.join('\n')}\n`
}
