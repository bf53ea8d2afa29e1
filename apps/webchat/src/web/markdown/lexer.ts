import { Marked, type Marked as MarkedType, type TokenizerExtension, type Tokens } from 'marked'

/** A formula; `display`: on a line of its own. */
export interface MathToken extends Tokens.Generic {
  readonly type: 'math'
  readonly text: string
  readonly display: boolean
}

const blockMath: TokenizerExtension = {
  name: 'mathBlock',
  level: 'block',
  start: (source) => source.match(/^ {0,3}(\$\$|\\\[)/m)?.index,
  tokenizer(source) {
    const found = /^ {0,3}(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]) *(?:\n+|$)/.exec(source)
    return found === null ? undefined : mathOf(found[0], found[1] ?? found[2] ?? '', true)
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
