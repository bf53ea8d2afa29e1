import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SessionError } from '@geppetto/session'
import { quote, toErrorData } from '@geppetto/turns'

/** The path of a store that is in memory: of this process, and gone with the store object. */
export const inMemory = ':memory:'

/**
 * The absolute path that a caller means, by a path or a `file:` URL.
 * @throws SessionError `invalid_options` for what would make a file or folder that nobody meant, such as one of the name `~`
 */
export function storePath(given: unknown): string {
  if (given === inMemory) return inMemory
  if (given instanceof URL) return pathOfUrl(given)
  if (typeof given !== 'string') return refuse(`must be a text or a URL, not ${quote(given)}`)
  if (given.trim().startsWith(inMemory))
    return refuse(
      `must be ${inMemory} and nothing more for a store in memory, or ./${inMemory}… for a file of that name, not ${quote(given)}`,
    )
  if (/^file:/i.test(given)) return pathOfUrl(absoluteUrl(given))
  return resolve(plainPath(given))
}

function plainPath(path: string): string {
  if (path.trim() === '')
    return refuse('must not be empty: name a file, or :memory: for a store that ends with its object')
  if (path.includes('\0')) return refuse('must have no character of the code 0 in it')
  if (/^~(?:[^/\\]*[/\\]|$)/.test(path))
    return refuse(`must not begin with ~, which only a shell knows: write join(homedir(), …), not ${quote(path)}`)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    return refuse(`must be a path, a file: URL or :memory:, not ${quote(path)}`)
  if (/[/\\]$/.test(path) && !(path.endsWith('\\') && process.platform !== 'win32'))
    return refuse(`must name a file, and ${quote(path)} is a folder: append sessions.sqlite`)
  return path
}

/** One such as `file:x.sqlite` would be of the root folder, whatever its writer meant. */
function absoluteUrl(text: string): URL {
  if (!/^file:\/\//i.test(text))
    return refuse(`must be a file: URL from the root, file:///…, or a path such as ./name, not ${quote(text)}`)
  try {
    return new URL(text)
  } catch (cause) {
    return refuse(`is no URL: ${quote(text)}`, cause)
  }
}

function pathOfUrl(url: URL): string {
  if (url.protocol !== 'file:') return refuse(`must be a path or a file: URL, not ${quote(url.href)}`)
  if (url.search !== '' || url.hash !== '')
    return refuse(
      `must have nothing behind ? and #: ${quote(url.href)}; readOnly is an option, and such characters in a name are written %3F and %23`,
    )
  return plainPath(localPath(url))
}

function localPath(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    return refuse(`names no file of this machine: ${toErrorData(cause).message}`, cause)
  }
}

function refuse(why: string, cause?: unknown): never {
  throw new SessionError('invalid_options', `path ${why}`, { field: 'path', ...(cause === undefined ? {} : { cause }) })
}
