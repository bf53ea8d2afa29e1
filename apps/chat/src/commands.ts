import { nearestName } from '@geppetto/turns'
import { engineNames } from 'engine-choice'
import { type Command, type CommandResult, type CommandScope, nothingSaid, shown } from './command.ts'
import { takeEngine, takeModel } from './engine-commands.ts'
import { lineCommands } from './line-commands.ts'
import { takeProfile } from './profile-commands.ts'
import { sessionCommands } from './session-commands.ts'
import { confirmedTools } from './tools/index.ts'
import { transferCommands } from './transfer-commands.ts'
import { turnCommands } from './turn-commands.ts'

const commands: readonly Command[] = [
  { names: ['/help'], help: 'show this', run: (scope) => shown(helpText(scope)) },
  { names: ['/history'], help: 'show the conversation so far', run: history },
  ...turnCommands,
  ...sessionCommands,
  ...lineCommands,
  ...transferCommands,
  {
    names: ['/engine'],
    values: '[NAME] [MODEL] [ADDRESS]',
    help: 'show the engines, or let another answer',
    run: takeEngine,
  },
  {
    names: ['/model'],
    values: '[NAME]',
    help: 'show the models, or take another',
    run: takeModel,
  },
  {
    names: ['/profile'],
    values: '[NAME]',
    help: 'show the profiles of the settings, or take another',
    run: takeProfile,
  },
  { names: ['/tools'], help: 'show the tools', run: (scope) => shown(toolsText(scope)) },
  { names: ['/exit', '/quit'], help: 'leave; or Ctrl-C, Ctrl-D', run: () => ({ kind: 'leave' }) },
]

/** The names of all commands. */
export const commandNames: readonly string[] = commands.flatMap(({ names }) => names)

/** What Tab completes a line to. */
export const completions: readonly string[] = [...commandNames, ...engineNames.map((name) => `/engine ${name}`)]

/** What a line that was begun could become. */
export interface Completion {
  readonly line: string
  /** What may stand behind it; empty where nothing may. */
  readonly values: string
  readonly help: string
  /** It is of no use alone. */
  readonly needsMore: boolean
}

/** The commands that begin with the line, and behind the name of one what can be named there. */
export function completionsOf(line: string): readonly Completion[] {
  const engine = /^\/engine +(\S*)$/.exec(line)?.[1]
  if (engine !== undefined)
    return engineNames
      .filter((name) => name.startsWith(engine))
      .map((name) => ({ line: `/engine ${name}`, values: '', help: '', needsMore: false }))
  if (!/^\/\w*$/.test(line)) return []
  return commands.flatMap(({ names, values = '', help }) =>
    names
      .filter((name) => name.startsWith(line))
      .map((name) => ({ line: name, values, help, needsMore: /^[^[]/.test(values) })),
  )
}

/** What a line means. */
export type LineMeaning =
  | { readonly kind: 'prompt' }
  | {
      readonly kind: 'command'
      /** It goes on from the conversation as it stands. */
      readonly goesOn: boolean
      /** @param signal gives up what the command waits for. */
      readonly run: (scope: CommandScope, signal: AbortSignal) => CommandResult | Promise<CommandResult>
    }

/** Reads a line. A text that merely begins with a slash, such as a path with words behind it, is a prompt. */
export function readLine(line: string): LineMeaning {
  const [name = '', ...words] = line.split(/\s+/)
  if (!/^\/\w*$/.test(name)) return { kind: 'prompt' }
  const command = commands.find(({ names }) => names.includes(name))
  if (words.length > 0 && command === undefined) return { kind: 'prompt' }
  if (words.length > 0 && command?.values === undefined)
    return { kind: 'command', goesOn: false, run: () => shown(`${name} stands alone, with nothing behind it.\n`) }
  const { run, goesOn = false } = command ?? { run: () => shown(unknownText(name)) }
  return { kind: 'command', goesOn, run: (scope, signal) => run(scope, words, signal) }
}

function unknownText(line: string): string {
  const like = line === '/' ? undefined : nearestName(line, commandNames)
  return `There is no command ${line}: ${like === undefined ? '/help shows them' : `did you mean ${like}?`}\n`
}

function helpText({ keys }: CommandScope): string {
  const rows = commands.map(({ names, values = '', help }) => ({ usage: `${names.join(', ')} ${values}`, help }))
  const width = Math.max(...rows.map(({ usage }) => usage.length)) + 2
  const lines = [
    ...rows.map(({ usage, help }) => `  ${usage.padEnd(width)}${help}`),
    '',
    ...keys.map(({ key, help }) => `  ${key.padEnd(width)}${help}`),
  ]
  return `${lines.join('\n')}\n`
}

/** What another terminal has said since is part of it. */
async function history({ backend }: CommandScope): Promise<CommandResult> {
  await backend.catchUp()
  const { conversation } = backend
  return conversation === undefined ? shown(nothingSaid) : { kind: 'history', turn: conversation }
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
