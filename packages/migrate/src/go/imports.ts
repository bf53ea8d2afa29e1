import type { GoToken } from './tokens.ts'

/** What stands behind an import's name in one file. */
export interface GoImport {
  /** As the file calls it: `_` and `.` too. */
  readonly name: string
  readonly path: string
  readonly at: GoToken
}

/** The imports of a file, which stand before everything else in it. */
export function importsOf(tokens: readonly GoToken[]): GoImport[] {
  const imports: GoImport[] = []
  let index = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'import')
  while (index >= 0 && tokens[index]?.text === 'import') {
    index += 1
    const isGroup = tokens[index]?.text === '('
    if (isGroup) index += 1
    do {
      const alias = tokens[index]?.kind === 'string' ? undefined : tokens[index]
      const path = alias === undefined ? tokens[index] : tokens[index + 1]
      if (path?.kind !== 'string') break
      imports.push({ name: alias?.text ?? nameOf(path.text), path: path.text, at: alias ?? path })
      index += alias === undefined ? 1 : 2
      while (tokens[index]?.text === ';') index += 1
    } while (isGroup && tokens[index] !== undefined && tokens[index]?.text !== ')')
    if (isGroup) index += 1
  }
  return imports
}

/** What Go calls a package without an alias: by convention the last part of its path that is no version. */
function nameOf(path: string): string {
  const parts = path.split('/')
  const last = parts.at(-1) ?? path
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last
}
