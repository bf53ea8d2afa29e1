import type { JsonObject } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createFrameMemory, type FrameMemory, type FramePath } from './frame-memory.ts'

const path: FramePath = ['choices', 0, 'delta', 'content']
const ignored = ['created', 'padding']

interface Frame {
  readonly content: string
  readonly created?: number
  readonly padding?: string
  readonly model?: string
}

function frameOf({ content, created = 5, padding = 'xy', model = 'm' }: Frame): string {
  return JSON.stringify({ created, model, choices: [{ index: 0, delta: { content } }], usage: null, padding })
}

/** A memory that has learned the frame, and the pieces that it hands on. */
function learned(data: string, at: FramePath = path): { memory: FrameMemory; pieces: string[] } {
  const memory = createFrameMemory(ignored)
  const pieces: string[] = []
  learn(memory, data, pieces, at)
  return { memory, pieces }
}

function learn(memory: FrameMemory, data: string, pieces: string[], at: FramePath = path): void {
  const frame: JsonObject = JSON.parse(data)
  memory.learn('message', data, frame, at, { append: (piece) => void pieces.push(piece) })
}

const texts = [
  'a',
  ' two',
  '\n\n',
  ' "quoted"',
  'back\\slash',
  'ä',
  '漢字',
  '🦜',
  '\ud83e',
  '\u0001\u001f\u2028',
  '{"city":',
]

describe('a memory of frames', () => {
  it.each(texts)('reads %j as the parser does', (content) => {
    const { memory, pieces } = learned(frameOf({ content: 'a piece' }))
    expect(memory.take('message', frameOf({ content }))).toBe(true)
    expect(memory.take('message', frameOf({ content: content.repeat(20), created: 1_770_000_000, padding: '' }))).toBe(
      true,
    )
    expect(pieces).toEqual([content, content.repeat(20)])
  })

  it.each(texts)('learns a frame with %j', (content) => {
    const { memory, pieces } = learned(frameOf({ content }))
    expect(memory.take('message', frameOf({ content: 'next' }))).toBe(true)
    expect(pieces).toEqual(['next'])
  })

  it('takes nothing before it has learned', () => {
    expect(createFrameMemory([]).take('message', frameOf({ content: 'a' }))).toBe(false)
  })

  it.each([
    ['another event', 'other', frameOf({ content: 'b' })],
    ['another value', 'message', frameOf({ content: 'b', model: 'other' })],
    ['one more field', 'message', frameOf({ content: 'b' }).replace('"usage"', '"id":1,"usage"')],
    ['something behind it', 'message', `${frameOf({ content: 'b' })} `],
    ['a cut', 'message', frameOf({ content: 'b' }).slice(0, -1)],
    ['a cut in the piece', 'message', '{"created":5,"model":"m","choices":[{"index":0,"delta":{"content":"b\\'],
    ['a piece that is no text', 'message', frameOf({ content: 'b' }).replace('"b"', 'null')],
    ['a line end in the piece', 'message', frameOf({ content: 'b' }).replace('"b"', '"\t"')],
    ['an escape in a field that means nothing', 'message', frameOf({ content: 'b', padding: '\n' })],
    ['a fraction', 'message', frameOf({ content: 'b', created: 1.5 })],
    ['a number below 0', 'message', frameOf({ content: 'b', created: -1 })],
    ['a number that is none', 'message', frameOf({ content: 'b' }).replace(':5', ':05')],
    ['no number', 'message', frameOf({ content: 'b' }).replace(':5', ':')],
  ])('leaves %s to the caller, and forgets', (_what, name, data) => {
    const { memory, pieces } = learned(frameOf({ content: 'a' }))
    expect(memory.take(name, data)).toBe(false)
    expect(memory.take('message', frameOf({ content: 'a' }))).toBe(false)
    expect(pieces).toEqual([])
  })

  it('throws at an escape that there is not, as the parser does', () => {
    const { memory } = learned(frameOf({ content: 'a' }))
    expect(() => memory.take('message', frameOf({ content: 'a' }).replace('"a"', '"\\x"'))).toThrow(SyntaxError)
  })

  it('finds the piece among the same texts elsewhere', () => {
    const data = '{"m":"m","x":["m","\\"m\\""],"n":{"content":"m"},"content":"m"}'
    const { memory, pieces } = learned(data, ['content'])
    expect(memory.take('message', data.replace(/"m"}$/, '"b"}'))).toBe(true)
    expect(pieces).toEqual(['b'])
    expect(memory.take('message', data.replace('"n":{"content":"m"}', '"n":{"content":"b"}'))).toBe(false)
  })

  it('finds the one of two fields of a name that the parser reads', () => {
    const { memory, pieces } = learned('{"content":"m","content":"m"}', ['content'])
    expect(memory.take('message', '{"content":"m","content":"b"}')).toBe(true)
    expect(pieces).toEqual(['b'])
  })

  it('learns nothing of a piece that is written in a way of its own, or of what is no text', () => {
    for (const data of ['{"content":"\\u0061"}', '{"content":5}', '{"content":null}', '{"other":"a"}', '{}']) {
      const { memory } = learned(data, ['content'])
      expect(memory.take('message', data)).toBe(false)
    }
  })

  it('stops to learn where no frame is like the one before it', () => {
    const memory = createFrameMemory(ignored)
    const pieces: string[] = []
    for (let index = 0; index < 10; index++) {
      const model = `model ${index}`
      expect(memory.take('message', frameOf({ content: 'a', model }))).toBe(false)
      learn(memory, frameOf({ content: 'a', model }), pieces)
    }
    expect(memory.take('message', frameOf({ content: 'a', model: 'model 9' }))).toBe(false)
  })

  it('goes on to learn where most frames are', () => {
    const memory = createFrameMemory(ignored)
    const pieces: string[] = []
    for (let index = 0; index < 100; index++) {
      const model = `model ${Math.floor(index / 10)}`
      if (!memory.take('message', frameOf({ content: 'a', model })))
        learn(memory, frameOf({ content: 'a', model }), pieces)
    }
    expect(pieces).toHaveLength(90)
  })
})
