import { stem } from './stem.ts'

/** A word, number, quotation or sign of a text. */
export interface Token {
  readonly kind: 'word' | 'number' | 'quoted' | 'sign'
  /** As written; of a quotation, what is inside. */
  readonly text: string
  readonly lower: string
  readonly stem: string
  /** Where it stands in the text, in UTF-16 units; quotation marks included. */
  readonly start: number
  readonly end: number
  /** Of a number. */
  readonly value?: number
  /** Whether a sentence begins with it, where capitals mean nothing. */
  readonly isFirst: boolean
}

/** Tried in order at each place. What has a form of its own (addresses, paths, dates) is one word. */
const forms: readonly (readonly [kind: Token['kind'], form: RegExp])[] = [
  ['quoted', /"([^"\n]{1,2000})"|“([^”\n]{1,2000})”|`([^`\n]{1,2000})`|«([^»\n]{1,2000})»/y],
  ['quoted', /(?<![\p{L}\p{N}])['‘]((?:[^'’\n]|['’](?=\p{L})){1,500})['’](?!\p{L})/uy],
  ['word', /\p{L}[\p{L}\p{N}+.-]*:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]]/uy],
  ['word', /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/uy],
  ['word', /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\d-])/y],
  ['word', /\d{1,2}:\d{2}(?::\d{2})?(?![\d:])/y],
  ['word', /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/iy],
  ['word', /\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/y],
  ['word', /(?:~|\.{1,2})?(?=[\p{N}._/\\-]*\p{L})(?:[\p{L}\p{N}_.-]*[/\\])+[\p{L}\p{N}_.-]*[\p{L}\p{N}_]/uy],
  ['word', /\.?(?=[\p{N}_.-]*\p{L})[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/uy],
  ['word', /(?<!\S)\.\p{L}[\p{L}\p{N}_-]*/uy],
  ['number', /(?<![\p{L}\p{N})\]])-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?!\d*\p{L}+\d)/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*(?:['’-][\p{L}\p{N}_]+)*|\d+[\p{L}_][\p{L}\p{N}_]*/uy],
]

/** A request stands in what can be read at a glance; a pasted book is not searched for one. */
const maxLength = 8_000

/** Takes a text apart. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = []
  const source = text.slice(0, maxLength)
  let position = 0
  let isFirst = true
  while (position < source.length) {
    const character = source[position] ?? ''
    if (character !== '\n' && /\s/.test(character)) {
      position++
      continue
    }
    const token = readToken(source, position, isFirst)
    tokens.push(token)
    position = token.end
    if (token.kind === 'sign') isFirst = isFirst || /[.!?\n:]/.test(token.text)
    else isFirst = false
  }
  return tokens
}

function readToken(source: string, start: number, isFirst: boolean): Token {
  for (const [kind, form] of forms) {
    form.lastIndex = start
    const match = form.exec(source)
    if (match === null) continue
    const text = match.slice(1).find((group) => group !== undefined) ?? match[0]
    return makeToken(kind, text, start, start + match[0].length, isFirst)
  }
  return makeToken('sign', source[start] ?? '', start, start + 1, isFirst)
}

function makeToken(kind: Token['kind'], text: string, start: number, end: number, isFirst: boolean): Token {
  const lower = text.toLowerCase().replaceAll('’', "'")
  const base = { kind, text, lower, stem: stem(lower), start, end, isFirst }
  return kind === 'number' ? { ...base, value: Number(text.replaceAll(',', '')) } : base
}

/** The text from the first to the last of some tokens in a row, as written. */
export function textOf(source: string, tokens: readonly Token[]): string {
  const [first] = tokens
  const last = tokens.at(-1)
  if (first === undefined || last === undefined) return ''
  return tokens.length === 1 && first.kind === 'quoted' ? first.text : source.slice(first.start, last.end)
}
