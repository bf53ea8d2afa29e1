import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// To be replaced: where the texts are kept. What stands here keeps files.

/** A text as it was loaded. */
export interface LoadedText {
  readonly text: string
  /** Grows with every save. */
  readonly version: number
}

/** Keeps one text for each key. */
export interface Medium {
  load(key: string): Promise<LoadedText | undefined>
  /** Saves the text when the newest version is `expected` (0: there is none), in one step; else returns false, and nothing has happened. */
  save(key: string, expected: number, text: string): Promise<boolean>
  /** The newest texts of all keys. */
  loadAll(): AsyncIterable<string>
}

/** A folder for each key, with a file for its newest version: a link that does not exist yet can be made by one process only. */
export function openFolder(folder: string): Medium {
  const load = async (home: string): Promise<LoadedText | undefined> => {
    for (;;) {
      const version = await newestIn(home)
      if (version === 0) return undefined
      const text = await readIfThere(join(home, fileOf(version)))
      // Otherwise a newer one has taken its place meanwhile.
      if (text !== undefined) return { text, version }
    }
  }

  return {
    load: (key) => load(join(folder, nameOf(key))),

    async save(key, expected, text) {
      const home = join(folder, nameOf(key))
      await mkdir(home, { recursive: true })
      const version = expected + 1
      const [draft, file] = [join(home, `${randomUUID()}.draft`), join(home, fileOf(version))]
      await writeFile(draft, text)
      try {
        await link(draft, file)
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false
        throw error
      } finally {
        await rm(draft)
      }
      // Who slept since loading may have taken the place of a file that was gone: the newest one never is.
      if ((await newestIn(home)) > version) {
        await rm(file, { force: true })
        return false
      }
      if (expected > 0) await rm(join(home, fileOf(expected)), { force: true })
      return true
    },

    async *loadAll() {
      for (const name of await namesIn(folder)) {
        const loaded = await load(join(folder, name))
        if (loaded !== undefined) yield loaded.text
      }
    },
  }
}

/** Keys are any text, names of files are not. */
function nameOf(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'utf16le')).digest('hex')
}

function fileOf(version: number): string {
  return `${version}.json`
}

async function newestIn(home: string): Promise<number> {
  const versions = (await namesIn(home))
    .filter((name) => name.endsWith('.json'))
    .map((name) => Number.parseInt(name, 10))
  return Math.max(0, ...versions)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw error
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
