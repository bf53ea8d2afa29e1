import { readFileSync, statSync } from 'node:fs'
import { toErrorData } from '@geppetto/turns'
import { settingsError } from '../settings-error.ts'
import { KeySource } from './key-source.ts'

/** More is no key. */
const longestKey = 64 * 1024

/** A key in a file of its own, which is read for each request, so that it may be changed. @throws SettingsError `bad_key` */
export function fileKey(path: string, setting: string, place: string): KeySource {
  return new KeySource('file', `file ${path}`, () => {
    const key = readKey(path, setting, place).trim()
    if (key === '') throw settingsError('bad_key', `${setting}: ${path} is empty: put the key into it`, place)
    if (/[\r\n]/.test(key))
      throw settingsError('bad_key', `${setting}: ${path} has more than one line: put the key alone into it`, place)
    return key
  })
}

function readKey(path: string, setting: string, place: string): string {
  try {
    const stats = statSync(path)
    if (!stats.isFile() || stats.size > longestKey)
      throw settingsError('bad_key', `${setting}: ${path} is no file with a key`, place)
    if (isOpenToOthers(stats.mode))
      throw settingsError(
        'bad_key',
        `${setting}: others on this machine can read ${path}: close it to them with chmod 600`,
        place,
      )
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code, message } = toErrorData(cause)
    if (code === 'bad_key') throw cause
    throw settingsError('bad_key', `${setting}: ${path} cannot be read (${code === 'unknown' ? message : code})`, place)
  }
}

/** Whether group or others can read what has this mode; Windows says nothing of it by a mode. */
export function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0
}
