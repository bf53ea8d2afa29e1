import { describe, expect, it } from 'vitest'
import {
  type ContentPart,
  createTurn,
  decodeBlock,
  diagnoseTurn,
  findContentProblem,
  repairTurn,
  textPart,
  toolResultBlock,
  userBlock,
} from './index.ts'

const image = (data: string): ContentPart => ({ type: 'image', source: { type: 'base64', data } })
const file = (data: string): ContentPart => ({ type: 'file', source: { type: 'base64', data } })
/** As a history from elsewhere has it: no maker of blocks has seen it. */
const stored = (...content: readonly ContentPart[]) =>
  decodeBlock({ kind: 'user', id: 'u', createdAt: 1, metadata: {}, content }, 'block')

const unreadable: readonly (readonly [what: string, part: ContentPart, reason: string])[] = [
  ['a data: address', image('data:image/png;base64,AAAA'), 'has a data: address where its bytes should be'],
  ['an address of the web', image('https://example.com/a.png'), 'has bytes that are no base64'],
  ['a text', file('héllo'), 'has bytes that are no base64'],
  ['one letter too many', image('AAAAA'), 'has bytes that are no base64'],
  ['padding in the middle', image('AA==AAAA'), 'has bytes that are no base64'],
  ['wrong padding', image('AAA=='), 'has bytes that are no base64'],
  ['padding alone', image('=='), 'has bytes that are no base64'],
  ['line breaks', file('AAAA\nAAAA'), 'has bytes that are no base64'],
  ['the letters of URLs', image('-_-_'), 'has bytes that are no base64'],
  ['nothing', image(''), 'has no bytes'],
]

describe('bytes in a part', () => {
  it.each(unreadable)(
    'that are %s are refused where a block is made, and by the check of what tools gave',
    (_what, part, reason) => {
      const refused = expect.objectContaining({
        code: 'invalid_block',
        field: 'content[1].source.data',
        message: expect.stringContaining(`the ${part.type} in content[1] ${reason}`),
      })
      expect(() => userBlock([textPart('See'), part])).toThrow(refused)
      const result = { callId: 'c', name: 'f', outcome: 'ok', content: [textPart('See'), part] } as const
      expect(() => toolResultBlock(result)).toThrow(refused)
      expect(findContentProblem([part], 'output.content')).toContain(`output.content[0] ${reason}`)
    },
  )

  it.each(unreadable)('that are %s open with a history, and are diagnosed', (_what, part, reason) => {
    const turn = createTurn({ blocks: [stored(textPart('See'), part)] })
    expect(diagnoseTurn(turn)).toEqual([
      {
        code: 'unreadable_media',
        path: 'blocks[0].content[1]',
        blockId: 'u',
        message: expect.stringContaining(reason),
      },
    ])
  })

  it.each([image('AAAA'), image('AA'), image('AA=='), image('+/+/'), file(''), file('AAA=')])(
    'that are base64 are taken: %j',
    (part) => {
      expect(userBlock([part]).content).toEqual([part])
      expect(diagnoseTurn(createTurn({ blocks: [stored(part)] }))).toEqual([])
    },
  )

  it('are written as they should be by a repair where they can be read, and left out where not', () => {
    const before = stored(textPart('See'), image('data:image/png;base64,AA\nAA '), file('-_-_\n'), image('no bytes'))
    const { turn, changes } = repairTurn(createTurn({ blocks: [before] }))
    expect(diagnoseTurn(turn)).toEqual([])
    expect(turn.blocks).toMatchObject([
      {
        id: 'u',
        content: [
          textPart('See'),
          { type: 'image', mediaType: 'image/png', source: { type: 'base64', data: 'AAAA' } },
          { type: 'file', source: { data: '+/+/' } },
        ],
      },
    ])
    expect(changes).toMatchObject([{ code: 'unreadable_media', action: 'changed', path: 'blocks[0]', before }])
    expect(changes[0]?.message).toMatch(/the image in content\[3\] has bytes that are no base64: it was left out$/)
  })

  it('that nobody can read take a block of the user’s with them that held nothing else', () => {
    const before = stored(image(''))
    const { turn, changes } = repairTurn(createTurn({ blocks: [before] }))
    expect(turn.blocks).toEqual([])
    expect(changes).toMatchObject([{ code: 'unreadable_media', action: 'dropped', before }])
  })

  it('are read in time that grows with their length', () => {
    expect(findContentProblem([image('A'.repeat(40_000_000))], 'c')).toBeUndefined()
    expect(findContentProblem([image(`${'A'.repeat(40_000_000)}!`)], 'c')).toContain('no base64')
  })
})
