import { EngineChoiceError } from './engine-choice-error.ts'

/** The engines, in the order in which they are shown. */
export const engineNames = ['eliza', 'openai-responses', 'openai-chat', 'anthropic'] as const

/** The name of an engine. */
export type EngineName = (typeof engineNames)[number]

/** An engine that talks to a host. */
export type RemoteEngineName = Exclude<EngineName, 'eliza'>

/** What is special about an engine that talks to a host, as data. */
export interface RemoteEngine {
  /** The environment variables that the vendor's own tools read. */
  readonly keyVariable: string
  readonly baseUrlVariable: string
  /** Where keys are made. */
  readonly keyPage: string
  readonly baseUrl: string
  /** Asked for on the vendor's own host where no model is named. */
  readonly model: string
  /** Where the host lists its models, below the base address. */
  readonly modelsPath: string
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>
}

const openai: RemoteEngine = {
  keyVariable: 'OPENAI_API_KEY',
  baseUrlVariable: 'OPENAI_BASE_URL',
  keyPage: 'https://platform.openai.com/api-keys',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-5-mini',
  modelsPath: '/models',
  keyHeaders: (key) => ({ authorization: `Bearer ${key}` }),
}

/** The engines that talk to a host. */
export const remoteEngines: { readonly [name in RemoteEngineName]: RemoteEngine } = {
  'openai-responses': openai,
  'openai-chat': openai,
  anthropic: {
    keyVariable: 'ANTHROPIC_API_KEY',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    keyPage: 'https://platform.claude.com/settings/keys',
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-sonnet-5-5',
    modelsPath: '/v1/models?limit=1000',
    keyHeaders: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  },
}

/** @throws EngineChoiceError `unknown_engine` */
export function parseEngineName(text: string): EngineName {
  const name = engineNames.find((candidate) => candidate === text)
  if (name !== undefined) return name
  throw new EngineChoiceError('unknown_engine', `there is no engine ${text}: the engines are ${engineNames.join(', ')}`)
}
