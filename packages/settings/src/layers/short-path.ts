import { isAbsolute, relative } from 'node:path'

/** As people would name it from where they are. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere !== '' && !fromHere.startsWith('..') && !isAbsolute(fromHere) ? fromHere : path
}
