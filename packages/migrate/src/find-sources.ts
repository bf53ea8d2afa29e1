import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A source that could not be looked at, and why. */
export interface Unread {
  readonly path: string
  readonly reason: string
}

export interface FoundSources {
  readonly paths: readonly string[]
  readonly unread: readonly Unread[]
}

export interface SourceChoice {
  /** Looks into folders that are skipped by default, too. */
  readonly all?: boolean
  /** Names of files and folders that are passed over. */
  readonly skip?: readonly string[]
}

/** Not the program's own: installed, built, or kept by tools. So are all folders whose names begin with a dot. */
export const skippedFolders: readonly string[] = ['node_modules', 'vendor', 'dist', 'coverage']

const sourceName = /\.(?:go|[cm]?[jt]sx?|vue|svelte)$/
const minifiedName = /\.min\.[cm]?js$/

/**
 * The Go, TypeScript and JavaScript sources below a path, in the order of their names. Links are not followed: what they lead to is in
 * the tree already, or is no part of it. @throws what the file system says of the path itself
 */
export async function findSources(
  path: string,
  choice: SourceChoice = {},
  beforeReading: (folder: string) => Promise<void> = async () => {},
): Promise<FoundSources> {
  const facts = await stat(path)
  if (facts.isFile()) return { paths: [path], unread: [] }
  if (!facts.isDirectory()) throw new Error(`${path} is neither a file nor a folder`)
  const paths: string[] = []
  const unread: Unread[] = []
  const waiting = [path]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      await beforeReading(folder)
      const entries = await readdir(folder, { withFileTypes: true })
      for (const entry of entries) {
        const inside = join(folder, entry.name)
        if (choice.skip?.includes(entry.name)) continue
        if (entry.isDirectory() && (choice.all || !isSkipped(entry.name))) waiting.push(inside)
        if (entry.isFile() && sourceName.test(entry.name) && (choice.all || !minifiedName.test(entry.name)))
          paths.push(inside)
      }
    } catch (error) {
      // The path itself is what was asked for; of what is below it the rest can be told.
      if (folder === path) throw error
      if (await isThere(folder)) unread.push({ path: folder, reason: reasonOf(error) })
    }
  }
  return { paths: paths.sort(), unread: unread.sort((one, other) => (one.path < other.path ? -1 : 1)) }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isSkipped(name: string): boolean {
  return name.startsWith('.') || skippedFolders.includes(name)
}

/** What was removed while we looked is no loss. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
