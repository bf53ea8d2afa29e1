import type { ApiHost } from '@geppetto/engine'
import { anthropicProvider } from '@geppetto/provider-anthropic/settings'
import { elizaProvider } from '@geppetto/provider-eliza/settings'
import { openaiProvider } from '@geppetto/provider-openai/settings'
import { createProviderRegistry, type ProviderRegistry } from '@geppetto/settings'

/** The providers that the programs of this folder have. */
export const providers: ProviderRegistry = createProviderRegistry([openaiProvider, anthropicProvider, elizaProvider])

/** The engines, in the order in which they are shown. */
export const engineNames = ['eliza', 'openai-responses', 'openai-chat', 'anthropic', 'ollama'] as const

/** The name of an engine: its `api_type`. */
export type EngineName = (typeof engineNames)[number]

/** An engine that talks to a host. */
export type RemoteEngineName = Exclude<EngineName, 'eliza'>

/** An engine whose usual host is its vendor's. */
export type VendorEngineName = Exclude<RemoteEngineName, 'ollama'>

/** How a host is asked for its models. */
interface ModelList {
  /** Below the base address. */
  readonly modelsPath: string
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>
}

/** Who makes models, and what their names are like. */
interface Vendor {
  readonly vendor: string
  readonly modelNames: RegExp
}

/** What is known of an engine that talks to a host. */
export interface RemoteEngine extends ModelList {
  readonly host: ApiHost
  /** The vendor's own address. */
  readonly baseUrl: string
  /** Asked for on the vendor's own host where no model is named. */
  readonly model?: string
}

const bearer: ModelList = { modelsPath: '/models', keyHeaders: (key) => ({ authorization: `Bearer ${key}` }) }

// gpt-oss runs elsewhere.
const openai: Vendor = { vendor: 'OpenAI', modelNames: /^(ft:)?(gpt-(?!oss)|chatgpt-|codex-|o\d)/ }

/** Who the engines of vendors belong to. */
export const vendorEngines: { readonly [name in VendorEngineName]: Vendor } = {
  'openai-responses': openai,
  'openai-chat': openai,
  anthropic: { vendor: 'Anthropic', modelNames: /^claude-/ },
}

/** The engines that talk to a host. */
export const remoteEngines: { readonly [name in RemoteEngineName]: RemoteEngine } = {
  'openai-responses': remote('openai-responses', bearer),
  'openai-chat': remote('openai-chat', bearer),
  anthropic: remote('anthropic', {
    modelsPath: '/v1/models?limit=1000',
    keyHeaders: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  }),
  ollama: remote('ollama', bearer),
}

function remote(name: RemoteEngineName, list: ModelList): RemoteEngine {
  const { host, model } = providers.find(name).apiType
  if (host?.baseUrl === undefined) throw new Error(`${name} has no host of its own`)
  return { ...list, host, baseUrl: host.baseUrl, ...(model === undefined ? undefined : { model }) }
}

/** @throws SettingsError `unknown_api_type` */
export function parseEngineName(text: string, place?: string): EngineName {
  const { name } = providers.find(text, place).apiType
  const engine = engineNames.find((candidate) => candidate === name)
  if (engine === undefined) throw new Error(`${name} has no place among the engines`)
  return engine
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
  const isOwnHost = new URL(baseUrl).host === new URL(remoteEngines[engine].baseUrl).host
  return isOwnHost && vendorEngines[maker].vendor !== vendorEngines[engine].vendor
}
