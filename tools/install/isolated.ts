// The packages from their tarballs, each in a place from which only what its own manifest declares is found: a dependency that
// is missing there is missed. npm hoists, and so would hide it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { link, unpack } from '../pack/unpack.ts'
import { publishedPackages, root, scope, type WorkspacePackage } from '../workspace.ts'

/** Installs the family into a folder. Where the optional peers are left out it is as for those who do not install them. */
export async function installIsolated(
  tarballs: ReadonlyMap<string, string>,
  home: string,
  options: { readonly optionalPeers: boolean },
): Promise<void> {
  const all = publishedPackages()
  await Promise.all(
    all.map((found) => unpack(found, tarballs.get(found.manifest.name) ?? '', storeOf(home, found), options)),
  )
  for (const found of all) {
    const { dependencies, peerDependencies } = found.manifest
    const declared = Object.keys({ ...dependencies, ...peerDependencies })
    const own = declared.filter((name) => name.startsWith(scope))
    for (const name of own) await linkInstalled(home, name, storeOf(home, found))
  }
}

/** Makes packages found from a project: those of the family as installed, others as they are in the workspace. */
export async function linkInto(project: string, names: readonly string[], home: string): Promise<void> {
  for (const name of names) {
    if (name.startsWith(scope)) await linkInstalled(home, name, project)
    else await link(placeOf(name), project, name)
  }
}

/** Where a package from elsewhere is in the workspace: with those that the documents may import, or with the tools. */
export function placeOf(name: string): string {
  const place = join(root, 'tools/docs/node_modules', name)
  return existsSync(place) ? place : join(root, 'node_modules', name)
}

async function linkInstalled(home: string, name: string, into: string): Promise<void> {
  const found = publishedPackages().find(({ manifest }) => manifest.name === name)
  if (found === undefined) throw new Error(`${name} is none of the published packages`)
  await link(join(storeOf(home, found), 'node_modules', name), into, name)
}

function storeOf(home: string, { folder }: WorkspacePackage): string {
  return join(home, 'store', folder.replace(/^packages\//, ''))
}
