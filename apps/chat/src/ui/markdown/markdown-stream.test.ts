import { describe, expect, it } from 'vitest'
import { MarkdownStream } from './markdown-stream.ts'

/** What is finished after each piece, and at the end. */
function fed(...pieces: string[]): (string | undefined)[] {
  const stream = new MarkdownStream()
  const finished = pieces.map((piece) => {
    stream.push(piece)
    return stream.takeFinished()
  })
  return [...finished, stream.end()]
}

describe('MarkdownStream', () => {
  it('keeps back the block that is being written', () => {
    expect(fed('One', ' line.\n', '\nTwo', '.')).toEqual([undefined, undefined, 'One line.\n\n', undefined, 'Two.'])
  })

  it('does not part a piece of code at its empty lines', () => {
    expect(fed('```\na\n\n', 'b\n', '```\n\n', 'After')).toEqual([
      undefined,
      undefined,
      undefined,
      '```\na\n\nb\n```\n\n',
      'After',
    ])
  })

  it('keeps a list together, and a heading that its underline makes', () => {
    expect(fed('- one\n', '\n- two\n', '\nText', '\n===\n')).toEqual([
      undefined,
      undefined,
      '- one\n\n- two\n\n',
      undefined,
      'Text\n===\n',
    ])
  })

  it.each([1, 3, 7])('loses and doubles nothing, in pieces of %i characters', (size) => {
    const text = '# Title\n\nText with\ttabs.\r\n\n1. one\n2. two\n\n```js\nlet a\n```\n\n| a |\n|---|\n| b |\n\nEnd'
    const stream = new MarkdownStream()
    let all = ''
    for (let at = 0; at < text.length; at += size) {
      stream.push(text.slice(at, at + size))
      all += stream.takeFinished() ?? ''
    }
    expect(all + stream.end()).toBe(text)
  })
})
