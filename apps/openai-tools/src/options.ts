import { parseArgs } from 'node:util'
import { toErrorData } from '@geppetto/turns'
import { type Mode, modes } from './modes.ts'

/** What the command line asks for. */
export interface Options {
  readonly mode: Mode
  readonly model: string | undefined
  readonly prompt: string | undefined
}

/** What `--help` prints. */
export const help: string = `Options: --mode ${Object.keys(modes).join('|')}, --model NAME, --prompt TEXT
Without a key in OPENAI_API_KEY it is a replay of recorded traffic.`

/** Thrown for what is wrong on the command line; says what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

/** Undefined when the help is asked for. @throws OptionError */
export function parseOptions(args: readonly string[], hasKey: boolean): Options | undefined {
  const { mode: name = 'tools', model, prompt, help: isHelp } = parse(args)
  if (isHelp === true) return undefined
  const mode = Object.hasOwn(modes, name) ? modes[name] : undefined
  if (mode === undefined) throw new OptionError(`--mode must be one of ${Object.keys(modes).join(', ')}, not ${name}`)
  if (!hasKey && (model !== undefined || prompt !== undefined))
    throw new OptionError(
      '--model and --prompt need a key in OPENAI_API_KEY: recorded traffic answers its own prompt only',
    )
  return { mode, model, prompt }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const help = { type: 'boolean', short: 'h' } as const
  try {
    return parseArgs({ args: [...args], options: { mode: text, model: text, prompt: text, help } }).values
  } catch (cause) {
    throw new OptionError(toErrorData(cause).message, { cause })
  }
}
