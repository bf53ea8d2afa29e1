import {
  type Connection,
  connectionTo,
  type ResolvedSettings,
  resolveSettings,
  type SettingsLayer,
  valuesLayer,
} from '@geppetto/settings'
import { defined } from '@geppetto/turns'
import type { EngineWish } from './choose-engine.ts'
import {
  parseEngineName,
  providers,
  type RemoteEngineName,
  remoteEngines,
  type VendorEngineName,
  vendorOrder,
} from './engine-kind.ts'

/** What the settings of a program open: addresses, and the keys that are for them. */
export interface Access {
  readonly layers: readonly SettingsLayer[]
  readonly settings: ResolvedSettings
}

/** Reads the layers. @throws SettingsError */
export function accessOf(layers: readonly SettingsLayer[]): Access {
  return { layers, settings: resolveSettings(layers, { providers }) }
}

/** What the settings ask for: nothing that is only usual, nor what was said without knowing who answers where that is nobody with models. */
export function wishOf({ settings }: Access): EngineWish {
  const apiType = settings.values.get('chat.api_type')
  const engine = apiType === undefined ? undefined : parseEngineName(String(apiType.value), apiType.place)
  const said = ['chat.engine', 'api.base_url'].map((path) => settings.values.get(path))
  const [model, baseUrl] = said.map((value) => {
    const isUsual = providers.providers.some(({ packageName }) => packageName === value?.source)
    const isMeant = engine !== 'eliza' || value?.layer === apiType?.layer
    return value === undefined || isUsual || !isMeant ? undefined : String(value.value)
  })
  return defined({ engine, model, baseUrl })
}

/** How an engine is reached: at its address, or at another one, with the key that is for it. @throws SettingsError for an address that is none */
export function reach({ layers, settings }: Access, engine: RemoteEngineName, baseUrl?: string): Connection {
  if (baseUrl === undefined) return connectionTo(engine, settings)
  const asked = valuesLayer({ chat: { api_type: engine }, api: { base_url: baseUrl } }, 'the address')
  return connectionTo(engine, resolveSettings([...layers, asked], { providers }))
}

/** The engines that there is a key for, the one to take first. */
export function withKey(access: Access): readonly VendorEngineName[] {
  return vendorOrder.filter((name) => reach(access, name).key !== undefined)
}

/** The address that is named in place of the vendor's own. */
export function addressOf(access: Access, engine: RemoteEngineName): string | undefined {
  const { baseUrl } = reach(access, engine)
  return baseUrl === remoteEngines[engine].baseUrl ? undefined : baseUrl
}

export const noKey: string = `no key is set (${vendorOrder.map((name) => remoteEngines[name].host.keyVariable).join(', ')})`

/** Why an engine with a key is taken. */
export function isSet(access: Access, engine: VendorEngineName): string {
  const key = reach(access, engine).key
  return key === undefined || key.layer === 'environment'
    ? `${remoteEngines[engine].host.keyVariable} is set`
    : `there is a key for it in ${key.place}`
}

export function needsKey(engine: VendorEngineName): string {
  const { keyVariable, keyPage } = remoteEngines[engine].host
  return `${engine} needs a key: make one at ${keyPage}, put it into ${keyVariable} and start again`
}
