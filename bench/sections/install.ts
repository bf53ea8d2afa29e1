import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packAll } from '../../tools/pack/pack.ts'
import { familyOf } from '../../tools/workspace.ts'
import type { ClientInfo } from '../clients/client-info.ts'
import type { Sample } from '../commands/command.ts'
import { installedVersion } from '../versions.ts'
import type { Section } from './section.ts'

const execute = promisify(execFile)

/** Installs the packages as a user does, into an empty folder. Ours are packed first, as they would be published. */
async function measure(client: ClientInfo): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'geppetto-install-'))
  try {
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    const packages = client.level === 'peer' ? client.packages.map(pinned) : await packed(client.packages)
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    await execute('npm', ['install', ...flags, ...packages], { cwd: folder, shell: process.platform === 'win32' })
    const { bytes, packages: count } = await sizeOf(join(folder, 'node_modules'))
    return { figures: { installedMB: bytes / 1_048_576, packages: count } }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function pinned(name: string): string {
  return `${name}@${installedVersion(name)}`
}

/** Tarballs of ours and of what of ours they depend on. */
async function packed(names: readonly string[]): Promise<string[]> {
  const tarballs = await packAll()
  return familyOf(names).flatMap((name) => tarballs.get(name) ?? [])
}

interface Size {
  readonly bytes: number
  readonly packages: number
}

async function sizeOf(folder: string): Promise<Size> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size))
  const manifests = files.filter(
    ({ parentPath, name }) => name === 'package.json' && /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+$/.test(parentPath),
  )
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: manifests.length }
}

export const install: Section = {
  name: 'install',
  title: 'Installed size',
  prose: `What \`npm install\` of the packages puts on the disk, in an empty folder. The vendors' SDKs are most of ours: a provider depends on its own, and loads
it only where it is used.`,
  base: '',
  comparisons: [],
  columns: [
    { figure: 'installedMB', label: 'MB', digits: 1 },
    { figure: 'packages', label: 'packages', digits: 0 },
  ],
  cases: [
    { name: 'install', takes: ({ packages }) => packages.length > 0, work: { measure }, maxRounds: 1, isLong: true },
  ],
}
