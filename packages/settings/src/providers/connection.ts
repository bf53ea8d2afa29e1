import type { ApiHost } from '@geppetto/engine'
import type { KeySource } from '../keys/key-source.ts'
import { layerKinds, type SettingsNotice } from '../layers/contribution.ts'
import type { Origin, ResolvedSettings } from '../resolved-settings.ts'
import type { FoundApiType } from './registry.ts'

/** Where the engine of settings goes, and what opens it. */
export interface Connection extends FoundApiType {
  /** Absent where nobody is talked to, or where an address is missing. */
  readonly baseUrl?: string
  /** The key that is for this address; absent where there is none. */
  readonly key?: Origin & { readonly value: KeySource }
  readonly notices: readonly SettingsNotice[]
}

/**
 * Who answers by these settings; undefined where they do not say.
 * @throws SettingsError `unknown_api_type`
 */
export function connectionOf(settings: ResolvedSettings): Connection | undefined {
  const named = settings.values.get('chat.api_type')
  return named === undefined ? undefined : connectionTo(String(named.value), settings, named.place)
}

/**
 * How these settings would reach an `api_type`, whoever answers by them. A key goes to its vendor, or to the address that stands in the same source; to no other.
 * @throws SettingsError `unknown_api_type`
 */
export function connectionTo(apiType: string, settings: ResolvedSettings, place?: string): Connection {
  const found = settings.providers.find(apiType, place)
  const { host } = found.apiType
  if (host === undefined) return { ...found, notices: [] }
  const addresses = addressesOf(settings, host)
  const [address] = addresses
  const baseUrl = typeof address?.value === 'string' ? address.value : host.baseUrl
  if (baseUrl === undefined) return { ...found, notices: [] }
  const keys = host.keyNames.flatMap((name) => settings.keys(name))
  const key = keys.find((candidate) => isFor(candidate, baseUrl, addresses, host))
  const passed = keys.slice(0, key === undefined ? keys.length : keys.indexOf(key))
  const notices = passed.map(({ place }) => ({
    place,
    message: `this key is not sent to ${new URL(baseUrl).origin}: it goes to ${host.baseUrl ?? 'the address beside it'} unless the address stands in the same place as the key`,
  }))
  return { ...found, baseUrl, notices, ...(key === undefined ? undefined : { key }) }
}

/** What is said of the address, the strongest first. */
function addressesOf(settings: ResolvedSettings, { baseUrlNames }: ApiHost): readonly Origin[] {
  const said = baseUrlNames.flatMap((name) => settings.values.get(`api.base_urls.${name}`) ?? [])
  return said
    .flatMap((value) => [value, ...value.overridden])
    .sort((one, other) => layerKinds.indexOf(other.layer) - layerKinds.indexOf(one.layer))
}

/** A key belongs to the address that its own source names, else to the vendor's. */
function isFor(key: Origin, baseUrl: string, addresses: readonly Origin[], host: ApiHost): boolean {
  const beside = addresses.find(({ source }) => source === key.source)?.value
  const own = typeof beside === 'string' ? beside : host.baseUrl
  return own !== undefined && new URL(own).origin === new URL(baseUrl).origin
}
