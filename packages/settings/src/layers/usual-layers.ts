import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, posix, win32 } from 'node:path'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { SettingValues } from '../schema/core-schema.ts'
import { environmentLayer } from './environment-layer.ts'
import {
  defaultsLayer,
  type Environment,
  projectConfigLayer,
  type SettingsLayer,
  userConfigLayer,
  valuesLayer,
} from './layer.ts'
import { shortPath } from './short-path.ts'

/** What the layers of a program are made of. */
export interface UsualLayersOptions {
  readonly providers: ProviderRegistry
  /** Variables, such as `process.env`. */
  readonly environment: Environment
  /** What the command line says. */
  readonly flags?: SettingsLayer
  /** A file that is named, in place of the project's that is found. Its user vouches for it. */
  readonly config?: string
  /** What holds for this program where nobody says otherwise. */
  readonly defaults?: SettingValues
  /** What this program says, whatever others say. */
  readonly values?: SettingValues
  /** Where a project is looked for. Default: the folder of the process. */
  readonly folder?: string
}

/** A project's own folder of settings, in its outermost folder. */
const projectFolder = '.geppetto'

/**
 * All layers of a program: its defaults, the user's file (`geppetto/config.yaml` in `XDG_CONFIG_HOME`, `~/.config` or `%APPDATA%`), the project's
 * (`.geppetto/config.yaml` in this folder or the nearest above it), the environment, flags, and values of the program.
 */
export function usualLayers(options: UsualLayersOptions): readonly SettingsLayer[] {
  const { providers, environment, flags, config, defaults = {}, values = {}, folder = process.cwd() } = options
  const own = configFolder(environment)
  const registry = join(own, 'profiles.yaml')
  const registries = existsSync(registry) ? [defaultsLayer({ profile_registries: [registry] }, 'default')] : []
  const project = config ?? findProject(folder)
  const userFile = join(own, 'config.yaml')
  return [
    ...registries,
    defaultsLayer(defaults),
    userConfigLayer(userFile, { isOptional: true, name: shortPath(userFile) }),
    ...(project === undefined
      ? []
      : [projectConfigLayer(project, { isTrusted: config !== undefined, name: shortPath(project) })]),
    environmentLayer(environment, providers),
    ...(flags === undefined ? [] : [flags]),
    valuesLayer(values),
  ]
}

/** Where a user's settings are kept. */
export function configFolder(
  environment: Environment,
  machine: { readonly platform: string; readonly home: string } = { platform: process.platform, home: homedir() },
): string {
  if (machine.platform === 'win32')
    return win32.join(environment.APPDATA || win32.join(machine.home, 'AppData', 'Roaming'), 'geppetto')
  const chosen = environment.XDG_CONFIG_HOME ?? ''
  // A relative path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  return posix.join(posix.isAbsolute(chosen) ? chosen : posix.join(machine.home, '.config'), 'geppetto')
}

/** The project's file, looked for up to the folder that a repository begins in, and not in folders of other users: what they write there is not ours. */
function findProject(folder: string): string | undefined {
  if (!isOwn(folder)) return undefined
  const file = join(folder, projectFolder, 'config.yaml')
  if (existsSync(file)) return file
  const above = dirname(folder)
  return above === folder || existsSync(join(folder, '.git')) ? undefined : findProject(above)
}

/** Whether a folder, such as `/tmp`, cannot be written by others; Windows says nothing of it by a mode. */
function isOwn(folder: string): boolean {
  const user = process.getuid?.()
  if (user === undefined || !existsSync(folder)) return true
  const { uid, mode } = statSync(folder)
  return uid === user && (mode & 0o002) === 0
}
