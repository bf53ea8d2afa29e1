import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { loadHighlighter } from './highlight.ts'
import { renderMarkdown } from './render-markdown.ts'

const plain = (text: string, columns = 40) => renderMarkdown(text, columns).map(stripVTControlCharacters)

describe('renderMarkdown', () => {
  it('breaks paragraphs between words, and keeps the lines of the model', () => {
    expect(plain('one two three four\nfive', 10)).toEqual(
      ['one two ', 'three four', 'five'].map((line) => line.trimEnd()),
    )
  })

  it('puts lists below their words, also one within another', () => {
    expect(plain('- one two three\n  - four\n- [x] done', 12)).toEqual(['• one two', '  three', '  • four', '• ☑ done'])
    expect(plain('9. nine\n10. ten')).toEqual(['9.  nine', '10. ten'])
  })

  it('shows code as it is, and colours it where the language is known', async () => {
    await loadHighlighter()
    expect(plain('```ts\nconst a = 1\n\n  a()\n```')).toEqual(['  ts', '  const a = 1', '', '    a()'])
    expect(renderMarkdown('```ts\nconst a = 1\n```', 40)[1]).toContain('\u001b[35mconst')
    expect(plain('```nolang\n<b>\n```')).toEqual(['  nolang', '  <b>'])
  })

  it('aligns tables, and makes lists of them where they do not fit', () => {
    const table = '| a | number |\n|---|---:|\n| x | 1 |\n| long | 22 |'
    expect(plain(table)).toEqual(['a     number', '────  ──────', 'x          1', 'long      22'])
    expect(plain(table, 8)).toEqual(['a: x', 'number:', '1', '', 'a: long', 'number:', '22'])
  })

  it('shows where a link leads', () => {
    expect(plain('[here](https://example.com) and <https://example.com>', 80)).toEqual([
      'here (https://example.com) and https://example.com',
    ])
  })

  it('shows HTML and entities as text', () => {
    expect(plain('a <b>x</b> &lt; b')).toEqual(['a <b>x</b> < b'])
  })

  it('is never wider than it may be, whatever is in it', () => {
    const text = `# ${'wide '.repeat(20)}\n\n> ${'漢字'.repeat(40)}\n\n- ${'x'.repeat(90)}\n\n\`\`\`\n${'y'.repeat(90)}\n\`\`\`\n\n${'word '.repeat(40)}`
    for (const line of renderMarkdown(text, 30)) expect(stringWidth(line)).toBeLessThanOrEqual(30)
  })
})
