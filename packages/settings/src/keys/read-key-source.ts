import { isAbsolute, join } from 'node:path'
import type { z } from 'zod'
import { settingsError } from '../settings-error.ts'
import { commandKey } from './command-key.ts'
import { fileKey } from './file-key.ts'
import { KeySource } from './key-source.ts'
import { keySourceSchema } from './key-source-schema.ts'

/** What a key is read in. */
export interface KeyContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What `~` stands for. */
  readonly home: string
  /** What a relative path begins at. */
  readonly folder: string
  /** Whether what is read may name files, variables and commands: a project that was only downloaded may not. */
  readonly isTrusted: boolean
}

/**
 * The source of a key, of what a layer says of it; undefined where it says none.
 * @throws SettingsError `bad_value`, `bad_key`, `untrusted`
 */
export function readKeySource(given: unknown, setting: string, place: string, context: KeyContext): KeySource {
  return keyAt(given, setting, place, context).checkedBy((key) => assertSound(key, setting, place))
}

/** A host would be told of none of these, and what sends headers tells people the whole of a wrong one. */
function assertSound(key: string, setting: string, place: string): void {
  if (/^[\x21-\x7e]+$/.test(key)) return
  throw settingsError(
    'bad_key',
    `${setting}: there are spaces, line ends or letters in this key that no key has`,
    place,
  )
}

function keyAt(given: unknown, setting: string, place: string, context: KeyContext): KeySource {
  if (isFunction(given)) return functionKey(given, setting, place)
  const { success, data } = keySourceSchema.safeParse(given)
  if (!success) throw settingsError('bad_value', `${setting} must be ${keySourceSchema.meta()?.['x-expected']}`, place)
  if (typeof data === 'string') return new KeySource('value', '', () => data)
  if (!context.isTrusted)
    throw settingsError(
      'untrusted',
      `${setting}: a project may not say where keys are: put this into your own configuration, or name the file with --config`,
      place,
    )
  return keyElsewhere(data, setting, place, context)
}

function keyElsewhere(
  source: Exclude<z.infer<typeof keySourceSchema>, string>,
  setting: string,
  place: string,
  { environment, home, folder }: KeyContext,
): KeySource {
  if ('api_key_env' in source) {
    const { api_key_env: variable } = source
    return new KeySource('environment', `variable ${variable}`, () => {
      const key = environment[variable]?.trim()
      if (key) return key
      throw settingsError('bad_key', `${setting}: the variable ${variable} is not set`, place)
    })
  }
  if ('api_key_file' in source) {
    const path = source.api_key_file.replace(/^~(?=\/|\\|$)/, home)
    return fileKey(isAbsolute(path) ? path : join(folder, path), setting, place)
  }
  return commandKey(source.api_key_command, source.refresh_seconds, { setting, place, environment })
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function'
}

function functionKey(give: () => unknown, setting: string, place: string): KeySource {
  return new KeySource('function', 'function', async () => {
    const key: unknown = await give()
    if (typeof key === 'string' && key.trim() !== '') return key.trim()
    throw settingsError('bad_key', `${setting}: the function gave no key`, place)
  })
}
