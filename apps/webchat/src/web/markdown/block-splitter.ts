import { Lexer, type Token } from 'marked'
import { markdown } from './lexer.ts'

/** A piece of a text that is drawn by itself: what has not changed is not drawn anew. */
export interface MarkdownBlock {
  readonly key: number
  readonly raw: string
}

/** A text in its blocks, the last of which may still grow. */
export interface SplitText {
  readonly blocks: readonly MarkdownBlock[]
  /** What links refer to by name, wherever it stands. */
  readonly definitions: string
}

/** A paragraph or a list that is longer is settled in parts, so that what comes costs the same however much there is. */
const maxOpen = 4_096

/**
 * Splits a text that grows at its end. Only its last block is read again when it does: what stands in front of a block that has begun is
 * closed, whatever follows.
 */
export class BlockSplitter {
  #text = ''
  /** Where the block begins that may still change. */
  #openAt = 0
  #settled: readonly MarkdownBlock[] = []
  #definitions = ''
  #split: SplitText = { blocks: [], definitions: '' }

  split(text: string): SplitText {
    if (text === this.#text) return this.#split
    if (!text.startsWith(this.#text)) this.#forget()
    this.#text = text
    const open = this.#read(text.slice(this.#openAt))
    const blocks = open === '' ? this.#settled : [...this.#settled, { key: this.#settled.length, raw: open }]
    this.#split = { blocks, definitions: this.#definitions }
    return this.#split
  }

  #forget(): void {
    this.#openAt = 0
    this.#settled = []
    this.#definitions = ''
  }

  /** Settles all but the last block of `source`, which is what it returns. */
  #read(source: string): string {
    const tokens = new Lexer(markdown.defaults).blockTokens(source, [])
    const lastAt = tokens.findLastIndex(({ type }) => type !== 'space')
    const settled: MarkdownBlock[] = []
    const settle = (raw: string) => {
      settled.push({ key: this.#settled.length + settled.length, raw })
      this.#openAt += raw.length
    }
    for (const token of tokens.slice(0, Math.max(lastAt, 0))) {
      if (token.type === 'space') this.#openAt += token.raw.length
      else settle(token.raw)
      if (token.type === 'def') this.#definitions += `${token.raw.trim()}\n`
    }
    const last = tokens[lastAt]
    const parts = last === undefined ? [] : partsOf(last)
    for (const part of parts) settle(part)
    if (settled.length > 0) this.#settled = [...this.#settled, ...settled]
    return this.#text.slice(this.#openAt)
  }
}

/** What of a long block can be drawn by itself without waiting for its end. */
function partsOf(token: Token): readonly string[] {
  if (token.raw.length <= maxOpen) return []
  if (token.type === 'list' && Array.isArray(token.items))
    return token.items.slice(0, -1).map((item: { readonly raw: string }) => item.raw)
  if (token.type !== 'paragraph') return []
  const sentence = token.raw.slice(0, -1).search(/[.!?\n][^.!?\n]*$/)
  return sentence < maxOpen / 2 ? [] : [token.raw.slice(0, sentence + 1)]
}
