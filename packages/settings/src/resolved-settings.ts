import { KeySource } from './keys/key-source.ts'
import type { Contribution, Entry, LayerKind, SettingsNotice } from './layers/contribution.ts'
import type { ChosenProfile, OfferedProfile } from './profiles/profile-contributions.ts'
import type { ProviderRegistry } from './providers/registry.ts'
import {
  type ChatSettings,
  type ClientSettings,
  type InferenceSettings,
  type ModelInfo,
  typedSections,
} from './schema/core-schema.ts'
import { shownValue } from './schema/value-text.ts'

/** A setting, and where it comes from. */
export interface ResolvedValue extends Entry {
  readonly layer: LayerKind
  /** The profile, as `registry/slug`. */
  readonly profile?: string
  /** What stands in the same source belongs together. */
  readonly source: string
  /** What weaker layers say, the strongest first. */
  readonly overridden: readonly Origin[]
}

/** Where a value comes from. */
export interface Origin {
  readonly value: unknown
  readonly layer: LayerKind
  readonly profile?: string
  readonly source: string
  readonly place: string
}

/** What settings were resolved with. */
interface Resolution {
  readonly profile: ChosenProfile | undefined
  readonly offered: readonly OfferedProfile[]
  readonly notices: readonly SettingsNotice[]
  readonly providers: ProviderRegistry
}

/** Settings that are valid, each with where it comes from. Keys never show: in their place stands where they are. */
export class ResolvedSettings {
  /** By their paths, in the order of the reference. */
  readonly values: ReadonlyMap<string, ResolvedValue>
  /** The profile that they build on; undefined where there is none. */
  readonly profile: ChosenProfile | undefined
  /** The profiles that could be chosen: those of all registries that the settings name, in their order. */
  readonly offeredProfiles: readonly OfferedProfile[]
  /** What was left out or set aside. */
  readonly notices: readonly SettingsNotice[]
  readonly providers: ProviderRegistry

  constructor(contributions: readonly Contribution[], { profile, offered, notices, providers }: Resolution) {
    this.values = valuesOf(contributions, providers)
    this.profile = profile
    this.offeredProfiles = offered
    this.notices = notices
    this.providers = providers
  }

  /** The value of a setting: `chat.engine`. Undefined where nobody says it. */
  get(path: string): unknown {
    return this.values.get(path)?.value
  }

  /** A setting that is a text. */
  text(path: string): string | undefined {
    const value = this.get(path)
    return typeof value === 'string' ? value : undefined
  }

  /** All that stands right below a path, as one object: `model_info`, `claude`. */
  section(path: string): { readonly [name: string]: unknown } {
    const below = [...this.values].filter(([name]) => name.startsWith(`${path}.`))
    const maps = new Map<string, { [name: string]: unknown }>()
    const section: { [name: string]: unknown } = {}
    for (const [name, { value }] of below) {
      const field = this.providers.table.above(name)
      const map = field?.isMap === true && field.path !== path ? field.path : undefined
      if (map === undefined) section[name.slice(path.length + 1)] = value
      else {
        const inner = maps.get(map) ?? {}
        inner[name.slice(map.length + 1)] = value
        maps.set(map, inner)
        section[map.slice(path.length + 1)] = inner
      }
    }
    return section
  }

  /** Who answers. */
  get chat(): ChatSettings {
    return typedSections.chat(this.section('chat'))
  }

  /** How the model is asked. */
  get inference(): InferenceSettings {
    return typedSections.inference(this.section('inference'))
  }

  /** How long it may take. */
  get client(): ClientSettings {
    return typedSections.client(this.section('client'))
  }

  /** What is known of the model that is asked; empty where nothing is. */
  get modelInfo(): ModelInfo {
    return typedSections.modelInfo(this.section('model_info'))
  }

  /** What is said of a key, the strongest first. */
  keys(name: string): readonly (Origin & { readonly value: KeySource })[] {
    const said = this.values.get(`api.api_keys.${name}`)
    return said === undefined ? [] : [said, ...said.overridden].filter(isKey)
  }

  /** For `JSON.stringify`: the values by their paths, without keys and what is secret in addresses. */
  toJSON(): { readonly [path: string]: unknown } {
    return Object.fromEntries([...this.values].map(([path, { value }]) => [path, shownValue(path, value)]))
  }
}

function isKey(origin: Origin): origin is Origin & { readonly value: KeySource } {
  return origin.value instanceof KeySource
}

function valuesOf(
  contributions: readonly Contribution[],
  { table }: ProviderRegistry,
): ReadonlyMap<string, ResolvedValue> {
  const said = new Map<string, ResolvedValue>()
  for (const { layer, profile, source, entries } of contributions)
    for (const entry of entries) {
      const weaker = said.get(entry.path)
      const overridden = weaker === undefined ? [] : [originOf(weaker), ...weaker.overridden]
      said.set(entry.path, {
        ...entry,
        layer,
        source,
        overridden,
        ...(profile === undefined ? undefined : { profile }),
      })
    }
  const order = table.fields.map(({ path }) => path)
  const rank = (path: string): number => order.indexOf(table.above(path)?.path ?? path)
  return new Map([...said].sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1)))
}

function originOf({ value, layer, profile, source, place }: ResolvedValue): Origin {
  return { value, layer, source, place, ...(profile === undefined ? undefined : { profile }) }
}
