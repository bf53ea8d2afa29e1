import { nearestName } from '@geppetto/turns'
import { settingsError } from '../settings-error.ts'
import { type Profile, type ProfileRegistry, profileName } from './registry.ts'

/** How deep profiles may build on each other. */
const deepest = 32

/** The profile that is asked for; of two registries that have it the later one's. The slug of a registry alone is its default profile. @throws SettingsError `unknown_profile` */
export function findProfile(wanted: string, registries: readonly ProfileRegistry[], place: string): Profile {
  const [first = '', second] = wanted.toLowerCase().split('/')
  const slug = second ?? first
  const among = second === undefined ? registries : [findRegistry(first, registries, place)]
  const found = among.findLast(({ profiles }) => profiles.has(slug))?.profiles.get(slug)
  if (found !== undefined) return found
  const usual = defaultProfile(registries.filter((registry) => registry.slug === wanted.toLowerCase()))
  if (usual !== undefined) return usual
  const names = [...new Set(among.flatMap(({ profiles }) => [...profiles.keys()]))]
  throw settingsError(
    'unknown_profile',
    `there is no profile ${wanted}: ${whatThereIs(slug, names, registries)}`,
    place,
  )
}

/** The default profile of the last registry; undefined where it has none. */
export function defaultProfile(registries: readonly ProfileRegistry[]): Profile | undefined {
  const last = registries.at(-1)
  return last?.defaultProfile === undefined ? undefined : last.profiles.get(last.defaultProfile)
}

/**
 * The profile with all that it builds on, the weakest first; each is there once.
 * @throws SettingsError `unknown_profile`, `profile_cycle`
 */
export function expandStack(profile: Profile, registries: readonly ProfileRegistry[]): readonly Profile[] {
  const lineage: Profile[] = []
  const add = (current: Profile, above: readonly Profile[]): void => {
    if (lineage.includes(current)) return
    for (const { registry, slug, place } of current.stack) {
      const base = findRegistry(registry, registries, place).profiles.get(slug)
      if (base === undefined) {
        const names = [...(registries.find((other) => other.slug === registry)?.profiles.keys() ?? [])]
        const message = `there is no profile ${registry}/${slug}: ${whatThereIs(slug, names, registries)}`
        throw settingsError('unknown_profile', message, place)
      }
      const path = [...above, current]
      const start = path.indexOf(base)
      if (start >= 0) {
        const cycle = [...path.slice(start), base].map(profileName).join(' → ')
        throw settingsError('profile_cycle', `profiles build on each other in a circle: ${cycle}`, place)
      }
      if (path.length >= deepest)
        throw settingsError('profile_cycle', `profiles build on each other more than ${deepest} deep`, place)
      add(base, path)
    }
    lineage.push(current)
  }
  add(profile, [])
  return lineage
}

function findRegistry(slug: string, registries: readonly ProfileRegistry[], place: string): ProfileRegistry {
  const found = registries.find((registry) => registry.slug === slug)
  if (found !== undefined) return found
  const names = registries.map((registry) => registry.slug)
  const near = nearestName(slug, names)
  const hint = near === undefined ? `open are ${names.join(', ') || 'none'}` : `did you mean ${near}?`
  throw settingsError('unknown_profile', `there is no registry ${slug}: ${hint}`, place)
}

function whatThereIs(slug: string, names: readonly string[], registries: readonly ProfileRegistry[]): string {
  if (registries.length === 0)
    return 'no registry is open: name its file in profile_registries, or by --profile-registries'
  const near = nearestName(slug, names)
  if (near !== undefined) return `did you mean ${near}?`
  return names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`
}
