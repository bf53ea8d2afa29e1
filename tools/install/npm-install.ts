// Installs into a folder by npm, as users do. Asks the registry for what is not ours.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { familyOf, scope } from '../workspace.ts'
import { placeOf } from './isolated.ts'

const execute = promisify(execFile)

const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error']

/** Installs packages, those of the family with the tarballs of all that they depend on, others in the versions of the workspace. */
export async function npmInstall(
  folder: string,
  names: readonly string[],
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  const own = familyOf(names.filter((name) => name.startsWith(scope))).map((name) => tarballs.get(name) ?? name)
  const foreign = names
    .filter((name) => !name.startsWith(scope))
    .map(async (name) => `${name}@${await versionOf(name)}`)
  await runNpm(folder, [...own, ...(await Promise.all(foreign))])
}

async function versionOf(name: string): Promise<string> {
  return JSON.parse(await readFile(join(placeOf(name), 'package.json'), 'utf8')).version
}

/** One `npm install` of what is named, in a folder. */
export async function runNpm(folder: string, specifiers: readonly string[]): Promise<void> {
  await execute('npm', ['install', ...flags, ...specifiers], { cwd: folder, shell: process.platform === 'win32' })
}
