/** A word, a string or a sign of a Go source; comments and white space are none. */
export interface GoToken {
  readonly kind: 'word' | 'string' | 'sign'
  /** Of a string what stands between its quotes, as it is written. */
  readonly text: string
  readonly line: number
  readonly column: number
}

const pattern =
  /(?<space>[ \t\r\n]+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<raw>`[^`]*(?:`|$))|(?<string>"(?:\\.|[^"\\\n])*"?)|(?<rune>'(?:\\.|[^'\\\n])*'?)|(?<word>[\p{L}_][\p{L}\p{Nd}_]*)|(?<sign>:=|\.\.\.|[\s\S])/gu

/** Reads a source to its end, whatever it holds. */
export function tokenizeGo(source: string): GoToken[] {
  const tokens: GoToken[] = []
  let line = 1
  let lineStart = 0
  for (const { 0: text, index, groups = {} } of source.matchAll(pattern)) {
    const place = { line, column: index - lineStart + 1 }
    if (groups.word !== undefined) tokens.push({ kind: 'word', text, ...place })
    else if (groups.sign !== undefined) tokens.push({ kind: 'sign', text, ...place })
    else if (groups.raw !== undefined || groups.string !== undefined)
      tokens.push({ kind: 'string', text: text.slice(1, -1), ...place })
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      line += 1
      lineStart = index + at + 1
    }
  }
  return tokens
}
