// Packs the published packages as they would be published. A tarball is kept until something that goes into it changes:
// checks, install tests and measurements share it.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withLock } from '../bootstrap/lock.mjs'
import { isTest, publishedPackages, root, type WorkspacePackage } from '../workspace.ts'

const execute = promisify(execFile)
const home = join(root, 'node_modules', '.geppetto', 'packed')

/** The tarballs of all published packages, by their names. */
export async function packAll(): Promise<ReadonlyMap<string, string>> {
  const all = publishedPackages().map((found) => ({ found, tarball: tarballOf(found) }))
  // Bundling rewrites a folder of the package, which no other command may be packing.
  if (all.some(({ tarball }) => !existsSync(tarball))) await withLock(() => packMissing(all.values()))
  return new Map(all.map(({ found, tarball }) => [found.manifest.name, tarball]))
}

interface Wanted {
  readonly found: WorkspacePackage
  readonly tarball: string
}

async function packMissing(waiting: Iterator<Wanted> & Iterable<Wanted>): Promise<void> {
  await mkdir(home, { recursive: true })
  const worker = async (): Promise<void> => {
    for (const { found, tarball } of waiting) if (!existsSync(tarball)) await pack(found, tarball)
  }
  // Packing is a process of its own, so two at a time keep both cores busy.
  await Promise.all([worker(), worker()])
}

async function pack(found: WorkspacePackage, tarball: string): Promise<void> {
  for (const old of globSync(`${prefixOf(found)}-*`, { cwd: home })) await rm(join(home, old))
  // Nobody may find half of one.
  const partial = join(home, `partial-${prefixOf(found)}.tgz`)
  await execute('pnpm', ['pack', '--out', partial], { cwd: join(root, found.folder) })
  await rename(partial, tarball)
}

/** Named after a hash of all that goes into it. */
function tarballOf(found: WorkspacePackage): string {
  const inputs = [
    ...globSync(['package.json', '*.md', '*.js', 'src/**/*.*', 'schema/**/*.*', 'dist/**/*.d.ts*'], {
      cwd: join(root, found.folder),
    })
      .filter((path) => !isTest(path))
      .map((path) => join(found.folder, path)),
    ...globSync(['pnpm-workspace.yaml', 'pnpm-lock.yaml', 'LICENSE', 'tools/pack/*.ts', 'docs/migration/*.md'], {
      cwd: root,
    }),
  ]
  const hash = createHash('sha256')
  for (const path of inputs.sort()) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return join(home, `${prefixOf(found)}-${hash.digest('hex').slice(0, 16)}.tgz`)
}

function prefixOf({ folder }: WorkspacePackage): string {
  return folder.replaceAll('/', '-')
}
