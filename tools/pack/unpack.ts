import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, realpath, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root, scope, type WorkspacePackage } from '../workspace.ts'

const execute = promisify(execFile)

/** Installs a packed package into a folder, as its users get it, with what it needs from elsewhere. Asks no registry. */
export async function unpack(
  { folder, manifest }: WorkspacePackage,
  tarball: string,
  home: string,
  options: { readonly optionalPeers?: boolean } = {},
): Promise<void> {
  const place = join(home, 'node_modules', manifest.name)
  await mkdir(place, { recursive: true })
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', place])
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => options.optionalPeers !== false || manifest.peerDependenciesMeta?.[name]?.optional !== true,
  )
  for (const name of [...Object.keys(manifest.dependencies ?? {}), ...peers]) {
    if (!name.startsWith(scope)) await link(join(root, folder, 'node_modules', name), home, name)
  }
}

/** Makes a package that is installed elsewhere found from a folder. */
export async function link(place: string, home: string, name: string): Promise<void> {
  const path = join(home, 'node_modules', name)
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  await symlink(await realpath(place), path, 'junction')
}
