import { quote, type ToolChoice } from '@geppetto/turns'
import type { FlagName } from './flags.ts'
import { OptionError } from './option-error.ts'
import { findNameFault } from './sessions/shelf.ts'

/** How answers are printed. */
export type OutputFormat = 'text' | 'json' | 'yaml'

/** The values that were given, by their flags. */
export type GivenFlags = ReadonlyMap<string, string>

export function readOutput(given: GivenFlags): OutputFormat {
  const value = given.get('output') ?? 'text'
  if (value === 'text' || value === 'json' || value === 'yaml') return value
  throw bad('output', value, 'text, json or yaml')
}

export function readText(given: GivenFlags, name: FlagName): string | undefined {
  const value = given.get(name)
  if (value?.trim() === '') throw bad(name, value, 'a text that is not empty')
  return value
}

/** The name of a session. Flags that take it away are refused beside it. */
export function readSession(given: GivenFlags): string | undefined {
  const conflict = conflicts.find(({ flag, other }) => given.has(flag) && given.has(other))
  if (conflict !== undefined)
    throw new OptionError(
      'conflict',
      `--${conflict.flag} and --${conflict.other} contradict each other: leave one of the two out`,
      `--${conflict.flag}`,
    )
  const value = given.get('session')
  const fault = value === undefined ? undefined : findNameFault(value)
  if (fault !== undefined) throw new OptionError('bad_value', `--session: ${fault}`, '--session')
  return value?.trim()
}

const conflicts: readonly { readonly flag: FlagName; readonly other: FlagName }[] = [
  { flag: 'session', other: 'continue' },
  { flag: 'session', other: 'no-store' },
  { flag: 'continue', other: 'no-store' },
  { flag: 'store', other: 'no-store' },
]

export function readToolChoice(given: GivenFlags, toolNames: readonly string[]): ToolChoice | undefined {
  const value = given.get('tool-choice')
  if (value === undefined || value === 'auto' || value === 'none') return value
  if (value !== 'required' && !toolNames.includes(value))
    throw bad('tool-choice', value, `auto, none, required or one of the tools ${toolNames.join(', ')}`)
  if (given.has('no-tools'))
    throw new OptionError(
      'conflict',
      `--tool-choice ${value} asks for a tool, and --no-tools takes them away: leave one of the two out`,
      '--tool-choice',
    )
  return value === 'required' ? value : { tool: value }
}

/** What a number must be. */
export interface NumberRule {
  readonly allowed: string
  readonly isGood: (value: number) => boolean
}

export const atLeastOne: NumberRule = {
  allowed: 'a whole number of at least 1',
  isGood: (value) => Number.isSafeInteger(value) && value >= 1,
}

export const seconds: NumberRule = {
  // About 30 years; the limit keeps the time of the end a safe integer of milliseconds.
  allowed: 'a number of seconds above 0 and at most 1000000000',
  isGood: (value) => value > 0 && value <= 1_000_000_000,
}

export function readNumber(given: GivenFlags, name: FlagName, rule: NumberRule): number | undefined {
  const value = given.get(name)
  if (value === undefined) return undefined
  // Number() alone would take an empty text and 0x10 too.
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN
  if (!rule.isGood(number)) throw bad(name, value, rule.allowed)
  return number
}

function bad(name: FlagName, value: string, allowed: string): OptionError {
  return new OptionError('bad_value', `--${name} must be ${allowed}, not ${quote(value)}`, `--${name}`)
}
