import type { Tool } from '@geppetto/tools'
import { printTurn } from '@geppetto/turns'
import { engineNames, nearest } from 'engine-choice'
import type { ChatBackend, StartedAnswer } from './backend.ts'
import { type EngineScope, engineText, modelText } from './engine-commands.ts'
import { oneLine } from './one-line.ts'
import { promptText } from './prompt-text.ts'
import { confirmedTools } from './tools/index.ts'

/** What commands can look at, and change. */
export interface CommandScope extends EngineScope {
  readonly backend: ChatBackend
  readonly tools: readonly Tool[]
}

/** What a command comes to: a text to show, an answer that was started, or the end of the chat. */
type CommandResult =
  | { readonly kind: 'shown'; readonly text: string }
  | { readonly kind: 'started'; readonly text: string; readonly answer: StartedAnswer }
  | { readonly kind: 'leave' }

interface Command {
  readonly names: readonly string[]
  /** What may stand behind the name, as the help calls it; absent where nothing may. */
  readonly values?: string
  readonly help: string
  readonly run: (
    scope: CommandScope,
    words: readonly string[],
    signal: AbortSignal,
  ) => CommandResult | Promise<CommandResult>
}

const commands: readonly Command[] = [
  { names: ['/help'], help: 'show this', run: () => shown(helpText()) },
  { names: ['/history'], help: 'show the conversation so far', run: (scope) => shown(historyText(scope)) },
  { names: ['/retry'], help: 'ask the last prompt again', run: retry },
  { names: ['/undo'], help: 'drop the last prompt and its answer', run: undo },
  { names: ['/new'], help: 'begin a new conversation', run: startAnew },
  {
    names: ['/engine'],
    values: '[NAME] [MODEL] [ADDRESS]',
    help: 'show the engines, or let another answer',
    run: async (scope, words) => shown(await engineText(scope, words)),
  },
  {
    names: ['/model'],
    values: '[NAME]',
    help: 'show the models, or take another',
    run: async (scope, words, signal) => shown(await modelText(scope, words, signal)),
  },
  { names: ['/tools'], help: 'show the tools', run: (scope) => shown(toolsText(scope)) },
  { names: ['/exit', '/quit'], help: 'leave; or Ctrl-C, Ctrl-D', run: () => ({ kind: 'leave' }) },
]

/** The names of all commands. */
export const commandNames: readonly string[] = commands.flatMap(({ names }) => names)

/** What Tab completes a line to. */
export const completions: readonly string[] = [...commandNames, ...engineNames.map((name) => `/engine ${name}`)]

/** What came of a line: it was no command but a prompt, or what a command comes to. */
export type LineResult = CommandResult | { readonly kind: 'prompt' }

/**
 * Runs a line that is a command. A text that merely begins with a slash, such as a path with words behind it, is a prompt.
 * @param signal gives up what the command waits for.
 */
export async function runCommand(line: string, scope: CommandScope, signal: AbortSignal): Promise<LineResult> {
  const [name = '', ...words] = line.split(/\s+/)
  if (!/^\/\w*$/.test(name)) return { kind: 'prompt' }
  const command = commands.find(({ names }) => names.includes(name))
  if (words.length > 0 && command?.values === undefined) return { kind: 'prompt' }
  return command === undefined ? shown(unknownText(name)) : command.run(scope, words, signal)
}

function shown(text: string): CommandResult {
  return { kind: 'shown', text }
}

function retry({ backend }: CommandScope): CommandResult {
  const prompt = backend.lastPrompt
  const answer = backend.retry()
  return answer === undefined || prompt === undefined
    ? shown(nothingSaid)
    : { kind: 'started', text: `${oneLine('Again:', promptText(prompt))}\n`, answer }
}

function undo({ backend }: CommandScope): CommandResult {
  const prompt = backend.lastPrompt
  if (prompt === undefined) return shown(nothingSaid)
  backend.undo()
  return shown(`${oneLine('Dropped:', promptText(prompt))}\n`)
}

function startAnew({ backend }: CommandScope): CommandResult {
  backend.startAnew()
  return shown('A new conversation.\n')
}

const nothingSaid = 'Nothing has been said yet.\n'

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
  return backend.conversation === undefined ? nothingSaid : printTurn(backend.conversation)
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
