import { closeSync, openSync, readSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { toErrorData } from '@geppetto/turns'
import { readYamlFile } from '../layers/layer.ts'
import type { Report } from '../layers/report.ts'
import { shortPath } from '../layers/short-path.ts'
import { settingsError } from '../settings-error.ts'
import { readRegistry } from './read-registry.ts'
import type { ProfileRegistry } from './registry.ts'
import { sqliteTrees } from './sqlite-trees.ts'

/** A file of registries, as it is named somewhere. */
export interface NamedRegistry {
  /** `team.yaml`, `profiles.db`, `yaml:FILE`, `sqlite:FILE`. */
  readonly name: string
  readonly folder: string
  readonly home: string
  /** Where it is named. */
  readonly place: string
  readonly isTrusted: boolean
}

/** Opens the registries, in order. @throws SettingsError `bad_file` */
export function openRegistries(names: readonly NamedRegistry[], report: Report): readonly ProfileRegistry[] {
  const registries: ProfileRegistry[] = []
  for (const named of names) {
    for (const registry of report.attempt(() => openRegistry(named, report)) ?? []) {
      const other = registries.find(({ slug }) => slug === registry.slug)
      if (other === undefined) registries.push(registry)
      else if (other.source !== registry.source)
        report.fail({
          code: 'bad_file',
          message: `the registry ${registry.slug} is in ${other.source} too: each slug may be there once`,
          place: registry.source,
        })
    }
  }
  return registries
}

function openRegistry(named: NamedRegistry, report: Report): readonly ProfileRegistry[] {
  const { form, path } = pathOf(named)
  const shown = shortPath(path)
  const source = { source: shown, isTrusted: named.isTrusted, report }
  if (form === 'sqlite') return sqliteTrees(path, shown, named.place).map((tree) => readRegistry(tree, source))
  const tree = readNamedFile(path, shown, named)
  if (tree === undefined)
    throw settingsError('bad_file', 'there is nothing in this file: a registry needs a slug', shown)
  return [readRegistry(tree, source)]
}

function readNamedFile(path: string, shown: string, { place }: NamedRegistry) {
  try {
    return readYamlFile(path, shown)
  } catch (error) {
    const { message } = toErrorData(error)
    // It is named somewhere else than where it is missing.
    if (message.endsWith('no such file')) throw settingsError('bad_file', `there is no file ${shown}`, place)
    throw error
  }
}

function pathOf({ name, folder, home, place }: NamedRegistry): {
  readonly form: 'yaml' | 'sqlite'
  readonly path: string
} {
  const [, form, rest = name] = /^(yaml|sqlite|sqlite-dsn):(?:\/\/(?!\/))?(.*)$/.exec(name) ?? []
  if (form === 'sqlite-dsn')
    throw settingsError('bad_value', `profile_registries: name the file itself, as sqlite:FILE, not ${name}`, place)
  const expanded = rest.replace(/^~(?=\/|\\|$)/, home)
  const path = isAbsolute(expanded) ? expanded : join(folder, expanded)
  if (form === 'yaml' || form === 'sqlite') return { form, path }
  return { form: /\.(db|sqlite3?)$/i.test(path) || hasSqliteHeader(path) ? 'sqlite' : 'yaml', path }
}

function hasSqliteHeader(path: string): boolean {
  const wanted = 'SQLite format 3'
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(wanted.length)
      readSync(file, bytes)
      return bytes.toString('latin1') === wanted
    } finally {
      closeSync(file)
    }
  } catch {
    // Who reads it says what is wrong.
    return false
  }
}
