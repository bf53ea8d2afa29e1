import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { toErrorData } from '@geppetto/turns'
import { isOpenToOthers } from '../keys/file-key.ts'
import { KeySource } from '../keys/key-source.ts'
import type { SettingValues } from '../schema/core-schema.ts'
import { isSettingsError, settingsError } from '../settings-error.ts'
import type { Entry, LayerKind } from './contribution.ts'
import type { ReadContext } from './read-entries.ts'
import { readEntries } from './read-entries.ts'
import { type Tree, treeOf } from './tree.ts'
import { yamlTree } from './yaml-tree.ts'

/** A layer of settings. It is read when settings are resolved. */
export interface SettingsLayer {
  readonly kind: LayerKind
  /** What stands in the same source belongs together. */
  readonly source: string
  /** What relative paths in it begin at; absent for the folder of the process. */
  readonly folder?: string
  /** Whether it may say where keys are, and what is run to get them. */
  readonly isTrusted: boolean
  /** What it knows of the environment. */
  readonly environment?: Environment
  readonly read: (context: ReadContext) => readonly Entry[]
}

/** Variables by their names, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What holds where nobody says otherwise. */
export function defaultsLayer(values: SettingValues, place = 'default'): SettingsLayer {
  return valuesIn('defaults', values, place)
}

/** Values given in code: the strongest layer. */
export function valuesLayer(values: SettingValues, place = 'code'): SettingsLayer {
  return valuesIn('code', values, place)
}

function valuesIn(kind: LayerKind, values: SettingValues, place: string): SettingsLayer {
  return { kind, source: place, isTrusted: true, read: (context) => readEntries(treeOf(values, place), context) }
}

/** How a file of settings is taken. */
export interface ConfigFileOptions {
  /** What it is called in places. Default: its path. */
  readonly name?: string
  /** Whether there may be no such file. Default false. */
  readonly isOptional?: boolean
  /** Whether it may say where keys are. Default true for a user's file, false for a project's: that may be anybody's, who then runs commands here. */
  readonly isTrusted?: boolean
}

/** The user's own file of settings, YAML. */
export function userConfigLayer(path: string, options: ConfigFileOptions = {}): SettingsLayer {
  return fileLayer('user-config', path, { isTrusted: true, ...options })
}

/** A project's file of settings, YAML. */
export function projectConfigLayer(path: string, options: ConfigFileOptions = {}): SettingsLayer {
  return fileLayer('project-config', path, { isTrusted: false, ...options })
}

function fileLayer(
  kind: LayerKind,
  path: string,
  { name = path, isOptional = false, isTrusted = false }: ConfigFileOptions,
): SettingsLayer {
  return {
    kind,
    source: path,
    folder: dirname(path),
    isTrusted,
    read(context) {
      if (isOptional && isMissing(path)) return []
      const tree = readYamlFile(path, name)
      const entries = tree === undefined ? [] : readEntries(tree, context)
      noteOpenKeys(path, name, entries, context)
      return entries
    },
  }
}

/** One that is there, and only cannot be looked at, is not missing. */
function isMissing(path: string): boolean {
  try {
    statSync(path)
    return false
  } catch (error) {
    const { code } = toErrorData(error)
    return code === 'ENOENT' || code === 'ENOTDIR'
  }
}

/** Thousands of profiles. What is larger is something else, such as a file of sessions. */
const largestFile = 2 ** 20

/** @throws SettingsError `bad_file` */
export function readYamlFile(path: string, name: string): Tree | undefined {
  let text: string
  try {
    if (statSync(path).size > largestFile)
      throw settingsError('bad_file', `it is larger than ${largestFile / 2 ** 20} MiB: is it a file of settings?`, name)
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (isSettingsError(cause)) throw cause
    const { code } = toErrorData(cause)
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw settingsError('bad_file', why, name)
  }
  return yamlTree(text, name)
}

/** Tells of a file with keys that others on the machine can read. */
export function noteOpenKeys(
  path: string,
  name: string,
  entries: readonly Entry[],
  { report }: Pick<ReadContext, 'report'>,
): void {
  const hasKey = entries.some(({ value }) => value instanceof KeySource && value.kind === 'value')
  if (hasKey && isOpenToOthers(statSync(path).mode))
    report.note(
      'there are keys in this file, and others on this machine can read it: close it to them with chmod 600',
      name,
    )
}
