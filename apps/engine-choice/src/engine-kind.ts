import { EngineChoiceError } from './engine-choice-error.ts'
import { nearest } from './nearest.ts'

/** The engines, in the order in which they are shown. */
export const engineNames = ['eliza', 'openai-responses', 'openai-chat', 'anthropic', 'ollama'] as const

/** The name of an engine. */
export type EngineName = (typeof engineNames)[number]

/** An engine that talks to a host. */
export type RemoteEngineName = Exclude<EngineName, 'eliza'>

/** An engine whose usual host is its vendor's. */
export type VendorEngineName = Exclude<RemoteEngineName, 'ollama'>

/** What is special about an engine that talks to a host, as data. */
export interface RemoteEngine {
  /** The environment variables that the vendor's own tools read. */
  readonly keyVariable: string
  readonly baseUrlVariable: string
  /** Where keys are made. */
  readonly keyPage: string
  readonly baseUrl: string
  /** Where the host lists its models, below the base address. */
  readonly modelsPath: string
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>
}

/** What is special about an engine of a vendor. */
export interface VendorEngine extends RemoteEngine {
  readonly vendor: string
  /** Asked for on the vendor's own host where no model is named. */
  readonly model: string
  /** What the names of the vendor's models are like. */
  readonly modelNames: RegExp
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const openai: VendorEngine = {
  vendor: 'OpenAI',
  keyVariable: 'OPENAI_API_KEY',
  baseUrlVariable: 'OPENAI_BASE_URL',
  keyPage: 'https://platform.openai.com/api-keys',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-5-mini',
  // gpt-oss runs elsewhere.
  modelNames: /^(ft:)?(gpt-(?!oss)|chatgpt-|codex-|o\d)/,
  modelsPath: '/models',
  keyHeaders: bearer,
}

/** The engines of vendors. */
export const vendorEngines: { readonly [name in VendorEngineName]: VendorEngine } = {
  'openai-responses': openai,
  'openai-chat': openai,
  anthropic: {
    vendor: 'Anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    keyPage: 'https://platform.claude.com/settings/keys',
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-sonnet-5-5',
    modelNames: /^claude-/,
    modelsPath: '/v1/models?limit=1000',
    keyHeaders: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  },
}

/** The engines that talk to a host. */
export const remoteEngines: { readonly [name in RemoteEngineName]: RemoteEngine } = {
  ...vendorEngines,
  ollama: {
    keyVariable: 'OLLAMA_API_KEY',
    baseUrlVariable: 'OLLAMA_HOST',
    keyPage: 'https://ollama.com/settings/keys',
    baseUrl: 'http://127.0.0.1:11434/v1',
    modelsPath: '/models',
    keyHeaders: bearer,
  },
}

/** What people call an engine too. */
const aliases: ReadonlyMap<string, EngineName> = new Map([
  ['openai', 'openai-responses'],
  ['claude', 'anthropic'],
])

/** @throws EngineChoiceError `unknown_engine` */
export function parseEngineName(text: string): EngineName {
  const name = engineNames.find((candidate) => candidate === text) ?? aliases.get(text)
  if (name !== undefined) return name
  const like = nearest(text, engineNames)
  const hint = like === undefined ? '' : `did you mean ${like}? `
  throw new EngineChoiceError(
    'unknown_engine',
    `there is no engine ${text}: ${hint}${hint === '' ? 'the' : 'The'} engines are ${engineNames.join(', ')}`,
  )
}

/** The engine, the better of its APIs, whose vendor gives its models names like this one; undefined when none is known to. */
export function engineOfModel(model: string): VendorEngineName | undefined {
  return vendorOrder.find((name) => vendorEngines[name].modelNames.test(model))
}

/** The vendors, each by the better of its APIs. */
export const vendorOrder: readonly VendorEngineName[] = ['openai-responses', 'anthropic']

/** Whether the model is one of another vendor than the one whose own host is asked; a host of somebody else may have the models of all. */
export function isOfAnotherVendor(
  model: string,
  asked: { readonly engine: EngineName; readonly baseUrl?: string },
): boolean {
  const { engine, baseUrl } = asked
  const maker = engineOfModel(model)
  if (maker === undefined || engine === 'eliza' || baseUrl === undefined) return false
  if (engine === 'ollama') return true
  const isOwnHost = new URL(baseUrl).host === new URL(vendorEngines[engine].baseUrl).host
  return isOwnHost && vendorEngines[maker].vendor !== vendorEngines[engine].vendor
}
