import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockSplitter } from './block-splitter.ts'
import { markdown } from './lexer.ts'

const pieces = [
  '# Head',
  '\n',
  '\n\n',
  '- one',
  '\n  more',
  '1. a',
  '```ts\n',
  'code `x`',
  '\n```',
  '| a | b |',
  '\n|---|---|',
  '\n| 1 | 2 |',
  '> said',
  '$$',
  'x^2',
  '    ',
  '---',
  '[a]: https://a.example',
  '<b>',
  'A word. ',
  '***',
  '\\[',
]

const raws = (splitter: BlockSplitter, text: string) => splitter.split(text).blocks.map(({ raw }) => raw)

/** What is drawn: the tokens of all blocks, without what only stands between them. */
const drawn = (blocks: readonly string[]) =>
  blocks.flatMap((raw) => markdown.lexer(raw).filter(({ type }) => type !== 'space')).map(({ type }) => type)

describe('a text in blocks', () => {
  it('is the same blocks, however it has grown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 24 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (parts, cuts) => {
          const text = parts.join('')
          const growing = new BlockSplitter()
          for (const cut of [...cuts].sort((one, other) => one - other)) growing.split(text.slice(0, cut))
          expect(drawn(raws(growing, text))).toEqual(drawn(raws(new BlockSplitter(), text)))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('is the same blocks behind a formula that is not closed', () => {
    const text = '\\[# Head# Head\n\n<b>\n```\n| 1 | 2 |'
    const growing = new BlockSplitter()
    growing.split(text.slice(0, 20))
    expect(drawn(raws(growing, text))).toEqual(drawn(raws(new BlockSplitter(), text)))
  })

  it('keeps the blocks that are closed as the same objects', () => {
    const splitter = new BlockSplitter()
    const before = splitter.split('One.\n\nTwo.\n\nThr').blocks
    const after = splitter.split('One.\n\nTwo.\n\nThree.').blocks
    expect(after.slice(0, 2)).toEqual([before[0], before[1]])
    expect(after[0]).toBe(before[0])
    expect(after[2]?.raw).toBe('Three.')
  })

  it('begins anew where a text is another', () => {
    const splitter = new BlockSplitter()
    splitter.split('One.\n\nTwo.')
    expect(raws(splitter, 'Other.')).toEqual(['Other.'])
  })

  it('knows what links refer to, wherever it stands', () => {
    const { definitions } = new BlockSplitter().split('See [it][a].\n\n[a]: https://a.example\n\nMore.\n\nEnd.')
    expect(definitions).toBe('[a]: https://a.example\n')
  })

  it.each([
    ['list', Array.from({ length: 400 }, (_, index) => `${index + 1}. an item of it`).join('\n')],
    ['paragraph', 'A sentence of some words. '.repeat(400)],
    ['sentence', 'words and '.repeat(4_000)],
  ])('settles a long %s in parts, and loses nothing', (_, text) => {
    const splitter = new BlockSplitter()
    for (let at = 0; at < text.length; at += 997) splitter.split(text.slice(0, at))
    const { blocks } = splitter.split(text)
    expect(blocks.map(({ raw }) => raw).join('')).toBe(text)
    expect(blocks.length).toBeGreaterThan(1)
    expect(blocks.slice(1).every(({ continues }) => continues)).toBe(true)
    expect(blocks.at(-1)?.raw.length).toBeLessThan(20_000)
  })
})
