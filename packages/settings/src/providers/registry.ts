import type { ApiType, ProviderDescriptor } from '@geppetto/engine'
import { nearestName } from '@geppetto/turns'
import { FieldTable } from '../schema/field.ts'
import { settingsError } from '../settings-error.ts'

/** The providers that a program has, by what their engines are called. */
export interface ProviderRegistry {
  readonly providers: readonly ProviderDescriptor[]
  readonly apiTypes: readonly ApiType[]
  /** All settings: the core and each provider's section. */
  readonly table: FieldTable
  /** The provider of an `api_type`, by its name or what people call it. @throws SettingsError `unknown_api_type` */
  readonly find: (apiType: string, place?: string) => FoundApiType
  /** Whether there is such an `api_type`. */
  readonly has: (apiType: string) => boolean
}

/** An API and who has it. */
export interface FoundApiType {
  readonly provider: ProviderDescriptor
  readonly apiType: ApiType
}

/**
 * The registry of these providers, each of which comes from the subpath `settings` of its package.
 * @throws SettingsError `invalid_options` where two have the same name
 */
export function createProviderRegistry(providers: readonly ProviderDescriptor[]): ProviderRegistry {
  const byName = new Map<string, FoundApiType>()
  for (const provider of providers)
    for (const apiType of provider.apiTypes)
      for (const name of [apiType.name, ...(apiType.aliases ?? [])]) {
        const other = byName.get(name)
        if (other !== undefined)
          throw settingsError(
            'invalid_options',
            `the api_type ${name} is registered twice, by ${other.provider.packageName} and ${provider.packageName}`,
          )
        byName.set(name, { provider, apiType })
      }
  const sections = providers.map(({ section, options, packageName }) => ({
    name: section,
    title: `Only for ${packageName}`,
    schema: options,
  }))
  return {
    providers,
    apiTypes: providers.flatMap(({ apiTypes }) => apiTypes),
    table: new FieldTable(sections),
    has: (apiType) => byName.has(apiType.trim().toLowerCase()),
    find(apiType, place) {
      const found = byName.get(apiType.trim().toLowerCase())
      if (found !== undefined) return found
      throw settingsError('unknown_api_type', unknownApiType(apiType, [...byName.keys()], providers), place)
    },
  }
}

/** Who has what is not registered. */
const elsewhere: Readonly<Record<string, string>> = {
  openai: '@geppetto/provider-openai',
  'openai-chat': '@geppetto/provider-openai',
  'openai-responses': '@geppetto/provider-openai',
  ollama: '@geppetto/provider-openai',
  anthropic: '@geppetto/provider-anthropic',
  claude: '@geppetto/provider-anthropic',
  eliza: '@geppetto/provider-eliza',
}

/** Whose hosts speak Chat Completions too. */
const compatible: ReadonlySet<string> = new Set([
  'gemini',
  'mistral',
  'perplexity',
  'cohere',
  'groq',
  'deepseek',
  'xai',
])

function unknownApiType(name: string, names: readonly string[], providers: readonly ProviderDescriptor[]): string {
  const registered = names.length === 0 ? 'no provider is registered' : `registered are ${names.join(', ')}`
  const lower = name.toLowerCase()
  const packageName = elsewhere[lower] ?? elsewhere[nearestName(lower, Object.keys(elsewhere)) ?? '']
  const isThere = providers.some((provider) => provider.packageName === packageName)
  const near = nearestName(lower, names)
  const hint =
    near !== undefined
      ? `did you mean ${near}?`
      : packageName !== undefined && !isThere
        ? `install ${packageName} and hand its descriptor, of ${packageName}/settings, to createProviderRegistry()`
        : compatible.has(lower)
          ? 'its host speaks Chat Completions: take openai-chat, and name its address in api.base_urls.openai-base-url'
          : ''
  return `there is no api_type ${name}: ${registered}${hint === '' ? '' : `; ${hint}`}`
}
