import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { isJsonObject, type JsonValue, toErrorData } from '@geppetto/turns'
import { type Tree, treeOf } from '../layers/tree.ts'
import { settingsError } from '../settings-error.ts'

/**
 * The registries in a SQLite file of Go geppetto's: the table `profile_registries`, with a registry as JSON in each row.
 * @param shown what the file is called in places.
 * @throws SettingsError `bad_file`
 */
export function sqliteTrees(path: string, shown: string, place: string): readonly Tree[] {
  if (!existsSync(path)) throw settingsError('bad_file', `there is no file ${shown}`, place)
  return readRows(path, shown).map(({ slug, payload }) => {
    const at = `${shown} (registry ${slug})`
    let content: unknown
    try {
      content = JSON.parse(payload)
    } catch {
      // What JSON.parse says quotes the text, in which there may be keys.
      throw settingsError('bad_file', 'payload_json is no JSON', at)
    }
    if (!isJsonObject(content)) throw settingsError('bad_file', 'payload_json is no object', at)
    if (typeof content.slug === 'string' && content.slug !== '' && content.slug !== slug)
      throw settingsError('bad_file', `payload_json has the slug ${content.slug}: the two must be the same`, at)
    return treeOf(withOwnNames({ ...content, slug }), at)
  })
}

interface Row {
  readonly slug: string
  readonly payload: string
}

function readRows(path: string, shown: string): readonly Row[] {
  let database: DatabaseSync | undefined
  try {
    // Only who names such a file needs it: some versions of Node warn of it, and others have none.
    const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite')
    database = new Database(path, { readOnly: true })
    const rows = database.prepare('SELECT slug, payload_json FROM profile_registries ORDER BY slug').all()
    return rows.map(({ slug, payload_json }) => ({ slug: String(slug), payload: String(payload_json) }))
  } catch (cause) {
    throw settingsError('bad_file', `it cannot be read as a file of profiles (${toErrorData(cause).message})`, shown)
  } finally {
    database?.close()
  }
}

/** The settings as YAML has them: Go writes the names of its own fields into JSON, and fields that are empty. */
function withOwnNames(registry: { readonly [name: string]: JsonValue }): unknown {
  const { profiles } = registry
  if (!isJsonObject(profiles)) return registry
  const named = Object.entries(profiles).map(([slug, profile]) => {
    if (!isJsonObject(profile)) return [slug, profile]
    const { inference_settings: settings, ...others } = profile
    return [slug, isJsonObject(settings) ? { ...others, inference_settings: renamed(settings, 0) } : others]
  })
  return { ...registry, profiles: Object.fromEntries(named) }
}

function renamed(value: JsonValue | undefined, depth: number): JsonValue | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).flatMap(([name, inner]) => {
    const shown = renamed(inner, depth + 1)
    // Below a section stand names of the user's, such as those of keys.
    return shown === undefined ? [] : [[depth < 2 ? snakeCase(name) : name, shown] as const]
  })
  if (fields.length === 0) return undefined
  const named: { [name: string]: JsonValue } = Object.fromEntries(fields)
  return depth === 1 ? withSeconds(named) : named
}

/** Go's durations are nanoseconds in JSON. */
function withSeconds({ timeout, timeout_seconds: seconds, ...others }: { readonly [name: string]: JsonValue }): {
  readonly [name: string]: JsonValue
} {
  if (seconds !== undefined) return { ...others, timeout: seconds }
  return typeof timeout === 'number' ? { ...others, timeout: timeout >= 1e6 ? timeout / 1e9 : timeout } : others
}

function snakeCase(name: string): string {
  if (name === 'OpenAI') return 'openai'
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}
