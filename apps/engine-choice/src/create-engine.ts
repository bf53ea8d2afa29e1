import type { Engine } from '@geppetto/engine'
import {
  createEngineFromSettings,
  type ResolvedSettings,
  resolveSettings,
  type SettingsLayer,
  valuesLayer,
} from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import type { EngineChoice } from './choose-engine.ts'
import { providers, remoteEngines } from './engine-kind.ts'

/** The settings with the choice over them. @throws SettingsError */
function settingsWith(choice: EngineChoice, layers: readonly SettingsLayer[]): ResolvedSettings {
  return resolveSettings([...layers, layerOf(choice)], { providers })
}

/** Makes the engine, as the settings say beside the choice. @throws SettingsError, EngineError `invalid_options` */
export function createEngine(choice: EngineChoice, layers: readonly SettingsLayer[]): Engine {
  return createEngineFromSettings(settingsWith(choice, layers))
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
