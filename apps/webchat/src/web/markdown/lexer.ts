import { Marked, type Marked as MarkedType, type TokenizerExtension, type Tokens } from 'marked'

/** A formula; `display`: on a line of its own. */
export interface MathToken extends Tokens.Generic {
  readonly type: 'math'
  readonly text: string
  readonly display: boolean
}

/** To its end, or as far as there is no empty line: what stands in between, as a hyphen, begins no list. */
const displayed =
  /^ {0,3}(?:\$\$((?:(?!\n[ \t]*\n|\$\$)[\s\S])+)(\$\$)?|\\\[((?:(?!\n[ \t]*\n|\\\])[\s\S])+)(\\\])?)[ \t]*(?:\n+|$)/

const blockMath: TokenizerExtension = {
  name: 'mathBlock',
  level: 'block',
  start: (source) => source.match(/^ {0,3}(\$\$|\\\[)/m)?.index,
  tokenizer(source) {
    const found = displayed.exec(source)
    if (found === null) return undefined
    const [raw, dollars, dollarsEnd, brackets, bracketsEnd] = found
    if (dollarsEnd !== undefined || bracketsEnd !== undefined) return mathOf(raw, dollars ?? brackets ?? '', true)
    // Not also the empty line behind it: by that, what follows is known as no part of it.
    const text = raw.trimEnd()
    return { type: 'paragraph', raw: text, text, tokens: this.lexer.inline(text) }
  },
}

const inlineMath: TokenizerExtension = {
  name: 'mathInline',
  level: 'inline',
  start: (source) => source.match(/\$|\\[([]/)?.index,
  tokenizer(source) {
    const display = /^\$\$([^$\n]+?)\$\$/.exec(source) ?? /^\\\[([\s\S]+?)\\\]/.exec(source)
    if (display !== null) return mathOf(display[0], display[1] ?? '', true)
    // As in Pandoc: `$5 and $6` are prices.
    const inline = /^\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/.exec(source) ?? /^\\\(([\s\S]+?)\\\)/.exec(source)
    return inline === null ? undefined : mathOf(inline[0], inline[1] ?? '', false)
  },
}

function mathOf(raw: string, text: string, display: boolean): MathToken {
  return { type: 'math', raw, text: text.trim(), display }
}

/** Markdown as models write it: with tables, and with formulas in `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. */
export const markdown: MarkedType = new Marked({ gfm: true }, { extensions: [blockMath, inlineMath] })
