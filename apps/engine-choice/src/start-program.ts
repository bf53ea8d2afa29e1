import { type Engine, isEngineError } from '@geppetto/engine'
import {
  type CommandLine,
  createEngineFromSettings,
  defineCommandLine,
  explain,
  isSettingsError,
  type ParsedCommandLine,
  type SettingsLayer,
  type SettingValues,
  usualLayers,
} from '@geppetto/settings'
import { defined, visibleText } from '@geppetto/turns'
import { type Access, accessOf, wishOf } from './access.ts'
import { chooseEngine } from './choose-engine.ts'
import { EngineChoiceError } from './engine-choice-error.ts'
import { providers } from './engine-kind.ts'
import { settingsWith } from './settings-with.ts'

/** What a small program is started with. */
export interface ProgramStart {
  readonly engine: Engine
  /** The arguments that are no flags, joined; undefined when there are none. */
  readonly prompt?: string
}

/**
 * Reads the flags of all settings from the arguments of a small program; where nothing says who answers it is eliza, offline. A program
 * that was started wrongly says how, and ends with 2; one that is asked for `--help` or `--print-settings` ends with it.
 */
export async function startProgram(defaults: SettingValues = {}): Promise<ProgramStart> {
  try {
    const commandLine = defineCommandLine(providers)
    const parsed = commandLine.parse(process.argv.slice(2))
    const layers = layersOf(parsed, defaults)
    endIfAsked(commandLine, parsed, layers)
    const prompt = parsed.words.join(' ').trim() || undefined
    const access = accessOf(layers)
    tellNotices(access)
    const wish = wishOf(access)
    const choice = await chooseEngine(Object.keys(wish).length === 0 ? { engine: 'eliza' } : wish, access)
    return { engine: createEngineFromSettings(settingsWith(choice, layers)), ...defined({ prompt }) }
  } catch (error) {
    if (!(error instanceof EngineChoiceError) && !isSettingsError(error) && !isEngineError(error)) throw error
    console.error(visibleText(error.message))
    process.exit(2)
  }
}

function layersOf({ layer, config }: ParsedCommandLine, defaults: SettingValues): readonly SettingsLayer[] {
  return usualLayers({ providers, environment: process.env, flags: layer, defaults, ...defined({ config }) })
}

function endIfAsked(
  commandLine: CommandLine,
  { wantsHelp, printsSettings }: ParsedCommandLine,
  layers: readonly SettingsLayer[],
): void {
  if (!wantsHelp && !printsSettings) return
  if (wantsHelp)
    console.log(
      `${commandLine.help()}\n\nWhat is no flag is the prompt. Where nothing says who answers it is eliza, offline.`,
    )
  else process.stdout.write(explain(accessOf(layers).settings))
  process.exit(0)
}

/** For people: what of the settings was left out or set aside. */
function tellNotices({ settings }: Access): void {
  if (!process.stderr.isTTY) return
  for (const { place, message } of settings.notices)
    console.error(visibleText(place === undefined ? message : `${place}: ${message}`))
}
