// What the packages weigh for those who install them, and what programs for browsers are of them. Asks no registry: all figures are the same on every machine.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { packAll } from '../../tools/pack/pack.ts'
import { publishedPackages } from '../../tools/workspace.ts'
import { weighBundle } from '../sections/bundle.ts'
import { homeOf } from '../sections/home.ts'
import { programs } from './programs.ts'

/** What installing one package brings. */
interface PackageSize {
  /** With itself, and with all that it depends on: optional peers are not installed. */
  readonly packages: number
  /** What is downloaded of itself. */
  readonly packedKB: number
  /** Of itself, unpacked. */
  readonly ownKB: number
  /** Of all of them. */
  readonly installedKB: number
}

/** By the name of the package, or of the program. */
export interface Sizes {
  readonly packages: Readonly<Record<string, PackageSize>>
  /** Minified and compressed, in KB: what loads at once. */
  readonly bundles: Readonly<Record<string, number>>
}

export async function measureSizes(): Promise<Sizes> {
  const home = await homeOf({ level: 'session' })
  const tarballs = await packAll()
  const packages: Record<string, PackageSize> = {}
  for (const { manifest } of publishedPackages()) {
    const place = join(home, 'node_modules', manifest.name)
    const family = [...placesOf(place)]
    packages[manifest.name] = {
      packages: family.length,
      packedKB: statSync(tarballs.get(manifest.name) ?? '').size / 1_024,
      ownKB: sizeOf(place) / 1_024,
      installedKB: family.reduce((sum, each) => sum + sizeOf(each), 0) / 1_024,
    }
  }
  const bundles: Record<string, number> = {}
  for (const [name, program] of Object.entries(programs))
    bundles[name] = (await weighBundle(program, home)).compressedKB
  return { packages, bundles }
}

/** A package that is installed, and all that it depends on. */
function placesOf(place: string, found: Set<string> = new Set()): ReadonlySet<string> {
  const real = realpathSync(place)
  if (found.has(real)) return found
  found.add(real)
  const { dependencies = {} } = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) placesOf(findInstalled(name, real), found)
  return found
}

/** As Node finds it. */
function findInstalled(name: string, from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (statSync(join(place, 'package.json'), { throwIfNoEntry: false }) !== undefined) return place
  }
  throw new Error(`${name}, which ${from} depends on, is not installed`)
}

/** In bytes, without what is installed within. */
function sizeOf(place: string): number {
  const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const own = files.map(({ parentPath, name }) => join(parentPath, name))
  const nested = `${place}${sep}node_modules${sep}`
  return own.filter((path) => !path.startsWith(nested)).reduce((sum, path) => sum + statSync(path).size, 0)
}
