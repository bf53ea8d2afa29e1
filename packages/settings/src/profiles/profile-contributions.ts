import { defined, isJsonObject } from '@geppetto/turns'
import { type Contribution, type LayerContribution, strongest } from '../layers/contribution.ts'
import { noteOpenKeys } from '../layers/layer.ts'
import { type ReadContext, readEntries } from '../layers/read-entries.ts'
import { Report } from '../layers/report.ts'
import { defaultProfile, expandStack, findProfile } from './expand-stack.ts'
import { openRegistries } from './open-registries.ts'
import { type Profile, type ProfileRegistry, profileName } from './registry.ts'

/** The profile that settings build on. */
export interface ChosenProfile extends OfferedProfile {
  /** All that it builds on, as `registry/slug`, the weakest first and itself last. */
  readonly lineage: readonly string[]
  readonly metadata: unknown
  /** Those of all profiles of the lineage, the stronger over the weaker. */
  readonly extensions: Extensions
}

type Extensions = Readonly<Record<string, unknown>>

/** A profile that may be chosen. */
export interface OfferedProfile {
  readonly slug: string
  readonly registry: string
  readonly displayName?: string
  readonly description?: string
}

/** What a chosen profile says, each profile of its lineage by itself. */
export interface ProfileReading {
  readonly profile: ChosenProfile | undefined
  /** All that the open registries have. */
  readonly offered: readonly OfferedProfile[]
  readonly contributions: readonly Contribution[]
}

/** Reads the profile that the layers name, and what it builds on. */
export function profileContributions(
  layers: readonly LayerContribution[],
  context: Omit<ReadContext, 'isTrusted'>,
): ProfileReading {
  const { report } = context
  const registries = registriesOf(layers, context)
  // A profile of what could not be opened would be missing too.
  report.end()
  const wanted = strongest(layers, 'profile')?.entry
  const lineage = report.attempt(() => {
    const profile =
      wanted === undefined ? defaultProfile(registries) : findProfile(String(wanted.value), registries, wanted.place)
    return profile === undefined ? undefined : expandStack(profile, registries)
  })
  noteBrokenStacks(registries, report)
  const chosen = lineage?.at(-1)
  if (lineage === undefined || chosen === undefined)
    return { profile: undefined, offered: offeredBy(registries), contributions: [] }
  return {
    profile: describe(chosen, lineage),
    offered: offeredBy(registries),
    contributions: lineage.map((profile) => contributionOf(profile, registries, context)),
  }
}

/** What is wrong with profiles that nobody asks for stops nobody, and is told: somebody will ask. */
function noteBrokenStacks(registries: readonly ProfileRegistry[], report: Report): void {
  for (const profile of registries.flatMap(({ profiles }) => [...profiles.values()])) {
    const own = new Report()
    own.attempt(() => expandStack(profile, registries))
    for (const { message, place } of own.problems) report.note(message, place)
  }
}

function registriesOf(
  layers: readonly LayerContribution[],
  { report, folder, home }: Omit<ReadContext, 'isTrusted'>,
): readonly ProfileRegistry[] {
  const named = strongest(layers, 'profile_registries')
  if (named === undefined || !Array.isArray(named.entry.value)) return []
  const { entry, contribution } = named
  const names: readonly unknown[] = named.entry.value
  return openRegistries(
    names.map((name) => ({
      name: String(name),
      folder: contribution.folder ?? folder,
      home,
      place: entry.place,
      isTrusted: contribution.isTrusted,
    })),
    report,
  )
}

function contributionOf(
  profile: Profile,
  registries: readonly ProfileRegistry[],
  context: Omit<ReadContext, 'isTrusted'>,
): Contribution {
  const registry = registries.find(({ slug }) => slug === profile.registry)
  const source = registry?.source ?? profile.registry
  const isTrusted = registry?.isTrusted ?? false
  const entries = profile.settings === undefined ? [] : readEntries(profile.settings, { ...context, isTrusted })
  for (const { message, place } of profile.notices) context.report.note(message, place)
  noteOpenKeys(source, source, entries, context)
  return { layer: 'profile', profile: profileName(profile), source, entries }
}

function offeredBy(registries: readonly ProfileRegistry[]): readonly OfferedProfile[] {
  return registries.flatMap(({ profiles }) => [...profiles.values()].map(shortly))
}

function shortly({ slug, registry, displayName, description }: Profile): OfferedProfile {
  return { slug, registry, ...defined({ displayName, description }) }
}

function describe(profile: Profile, lineage: readonly Profile[]): ChosenProfile {
  const { metadata } = profile
  return {
    ...shortly(profile),
    lineage: lineage.map(profileName),
    metadata,
    extensions: lineage.reduce<Extensions>((all, { extensions }) => joined(all, extensions), {}),
  }
}

/** Field by field, all the way down; lists and values as a whole. */
function joined(base: Extensions, over: Extensions): Extensions {
  const inner = Object.entries(over).map(([name, value]) => {
    const below = base[name]
    return [name, isJsonObject(below) && isJsonObject(value) ? joined(below, value) : value]
  })
  return { ...base, ...Object.fromEntries(inner) }
}
