import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, realpath, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root, scope, type WorkspacePackage } from '../workspace.ts'

const execute = promisify(execFile)

/** Installs a packed package into a folder, as its users get it, with what it needs from elsewhere. Asks no registry. */
export async function unpack({ folder, manifest }: WorkspacePackage, tarball: string, home: string): Promise<void> {
  const place = join(home, 'node_modules', manifest.name)
  await mkdir(place, { recursive: true })
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', place])
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const link = join(home, 'node_modules', name)
    if (name.startsWith(scope) || existsSync(link)) continue
    await mkdir(dirname(link), { recursive: true })
    await symlink(await realpath(join(root, folder, 'node_modules', name)), link, 'junction')
  }
}
