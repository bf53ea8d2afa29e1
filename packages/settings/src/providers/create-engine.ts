import type { Engine, EngineRequest } from '@geppetto/engine'
import { defined, type InferenceConfig, isJsonObject } from '@geppetto/turns'
import type { KeySource } from '../keys/key-source.ts'
import type { ResolvedSettings } from '../resolved-settings.ts'
import { settingsError } from '../settings-error.ts'
import { type Connection, connectionOf } from './connection.ts'
import type { ProviderRegistry } from './registry.ts'

/**
 * The engine that settings describe, made by the provider that has their `chat.api_type`. Nothing is sent or run; a key that a file, a command or a
 * function has is asked for by each request.
 * @param providers default: those that the settings were resolved with
 * @throws SettingsError `missing_setting`, `unknown_api_type`; EngineError `invalid_options`
 */
export function createEngineFromSettings(
  settings: ResolvedSettings,
  providers: ProviderRegistry = settings.providers,
): Engine {
  const connection = connectionOf(settings)
  if (connection === undefined) {
    const names = providers.apiTypes.map(({ name }) => name).join(', ')
    throw settingsError('missing_setting', `chat.api_type is not set: it says who answers, one of ${names}`)
  }
  const { apiType, baseUrl, key } = connection
  const { provider } = providers.find(apiType.name)
  const model = settings.chat.engine
  assertComplete(connection, model)
  const { timeout } = settings.client
  const options = settings.section(provider.section)
  const request: EngineRequest = {
    apiType: apiType.name,
    inference: inferenceOf(settings),
    options: isJsonObject(options) ? options : {},
    ...defined({
      model,
      // Also the vendor's own: an SDK would look for another in the environment.
      baseUrl,
      apiKey: key === undefined ? undefined : apiKeyOf(key.value),
      timeLimits: timeout === undefined ? undefined : { totalMs: timeout * 1_000 },
    }),
  }
  return provider.createEngine(request)
}

/** @throws SettingsError `missing_setting` */
function assertComplete({ apiType: { name, host }, baseUrl, key }: Connection, model: string | undefined): void {
  if (host === undefined) return
  const [addressName = ''] = host.baseUrlNames
  if (baseUrl === undefined)
    throw settingsError('missing_setting', `${name} needs an address: name it in api.base_urls.${addressName}`)
  if (model === undefined) throw settingsError('missing_setting', `${name} needs a model: name it in chat.engine`)
  // Only the vendor's own host is known to want a key.
  const isVendors = host.baseUrl !== undefined && new URL(baseUrl).origin === new URL(host.baseUrl).origin
  if (key === undefined && isVendors && host.keyPage !== undefined)
    throw settingsError(
      'missing_setting',
      `${name} needs a key: make one at ${host.keyPage}, and put it into ${host.keyVariable} or api.api_keys.${host.keyNames.at(-1)}`,
    )
}

/** A key that is known need not be asked for. */
function apiKeyOf(source: KeySource): NonNullable<EngineRequest['apiKey']> {
  const key = source.kind === 'value' ? source.read() : undefined
  return typeof key === 'string' ? key : () => source.read()
}

/** How the model is asked, by the names of turns. */
export function inferenceOf(settings: ResolvedSettings): InferenceConfig {
  const { temperature, top_p, max_response_tokens, stop, seed, service_tier, ...others } = settings.inference
  const reasoning = defined({
    effort: others.reasoning_effort,
    summary: others.reasoning_summary,
    budget: others.thinking_budget,
  })
  return {
    ...defined({
      temperature,
      topP: top_p,
      maxOutputTokens: max_response_tokens,
      stopSequences: stop,
      seed,
      serviceTier: service_tier,
    }),
    ...(Object.keys(reasoning).length === 0 ? undefined : { reasoning }),
  }
}
