/** Part of an arithmetic expression. */
interface Piece {
  readonly kind: 'operand' | 'operator' | 'open' | 'close' | 'function'
  /** As it goes into the expression. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const forms: readonly (readonly [kind: Piece['kind'], form: RegExp, text?: string])[] = [
  ['operand', /(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[+-]?\d+)?(?![\d\p{L}])/iuy],
  ['operand', /\.\d+/y],
  ['operand', /\b(?:pi)\b|π/iuy],
  ['operator', /percent of\b|%\s*of\b/iy, '/ 100 *'],
  ['operator', /plus\b|added to\b/iy, '+'],
  ['operator', /minus\b|less\b/iy, '-'],
  ['operator', /times\b|multiplied by\b/iy, '*'],
  ['operator', /divided by\b|over\b/iy, '/'],
  ['operator', /modulo\b|mod\b/iy, '%'],
  ['operator', /(?:raised )?to the power of\b|to the power\b/iy, '^'],
  ['operator', /\*\*|[+*/^%]|-/y],
  ['operator', /[×·]/y, '*'],
  ['operator', /[÷]/y, '/'],
  ['operator', /[−–]/y, '-'],
  ['operator', /x(?=\s*[\d(])/y, '*'],
  ['open', /\(/y],
  ['close', /\)/y],
  ['function', /(?:the )?square root of\b/iy, 'sqrt'],
  ['function', /(?:sqrt|cbrt|sin|cos|tan|log10|log2|log|ln|exp|abs|round|floor|ceil)(?=\s*\()/iy],
]

/** What stands behind its operand in words. */
const squares: readonly (readonly [form: RegExp, text: string])[] = [
  [/\s+squared\b/iy, ' ^ 2'],
  [/\s+cubed\b/iy, ' ^ 3'],
]

/** So many pieces are looked at: it keeps a page of open brackets from taking minutes. */
const maxWork = 20_000

/** What only looks like a subtraction. */
const date = /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/y

/** Where an arithmetic expression stands in a text, and how it is written with signs. */
export interface FoundExpression {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The arithmetic expressions of a text, in order: something with at least one operator or function in it. */
export function findExpressions(text: string): readonly FoundExpression[] {
  const found: FoundExpression[] = []
  let work = 0
  let position = 0
  while (position < text.length && work < maxWork) {
    date.lastIndex = position
    const day = date.exec(text)
    const pieces = day === null && canBegin(text, position) ? readPieces(text, position) : []
    const expression = toExpression(text, pieces)
    if (expression !== undefined) found.push(expression)
    work += pieces.length
    // Brackets and signs without a number behind them begin nothing, wherever one begins among them.
    const isEmpty = pieces.every(({ kind }) => kind !== 'operand')
    const skipped = day?.[0].length ?? (isEmpty ? (pieces.at(-1)?.end ?? position) - position : 1)
    position = expression?.end ?? position + Math.max(1, skipped)
  }
  return found
}

function canBegin(text: string, position: number): boolean {
  return !/\s/.test(text[position] ?? ' ') && !/[\p{L}\p{N}_.]/u.test(text[position - 1] ?? ' ')
}

/** What stands in the order of arithmetic, as far as it does. */
function readPieces(text: string, start: number): readonly Piece[] {
  const pieces: Piece[] = []
  let position = start
  for (let piece = readPiece(text, position); piece !== undefined; piece = readPiece(text, position)) {
    if (!canFollow(piece, pieces)) break
    pieces.push(piece)
    position = piece.end
  }
  return pieces
}

function toExpression(text: string, read: readonly Piece[]): FoundExpression | undefined {
  const pieces = longestWhole(read)
  const last = pieces.at(-1)
  const first = pieces[0]
  if (first === undefined || last === undefined) return undefined
  if (!pieces.some(({ kind }, index) => kind === 'function' || (kind === 'operator' && index > 0))) return undefined
  const written = withoutSeparators(text.slice(first.start, last.end))
  const isInSigns = pieces.every((piece) => text.slice(piece.start, piece.end) === piece.text)
  return { text: isInSigns ? written : spell(pieces), start: first.start, end: last.end }
}

/** `1,000` is a thousand to people alone. */
function withoutSeparators(text: string): string {
  return text.replace(/(?<=\d),(?=\d{3})/g, '')
}

function readPiece(text: string, from: number): Piece | undefined {
  let start = from
  for (const [form, sign] of squares) {
    form.lastIndex = start
    const match = form.exec(text)
    if (match !== null) return { kind: 'close', text: sign, start, end: start + match[0].length }
  }
  while (/\s/.test(text[start] ?? '')) start++
  for (const [kind, form, sign] of forms) {
    form.lastIndex = start
    const match = form.exec(text)
    if (match !== null) return { kind, text: sign ?? match[0], start, end: start + match[0].length }
  }
  return undefined
}

/** Whether the order is that of arithmetic. */
function canFollow(piece: Piece, pieces: readonly Piece[]): boolean {
  const previous = pieces.at(-1)?.kind
  const isAfterValue = previous === 'operand' || previous === 'close'
  if (piece.kind === 'operator') return isAfterValue || (piece.text === '-' && previous !== 'function')
  if (piece.kind === 'close') return isAfterValue
  return !isAfterValue
}

/** The longest beginning that is an expression of its own: ends with a value, all brackets closed. */
function longestWhole(pieces: readonly Piece[]): readonly Piece[] {
  let depth = 0
  let length = 0
  for (const [index, { kind, text }] of pieces.entries()) {
    if (kind === 'open') depth++
    if (text === ')') depth--
    if (depth < 0) break
    if (depth === 0 && (kind === 'operand' || kind === 'close')) length = index + 1
  }
  return pieces.slice(0, length)
}

/** With signs in place of words; a function in words takes the next value. */
function spell(pieces: readonly Piece[]): string {
  const parts: string[] = []
  for (const [index, piece] of pieces.entries()) {
    const isCalledInWords = pieces[index - 1]?.kind === 'function' && piece.kind !== 'open'
    const written = withoutSeparators(piece.text.trim())
    parts.push(isCalledInWords ? `(${written})` : written)
  }
  return parts
    .join(' ')
    .replace(/(sqrt|[a-z]\w*) \(/gi, '$1(')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')')
}
