import { type ResolvedSettings, resolveSettings, type SettingsLayer, valuesLayer } from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import type { EngineChoice } from './choose-engine.ts'
import { providers, remoteEngines } from './engine-kind.ts'

/** The settings with the choice over them. @throws SettingsError */
export function settingsWith(choice: EngineChoice, layers: readonly SettingsLayer[]): ResolvedSettings {
  return resolveSettings([...layers, layerOf(choice)], { providers })
}

function layerOf(choice: EngineChoice): SettingsLayer {
  const { engine, reason = 'chosen' } = choice
  if (choice.engine === 'eliza') return valuesLayer({ chat: { api_type: engine } }, reason)
  const { model, baseUrl, apiKey } = choice
  const [keyName = ''] = remoteEngines[choice.engine].host.keyNames
  const api_keys = apiKey === undefined ? undefined : { [keyName]: () => apiKey.read() }
  // The key that was found for this address stands beside it.
  const api = { base_url: baseUrl, ...defined({ api_keys }) }
  return valuesLayer({ chat: { api_type: engine, engine: model }, api }, reason)
}
