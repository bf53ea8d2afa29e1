import { type CommandLine, defineCommandLine, type ParsedCommandLine } from '@geppetto/settings'
import { defined, type ToolChoice } from '@geppetto/turns'
import { providers } from 'engine-choice'
import { flagGroups } from './flags.ts'
import { OptionError } from './option-error.ts'
import {
  atLeastOne,
  type OutputFormat,
  readNumber,
  readOutput,
  readSession,
  readText,
  readToolChoice,
  seconds,
} from './option-values.ts'

/** What the command line says. */
export interface ChatOptions {
  /** The name of the session to go on with, or to begin. */
  readonly session?: string
  /** Whether to go on with the newest session. */
  readonly continues: boolean
  /** The file of the sessions; absent for the usual one. */
  readonly storePath?: string
  /** Whether anything may be kept. */
  readonly keeps: boolean
  readonly output: OutputFormat
  readonly withMetadata: boolean
  readonly full: boolean
  /** Whether a conversation is one of lines. */
  readonly plain: boolean
  readonly system?: string
  readonly maxIterations?: number
  readonly toolChoice?: ToolChoice
  readonly maxParallelTools?: number
  /** Whether tools are offered. */
  readonly tools: boolean
  /** Per answer. */
  readonly timeoutSeconds?: number
  /** Whether tools that ask first are allowed without asking. */
  readonly yes: boolean
  /** The arguments, joined. */
  readonly prompt?: string
}

/** What is asked for: an answer or a conversation, the settings, or a text about the program itself. */
export type Request =
  | { readonly kind: 'chat'; readonly options: ChatOptions; readonly line: SettingsLine }
  | { readonly kind: 'settings'; readonly line: SettingsLine }
  | { readonly kind: 'help' | 'version' }

/** What the command line says of the settings. */
export type SettingsLine = Pick<ParsedCommandLine, 'layer' | 'config'>

/** The command line: the chat's own flags, and those of all settings. */
export const commandLine: CommandLine = defineCommandLine(providers, flagGroups)

/**
 * Reads the command line.
 * @param toolNames what `--tool-choice` may name.
 * @throws SettingsError, OptionError saying which flag is wrong, how, and what is allowed.
 */
export function parseOptions(args: readonly string[], toolNames: readonly string[]): Request {
  const line = commandLine.parse(args)
  const { given, words } = line
  if (line.wantsHelp) return { kind: 'help' }
  if (given.has('version')) return { kind: 'version' }
  if (line.printsSettings) return { kind: 'settings', line }
  const prompt = words.length === 0 ? undefined : words.join(' ')
  if (prompt?.trim() === '') throw new OptionError('no_prompt', 'the prompt is empty: say something, or leave it out')
  const options: ChatOptions = {
    continues: given.has('continue'),
    keeps: !given.has('no-store'),
    output: readOutput(given),
    withMetadata: given.has('with-metadata'),
    full: given.has('full'),
    plain: given.has('plain'),
    tools: !given.has('no-tools'),
    yes: given.has('yes'),
    ...defined({
      session: readSession(given),
      storePath: readText(given, 'store'),
      system: readText(given, 'system'),
      maxIterations: readNumber(given, 'max-iterations', atLeastOne),
      toolChoice: readToolChoice(given, toolNames),
      maxParallelTools: readNumber(given, 'max-parallel-tools', atLeastOne),
      timeoutSeconds: readNumber(given, 'timeout', seconds),
      prompt,
    }),
  }
  return { kind: 'chat', options, line }
}
