import { parseArgs } from 'node:util'
import { type Engine, isEngineError } from '@geppetto/engine'
import { defined, toErrorData, visibleText } from '@geppetto/turns'
import { chooseEngine, type EngineWish } from './choose-engine.ts'
import { createEngine, type EngineSettings } from './create-engine.ts'
import { EngineChoiceError } from './engine-choice-error.ts'
import { engineNames, parseEngineName } from './engine-kind.ts'

/** What a small program is started with. */
export interface ProgramStart {
  readonly engine: Engine
  /** The arguments that are no flags, joined; undefined when there are none. */
  readonly prompt?: string
}

/**
 * Reads `--engine`, `--model` and `--base-url` from the arguments of a small program; without any of them it is eliza, offline. A program
 * that was started wrongly says how, and ends with 2; one that is asked for `--help` ends with it.
 */
export async function startProgram(settings: EngineSettings = {}): Promise<ProgramStart> {
  try {
    const { wish, prompt, isHelp } = readArguments(process.argv.slice(2))
    if (isHelp) {
      console.log(help)
      process.exit(0)
    }
    const engine = await createEngine(await chooseEngine(wish, process.env), settings)
    return { engine, ...defined({ prompt }) }
  } catch (error) {
    if (!(error instanceof EngineChoiceError) && !isEngineError(error)) throw error
    console.error(visibleText(error.message))
    process.exit(2)
  }
}

const options = {
  engine: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const help = `Options: --engine NAME (${engineNames.join(', ')}), --model NAME, --base-url URL
What comes behind them is the prompt. Without any of them eliza answers, offline.`

interface Arguments {
  readonly wish: EngineWish
  readonly prompt: string | undefined
  readonly isHelp: boolean
}

function readArguments(args: string[]): Arguments {
  const { values, positionals } = parse(args)
  const { engine: name, model, 'base-url': baseUrl, help: isHelp = false } = values
  const prompt = positionals.join(' ').trim() || undefined
  if (name === undefined && model === undefined && baseUrl === undefined)
    return { wish: { engine: 'eliza' }, prompt, isHelp }
  const engine = name === undefined ? undefined : parseEngineName(name)
  return { wish: defined({ engine, model, baseUrl }), prompt, isHelp }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (cause) {
    throw new EngineChoiceError('bad_flag', toErrorData(cause).message, { cause })
  }
}
