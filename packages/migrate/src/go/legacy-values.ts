// Which variables and fields hold a value of the old lifecycle: their methods have names that other types have too.
import { dirname } from 'node:path'
import { type LegacyType, legacyTypes } from '../rules/go-rules.ts'
import { namesBefore } from './functions.ts'
import { type GoFile, selectorsOf } from './go-file.ts'
import type { GoToken } from './tokens.ts'

interface Value {
  readonly name: string
  readonly type: LegacyType
  /** Where the name means this: in a function, in a folder, or, of an exported field, everywhere. */
  readonly within: string | undefined
}

/** Answers what a name holds at a token of a file. */
export type LegacyValues = (file: GoFile, name: string, index: number) => LegacyType | undefined

export function findLegacyValues(files: readonly GoFile[]): LegacyValues {
  const values: Value[] = []
  const ownTypes: Value[] = []
  for (const file of files) {
    for (const { package: path, name, index } of selectorsOf(file)) {
      const type = legacyTypes[path]?.[name]
      if (type !== undefined) take(file, index, type)
    }
  }
  for (const file of files) {
    file.tokens.forEach(({ kind, text }, index) => {
      const own =
        kind === 'word' ? ownTypes.find(({ name, within }) => name === text && within === folderOf(file)) : undefined
      if (own !== undefined && file.tokens[index - 1]?.text !== 'type') take(file, index, own.type)
    })
  }
  for (const file of files) takeAliases(file)
  return typeAt

  function take(file: GoFile, index: number, type: LegacyType): void {
    const { tokens } = file
    const start = skipBack(tokens, index)
    const before = tokens[start]
    const struct = structAround(tokens, index)
    if (struct !== undefined && isEmbedded(tokens, start, index)) {
      ownTypes.push({ name: struct, type, within: folderOf(file) })
      values.push({ name: type, type, within: folderOf(file) })
    } else if (before?.text === ':=' || before?.text === '=') {
      const name = namesBefore(tokens, start)[0]
      if (name !== undefined) values.push({ name, type, within: scopeOf(file, start) })
    } else if (before?.text === ':' || (before?.kind === 'word' && !keywords.has(before.text))) {
      const name = before.text === ':' ? tokens[start - 1]?.text : before.text
      const isField = struct !== undefined || before.text === ':'
      const within = !isField ? scopeOf(file, start) : /^\p{Lu}/u.test(name ?? '') ? undefined : folderOf(file)
      if (name !== undefined) values.push({ name, type, within })
    }
  }

  /** `inf := conversation.Inf` at the end of a line. */
  function takeAliases(file: GoFile): void {
    file.tokens.forEach((token, index) => {
      const next = file.tokens[index + 1]
      if (file.tokens[index - 1]?.text !== '.' || (next !== undefined && next.line === token.line)) return
      const type = typeAt(file, token.text, index)
      let at = index - 1
      while (file.tokens[at]?.text === '.') at -= 2
      const name = file.tokens[at]?.text === ':=' ? namesBefore(file.tokens, at)[0] : undefined
      if (type !== undefined && name !== undefined) values.push({ name, type, within: scopeOf(file, at) })
    })
  }

  function typeAt(file: GoFile, name: string, index: number): LegacyType | undefined {
    const named = values.filter((value) => value.name === name)
    if (named.length === 0) return undefined
    const places = [scopeOf(file, index), folderOf(file), undefined]
    return named.find(({ within }) => places.includes(within))?.type
  }
}

const keywords = new Set([
  'return',
  'case',
  'range',
  'chan',
  'map',
  'func',
  'struct',
  'interface',
  'type',
  'var',
  'go',
  'defer',
])

function folderOf({ path }: GoFile): string {
  return dirname(path)
}

function scopeOf(file: GoFile, index: number): string {
  const around = file.functions.find(({ start, end }) => start <= index && index <= end)
  return around === undefined ? folderOf(file) : `${file.path}#${around.start}`
}

/** The token in front of a type or a value: over `*`, `&` and `[]`. */
function skipBack(tokens: readonly GoToken[], index: number): number {
  let at = index - 1
  while (/^[*&[\]]$/.test(tokens[at]?.text ?? '')) at -= 1
  return at
}

function isEmbedded(tokens: readonly GoToken[], before: number, index: number): boolean {
  return tokens[before]?.text === '{' || (tokens[before]?.line ?? 0) < (tokens[index]?.line ?? 0)
}

/** The name of the struct in whose declaration a token stands. */
function structAround(tokens: readonly GoToken[], index: number): string | undefined {
  let depth = 0
  for (let at = index - 1; at >= 0; at--) {
    const text = tokens[at]?.text
    if (text === '}') depth += 1
    else if (text === '{' && depth > 0) depth -= 1
    else if (text === '{') return tokens[at - 1]?.text === 'struct' ? (tokens[at - 2]?.text ?? '') : undefined
  }
  return undefined
}
