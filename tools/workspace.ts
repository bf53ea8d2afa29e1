// What the tools know of the workspace: its packages, their entries and their source files.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '..')
export const scope = '@geppetto/'

type Exports = Readonly<Record<string, { readonly types: string; readonly default: string }>>

interface Manifest {
  readonly name: string
  readonly description: string
  readonly private?: boolean
  readonly engines: { readonly node: string }
  readonly exports?: Exports
  /** What stands in place of the fields of these names when the package is packed. */
  readonly publishConfig?: { readonly exports?: Exports }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface WorkspacePackage {
  /** Relative to the root, for example `packages/turns`. */
  readonly folder: string
  readonly manifest: Manifest
}

export interface Entry {
  /** As a user imports it, for example `@geppetto/events/yaml`. */
  readonly specifier: string
  /** Relative to the root, as everything here. */
  readonly source: string
  readonly built: string
}

export function publishedPackages(): WorkspacePackage[] {
  return readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readText(`${folder}/package.json`)) }))
}

/** Packages of ours, with all of ours that they depend on. */
export function familyOf(names: readonly string[]): string[] {
  const all = new Map(publishedPackages().map(({ manifest }) => [manifest.name, manifest]))
  const family = new Set<string>()
  const add = (name: string): void => {
    const manifest = all.get(name)
    if (manifest === undefined || family.has(name)) return
    family.add(name)
    Object.keys(manifest.dependencies ?? {}).forEach(add)
  }
  names.forEach(add)
  return [...family]
}

export function entriesOf({ folder, manifest }: WorkspacePackage): Entry[] {
  return Object.entries(manifest.exports ?? {}).map(([subpath, target]) => ({
    specifier: manifest.name + subpath.slice(1),
    source: join(folder, target.default.replace('dist/', 'src/').replace(/\.js$/, '.ts')),
    built: join(folder, target.default),
  }))
}

const generatedFolders = ['node_modules', 'dist', 'generated']

/** The .ts and .mjs files below a folder, without what is generated. */
export function sourceFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return generatedFolders.includes(entry.name) ? [] : sourceFiles(path)
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : []
  })
}

/** Tests and what only tests use: neither built nor published. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|test-helper)\.tsx?$/.test(path)
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
