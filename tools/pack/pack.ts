import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, type WorkspacePackage } from '../workspace.ts'

const execute = promisify(execFile)

/** Packs a package into a folder as it would be published, and resolves to the tarball. */
export async function pack({ folder }: WorkspacePackage, into: string): Promise<string> {
  const tarball = join(into, `${folder.replaceAll('/', '-')}.tgz`)
  await execute('pnpm', ['pack', '--out', tarball], { cwd: join(root, folder) })
  return tarball
}
