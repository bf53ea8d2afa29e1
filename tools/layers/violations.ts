// Finds what a package declares or imports against its layer.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { importedSpecifiers } from '../modules.ts'
import { entriesOf, isTest, root, sourceFiles, type WorkspacePackage } from '../workspace.ts'
import { familyName, isNetwork, rowOf, whyNot, whyNotFolder } from './layers.ts'

/** One line per violation, naming the file and the rule. */
export function findViolations(workspacePackage: WorkspacePackage): string[] {
  return [
    ...forbiddenDependencies(workspacePackage),
    ...sourceFiles(`${workspacePackage.folder}/src`).flatMap((path) => forbiddenImports(workspacePackage, path)),
    ...sourceFiles(`${workspacePackage.folder}/src`).flatMap((path) => foldersAbove(workspacePackage, path)),
    ...peersOfTheMainEntry(workspacePackage),
    ...nodeOutsideItsEntry(workspacePackage),
  ]
}

function nameOf({ folder }: WorkspacePackage): string {
  return folder.replace(/^packages\//, '')
}

function forbiddenDependencies(workspacePackage: WorkspacePackage): string[] {
  const { folder, manifest } = workspacePackage
  const name = nameOf(workspacePackage)
  return (['dependencies', 'peerDependencies', 'devDependencies'] as const).flatMap((field) =>
    Object.keys(manifest[field] ?? {}).flatMap((dependency) => {
      const target = familyName(dependency)
      const isForeign = target === undefined && rowOf(name) !== undefined && field === 'dependencies'
      const reason = isForeign
        ? 'rows 0 to 4 have no run-time dependency outside the family'
        : target && whyNot(name, target, field === 'devDependencies')
      return reason ? [`${folder}/package.json ${field}: ${dependency}: ${reason}`] : []
    }),
  )
}

function forbiddenImports(workspacePackage: WorkspacePackage, path: string): string[] {
  const name = nameOf(workspacePackage)
  return importedSpecifiers(path).flatMap((specifier) => {
    const target = familyName(specifier)
    const reason = target ? whyNot(name, target, isTest(path)) : whyNotForeign(workspacePackage, specifier, path)
    return reason ? [`${path}: ${specifier}: ${reason}`] : []
  })
}

function whyNotForeign(workspacePackage: WorkspacePackage, specifier: string, path: string): string | undefined {
  if (specifier.startsWith('.')) return leavesPackage(workspacePackage, specifier, path)
  if (isTest(path) || rowOf(nameOf(workspacePackage)) === undefined) return undefined
  if (specifier.startsWith('node:')) return 'rows 0 to 4 run everywhere: no Node modules outside tests'
  const isOptionalPeer = optionalPeers(workspacePackage).some((peer) => isOf(peer, specifier))
  return isOptionalPeer ? undefined : 'rows 0 to 4 import nothing outside the family but an optional peer in a subpath'
}

function leavesPackage({ folder }: WorkspacePackage, specifier: string, path: string): string | undefined {
  return join(path, '..', specifier).startsWith(`${folder}/`) ? undefined : 'other packages are imported by their name'
}

/** An optional peer may be missing, so nothing that the main entry loads may import it. */
function peersOfTheMainEntry(workspacePackage: WorkspacePackage): string[] {
  const peers = optionalPeers(workspacePackage)
  const main = entriesOf(workspacePackage)[0]
  if (peers.length === 0 || !main) return []
  return [...reachableFrom(main.source)].flatMap((path) =>
    importedSpecifiers(path)
      .filter((specifier) => peers.some((peer) => isOf(peer, specifier)))
      .map(
        (specifier) =>
          `${path}: ${specifier}: an optional peer belongs to a subpath, but the main entry loads this file`,
      ),
  )
}

/** What brings sessions over a network does so on every platform: what is for Node alone has an entry of its own. */
function nodeOutsideItsEntry(workspacePackage: WorkspacePackage): string[] {
  if (!isNetwork(nameOf(workspacePackage))) return []
  const entries = entriesOf(workspacePackage).filter(({ specifier }) => !specifier.endsWith('/node'))
  const paths = new Set(entries.flatMap(({ source }) => [...reachableFrom(source)]))
  return [...paths].flatMap((path) =>
    importedSpecifiers(path)
      .filter((specifier) => specifier.startsWith('node:'))
      .map((specifier) => `${path}: ${specifier}: what is for Node alone belongs to the entry ./node`),
  )
}

function reachableFrom(start: string): Set<string> {
  const seen = new Set<string>()
  const waiting = [start]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path) || !existsSync(join(root, path))) continue
    seen.add(path)
    const own = importedSpecifiers(path).filter((specifier) => specifier.startsWith('.'))
    waiting.push(...own.map((specifier) => join(path as string, '..', specifier)))
  }
  return seen
}

/** Tests may reach for everything. */
function foldersAbove(workspacePackage: WorkspacePackage, path: string): string[] {
  if (isTest(path)) return []
  const sources = `${workspacePackage.folder}/src`
  const folderOf = (file: string) => relative(sources, join(file, '..'))
  return importedSpecifiers(path)
    .filter((specifier) => specifier.startsWith('.'))
    .flatMap((specifier) => {
      const reason = whyNotFolder(nameOf(workspacePackage), folderOf(path), folderOf(join(path, '..', specifier)))
      return reason === undefined ? [] : [`${path}: ${specifier}: ${reason}`]
    })
}

function optionalPeers({ manifest }: WorkspacePackage): string[] {
  return Object.keys(manifest.peerDependencies ?? {}).filter((peer) => manifest.peerDependenciesMeta?.[peer]?.optional)
}

function isOf(packageName: string, specifier: string): boolean {
  return specifier === packageName || specifier.startsWith(`${packageName}/`)
}
