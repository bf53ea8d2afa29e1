import { Lexer, type Token } from 'marked'
import { markdown } from './lexer.ts'

/** A piece of a text that is drawn by itself: what has not changed is not drawn anew. */
export interface MarkdownBlock {
  readonly key: number
  readonly raw: string
  /** Whether it is of one piece with the block before it. */
  readonly continues: boolean
}

/** A text in its blocks, the last of which may still grow. */
export interface SplitText {
  readonly blocks: readonly MarkdownBlock[]
  /** What links refer to by name, wherever it stands. */
  readonly definitions: string
}

/** A paragraph or a list that is longer is settled in parts, so that what comes costs the same however much there is. */
const maxOpen = 4_096

/** A sentence that is longer is none. */
const maxSentence = 16_384

/**
 * Splits a text that grows at its end. Only its end is read again when it does: what stands in front of a block whose first line is whole is
 * closed, whatever follows. Before, the line may yet be one of the block in front.
 */
export class BlockSplitter {
  #text = ''
  /** Where the block begins that may still change. */
  #openAt = 0
  #openContinues = false
  #settled: readonly MarkdownBlock[] = []
  #definitions = ''
  #split: SplitText = { blocks: [], definitions: '' }

  split(text: string): SplitText {
    if (text === this.#text) return this.#split
    if (!text.startsWith(this.#text)) this.#forget()
    this.#text = text
    const open = this.#read(text.slice(this.#openAt))
    const blocks =
      open === ''
        ? this.#settled
        : [...this.#settled, { key: this.#settled.length, raw: open, continues: this.#openContinues }]
    this.#split = { blocks, definitions: this.#definitions }
    return this.#split
  }

  #forget(): void {
    this.#openAt = 0
    this.#openContinues = false
    this.#settled = []
    this.#definitions = ''
  }

  /** Settles all but the last block of `source`, which is what it returns. */
  #read(source: string): string {
    const tokens = new Lexer(markdown.defaults).blockTokens(source, [])
    const lastAt = tokens.findLastIndex(({ type }) => type !== 'space')
    const last = tokens[lastAt]
    const isSure = last !== undefined && (isBegun(last) || isParted(tokens.slice(0, lastAt)))
    const closed = isSure ? lastAt : tokens.findLastIndex(({ type }, index) => type !== 'space' && index < lastAt)
    const settled: MarkdownBlock[] = []
    const settle = (raw: string) => {
      settled.push({ key: this.#settled.length + settled.length, raw, continues: this.#openContinues })
      this.#openContinues = false
      this.#openAt += raw.length
    }
    for (const token of tokens.slice(0, Math.max(closed, 0))) {
      if (token.type === 'space') this.#openAt += token.raw.length
      else settle(token.raw)
      if (token.type === 'def') this.#definitions += `${token.raw.trim()}\n`
    }
    const part = closed !== lastAt || last === undefined ? '' : partOf(last)
    if (part !== '') {
      settle(part)
      this.#openContinues = true
    }
    if (settled.length > 0) this.#settled = [...this.#settled, ...settled]
    return this.#text.slice(this.#openAt)
  }
}

/** Whether the lines that make it what it is are whole, or too long to become anything else. */
function isBegun({ type, raw }: Token): boolean {
  const lines = raw.trimStart().split('\n', 3).length - 1
  return lines >= (type === 'table' ? 2 : 1) || raw.length > maxOpen
}

const ending: ReadonlySet<string> = new Set(['paragraph', 'heading', 'table', 'hr'])

/** Whether there is an empty line behind the last block, and it is one that ends there. */
function isParted(before: readonly Token[]): boolean {
  return before.at(-1)?.type === 'space' && ending.has(before.at(-2)?.type ?? '')
}

/** What of a long block can be drawn by itself without waiting for its end; '' for nothing. */
function partOf(token: Token): string {
  if (token.raw.length <= maxOpen) return ''
  if (token.type === 'list' && Array.isArray(token.items))
    return token.items
      .slice(0, -1)
      .map(({ raw }: { readonly raw: string }) => raw)
      .join('')
  if (token.type !== 'paragraph') return ''
  const end = Math.max(...['. ', '! ', '? ', '\n'].map((mark) => token.raw.lastIndexOf(mark)))
  if (end > maxOpen / 2) return token.raw.slice(0, end + 1)
  const word = token.raw.lastIndexOf(' ')
  return token.raw.length > maxSentence && word > 0 ? token.raw.slice(0, word) : ''
}
