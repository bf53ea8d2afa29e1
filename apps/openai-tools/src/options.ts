import { openaiProvider } from '@geppetto/provider-openai/settings'
import {
  type CommandLine,
  connectionOf,
  createProviderRegistry,
  defineCommandLine,
  type ProviderRegistry,
  type ResolvedSettings,
  resolveSettings,
  type SettingsLayer,
  usualLayers,
} from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import { type Mode, modes } from './modes.ts'

/** What the command line asks for. */
export interface Options {
  readonly mode: Mode
  readonly prompt: string | undefined
  readonly layers: readonly SettingsLayer[]
  readonly settings: ResolvedSettings
  /** Whether there is somebody to ask; else it is a replay. */
  readonly isLive: boolean
  readonly printsSettings: boolean
}

/** Thrown for what is wrong on the command line; says what is allowed. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

const providers: ProviderRegistry = createProviderRegistry([openaiProvider])

const commandLine: CommandLine = defineCommandLine(providers, [
  {
    title: 'What is shown',
    flags: {
      mode: { type: 'string', value: 'MODE', help: `What to see: ${Object.keys(modes).join(', ')}.` },
      prompt: { type: 'string', value: 'TEXT', help: 'Asked in place of the prompt of the mode.' },
    },
  },
])

/** What `--help` prints. */
export const help: string = `${commandLine.help()}

Without a key, as in OPENAI_API_KEY, it is a replay of recorded traffic.`

/** Undefined when the help is asked for. @throws SettingsError, OptionError */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options | undefined {
  const { given, layer, config, wantsHelp, printsSettings } = commandLine.parse(args)
  if (wantsHelp) return undefined
  const mode = modeOf(given.get('mode') ?? 'tools')
  const layers = usualLayers({
    providers,
    environment,
    flags: layer,
    defaults: { ...mode.defaults, chat: { engine: mode.model } },
    values: { chat: { api_type: 'openai-responses' } },
    ...defined({ config }),
  })
  const settings = readSettings(layers)
  const isLive = isAnswered(settings)
  if (!isLive && (given.has('model') || given.has('prompt')))
    throw new OptionError(
      '--model and --prompt need a key in OPENAI_API_KEY: recorded traffic answers its own prompt only',
    )
  return { mode, prompt: given.get('prompt'), layers, settings, isLive, printsSettings }
}

/** @throws SettingsError */
export function readSettings(layers: readonly SettingsLayer[]): ResolvedSettings {
  return resolveSettings(layers, { providers })
}

/** A host that is not OpenAI's may need no key. */
function isAnswered(settings: ResolvedSettings): boolean {
  const connection = connectionOf(settings)
  return connection?.key !== undefined || connection?.baseUrl !== connection?.apiType.host?.baseUrl
}

function modeOf(name: string): Mode {
  const mode = Object.hasOwn(modes, name) ? modes[name] : undefined
  if (mode === undefined) throw new OptionError(`--mode must be one of ${Object.keys(modes).join(', ')}, not ${name}`)
  return mode
}
