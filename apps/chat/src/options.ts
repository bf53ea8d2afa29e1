import { parseArgs } from 'node:util'
import { defined, type ToolChoice } from '@geppetto/turns'
import { type EngineName, nearest } from 'engine-choice'
import { type FlagName, flags, isFlagName } from './flags.ts'
import { OptionError } from './option-error.ts'
import {
  atLeastOne,
  type OutputFormat,
  readEngine,
  readNumber,
  readOutput,
  readSession,
  readText,
  readToolChoice,
  seconds,
  whole,
} from './option-values.ts'

/** What the command line says. */
export interface ChatOptions {
  readonly engine?: EngineName
  readonly model?: string
  readonly baseUrl?: string
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
  readonly system?: string
  readonly maxIterations?: number
  readonly toolChoice?: ToolChoice
  readonly maxParallelTools?: number
  /** Whether tools are offered. */
  readonly tools: boolean
  /** Per answer. */
  readonly timeoutSeconds?: number
  readonly seed?: number
  /** Whether tools that ask first are allowed without asking. */
  readonly yes: boolean
  /** The arguments, joined. */
  readonly prompt?: string
}

/** What is asked for: an answer or a conversation, or a text about the program itself. */
export type Request = { readonly kind: 'chat'; readonly options: ChatOptions } | { readonly kind: 'help' | 'version' }

/**
 * Reads the command line.
 * @param toolNames what `--tool-choice` may name.
 * @throws OptionError saying which flag is wrong, how, and what is allowed; EngineChoiceError for an engine that there is not.
 */
export function parseOptions(args: readonly string[], toolNames: readonly string[]): Request {
  const { given, words } = readArguments(args)
  if (given.has('help')) return { kind: 'help' }
  if (given.has('version')) return { kind: 'version' }
  const prompt = words.length === 0 ? undefined : words.join(' ')
  if (prompt?.trim() === '') throw new OptionError('no_prompt', 'the prompt is empty: say something, or leave it out')
  const options: ChatOptions = {
    continues: given.has('continue'),
    keeps: !given.has('no-store'),
    output: readOutput(given),
    withMetadata: given.has('with-metadata'),
    full: given.has('full'),
    tools: !given.has('no-tools'),
    yes: given.has('yes'),
    ...defined({
      engine: readEngine(given),
      model: readText(given, 'model'),
      baseUrl: readText(given, 'base-url'),
      session: readSession(given),
      storePath: readText(given, 'store'),
      system: readText(given, 'system'),
      maxIterations: readNumber(given, 'max-iterations', atLeastOne),
      toolChoice: readToolChoice(given, toolNames),
      maxParallelTools: readNumber(given, 'max-parallel-tools', atLeastOne),
      timeoutSeconds: readNumber(given, 'timeout', seconds),
      seed: readNumber(given, 'seed', whole),
      prompt,
    }),
  }
  return { kind: 'chat', options }
}

function readArguments(args: readonly string[]): { given: Map<FlagName, string>; words: readonly string[] } {
  const config = { args: [...args], options: flags, strict: false, allowPositionals: true, tokens: true } as const
  const given = new Map<FlagName, string>()
  const words: string[] = []
  for (const token of parseArgs(config).tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    if (!isFlagName(name)) throw unknownFlag(rawName)
    const isText = flags[name].type === 'string'
    if (isText && given.has(name))
      throw new OptionError('repeated', `--${name} is there twice: leave one of the two out`, `--${name}`)
    given.set(name, isText ? textOf(name, value, inlineValue === true) : switchOf(name, value))
  }
  return { given, words }
}

function unknownFlag(rawName: string): OptionError {
  const like = nearest(rawName.replace(/^-+/, ''), Object.keys(flags))
  const hint =
    like === undefined ? '--help lists them, and what comes after -- is the prompt' : `did you mean --${like}?`
  return new OptionError('unknown_flag', `there is no flag ${rawName}: ${hint}`, rawName)
}

function textOf(name: FlagName, value: string | undefined, isInline: boolean): string {
  const flag = `--${name}`
  if (value === undefined || value === '')
    throw new OptionError('missing_value', `${flag} needs a value: ${flags[name].help}`, flag)
  // A negative number is a value.
  if (!isInline && /^-\D/.test(value))
    throw new OptionError(
      'missing_value',
      `${flag} needs a value, and ${value} looks like the next flag: where it is the value, write ${flag}=${value}`,
      flag,
    )
  return value
}

function switchOf(name: FlagName, value: string | undefined): string {
  if (value === undefined) return ''
  throw new OptionError('unwanted_value', `--${name} takes no value: leave =${value} out`, `--${name}`)
}
