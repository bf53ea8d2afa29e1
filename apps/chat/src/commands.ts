import type { Tool } from '@geppetto/tools'
import { printTurn } from '@geppetto/turns'
import type { ChatBackend } from './backend.ts'
import { nearest } from './nearest.ts'
import { confirmedTools } from './tools/index.ts'

/** What commands can look at. */
export interface CommandScope {
  readonly backend: ChatBackend
  readonly tools: readonly Tool[]
}

interface Command {
  readonly names: readonly string[]
  readonly help: string
  /** What to show; undefined leaves the chat. */
  readonly run: (scope: CommandScope) => string | undefined
}

const commands: readonly Command[] = [
  { names: ['/help'], help: 'show this', run: helpText },
  { names: ['/history'], help: 'show the conversation so far', run: historyText },
  { names: ['/tools'], help: 'show the tools', run: toolsText },
  { names: ['/exit', '/quit'], help: 'leave; or Ctrl-C, Ctrl-D', run: () => undefined },
]

/** The names of all commands. */
export const commandNames: readonly string[] = commands.flatMap(({ names }) => names)

/** What came of a line: it was no command, or what to show of one; without `text` it leaves the chat. */
export type CommandOutcome = { readonly isCommand: false } | { readonly isCommand: true; readonly text?: string }

/** Runs a line that is a command. A text that merely begins with a slash, such as a path with words behind it, is a prompt. */
export function runCommand(line: string, scope: CommandScope): CommandOutcome {
  if (!/^\/\w*$/.test(line)) return { isCommand: false }
  const command = commands.find(({ names }) => names.includes(line))
  if (command === undefined) return { isCommand: true, text: unknownText(line) }
  const text = command.run(scope)
  return text === undefined ? { isCommand: true } : { isCommand: true, text }
}

function unknownText(line: string): string {
  const like = line === '/' ? undefined : nearest(line, commandNames)
  return `There is no command ${line}: ${like === undefined ? '/help shows them' : `did you mean ${like}?`}\n`
}

function helpText(): string {
  const rows = commands.map(({ names, help }) => `  ${names.join(', ').padEnd(14)}${help}`)
  return `${rows.join('\n')}

  Ctrl-C        stop the answer that is being written; drop the line that was begun
  Up, Down      earlier prompts
  Tab           complete a command
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
