import type { SettingsNotice } from '../layers/contribution.ts'
import type { Tree } from '../layers/tree.ts'

/** A registry of profiles, as its file has it. */
export interface ProfileRegistry {
  readonly slug: string
  readonly displayName?: string
  readonly description?: string
  /** The profile that is taken where none is named; absent where there is none. */
  readonly defaultProfile?: string
  readonly profiles: ReadonlyMap<string, Profile>
  /** The path of its file. */
  readonly source: string
  /** Whether its user named it: a registry that only a project names may not say where keys are. */
  readonly isTrusted: boolean
  readonly metadata: unknown
}

/** A profile, as its file has it. */
export interface Profile {
  readonly slug: string
  readonly registry: string
  readonly displayName?: string
  readonly description?: string
  /** What it builds on, the weakest first. */
  readonly stack: readonly ProfileReference[]
  /** Its settings; absent where it has none. */
  readonly settings?: Tree
  readonly metadata: unknown
  readonly extensions: Readonly<Record<string, unknown>>
  /** What of it has no counterpart here. */
  readonly notices: readonly SettingsNotice[]
}

/** A profile that another builds on. */
export interface ProfileReference {
  readonly registry: string
  readonly slug: string
  readonly place: string
}

/** `registry/slug`. */
export function profileName({ registry, slug }: { readonly registry: string; readonly slug: string }): string {
  return `${registry}/${slug}`
}
