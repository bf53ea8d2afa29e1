import { describe, expect, it } from 'vitest'
import { decodeEntities } from './entities.ts'
import { markdown } from './lexer.ts'

/** The formulas of a text, `display` ones in brackets. */
function formulas(text: string): readonly string[] {
  const found: string[] = []
  markdown.walkTokens(markdown.lexer(text), (token) => {
    if (token.type === 'math') found.push(token['display'] === true ? `[${token['text']}]` : String(token['text']))
  })
  return found
}

describe('formulas', () => {
  it.each([
    ['$x^2$ and \\(y\\)', ['x^2', 'y']],
    ['$$\nx\n$$', ['[x]']],
    ['\\[\nx\n\\]\n\nmore', ['[x]']],
    ['it is $$x$$ there', ['[x]']],
    ['$5 and $6', []],
    ['from $5-$10', []],
    ['`$x$`', []],
    ['```\n$x$\n```', []],
    ['\\$x\\$', []],
  ])('in %j', (text, expected) => expect(formulas(text)).toEqual(expected))
})

describe('character references', () => {
  it.each([
    ['a &amp; b', 'a & b'],
    ['&#65;&#x42;', 'AB'],
    ['&lt;b&gt;', '<b>'],
    ['&unknown; & &#0;', '&unknown; & \ufffd'],
  ])('%j', (text, expected) => expect(decodeEntities(text)).toBe(expected))
})
