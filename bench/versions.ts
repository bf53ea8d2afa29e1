import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of a peer's package that is installed for the measurement; undefined where it is not. */
export function installedVersion(name: string): string | undefined {
  const path = join(import.meta.dirname, 'peers', 'node_modules', name, 'package.json')
  if (!existsSync(path)) return undefined
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}
