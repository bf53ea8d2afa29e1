import { describe, expect, it, vi } from 'vitest'
import { createSseReader } from './sse.ts'

type Received = readonly (readonly [name: string, data: string])[]

/** What is nasty in one place: all three line ends, mixed; cut characters; fields that only look like ours. */
const nasty = [
  '\uFEFFdata: after a byte order mark\r\n\r\n',
  ': a comment\ndata: first\n\n',
  'event: named\r\ndata: äöü 🦜 漢字\r\n\r\n',
  'data: one\rdata: two\rdata\rdata:  three\r\r',
  'data\n\n',
  'data:\n\n',
  'data:no space\ndata:\n\n',
  'dataset: no\nevents: no\ndat: no\ndata: yes\nevent\n\n',
  'event: without data\n\nevent: a\nevent: b\ndata: last name wins\nid: 7\nretry: 10\n\n',
  '\n\r\n\r\n\r\r',
  'data: {"a":"b: c"}\r\n\n',
  ':\n:\r\ndata: \uFEFF mark inside\r\r\n',
  'data: null\0inside\n\n',
  'data: never finished\n',
  'data: nor this',
].join('')

/** The specification, word for word and slow. */
function reference(text: string): Received {
  const received: [string, string][] = []
  let name = ''
  let data = ''
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  // What follows the last line end is no line.
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data !== '') received.push([name === '' ? 'message' : name, data.slice(0, -1)])
      name = ''
      data = ''
      continue
    }
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') name = value
    if (field === 'data') data += `${value}\n`
  }
  return received
}

function readChunks(chunks: readonly Uint8Array[]): Received {
  const received: [string, string][] = []
  const reader = createSseReader({ event: (name, data) => void received.push([name, data]) })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return received
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Numbers that are the same in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function splitRandomly(bytes: Uint8Array, random: () => number, longest: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = start + Math.floor(random() * (longest + 1))
    chunks.push(bytes.slice(start, end))
    start = end
  }
  return chunks
}

describe('reading server-sent events', () => {
  const bytes = bytesOf(nasty)
  const expected = reference(nasty)

  it('gives what the specification says for line ends, comments, fields and empty data', () => {
    expect(readChunks([bytes])).toEqual(expected)
    expect(expected).toContainEqual(['message', 'one\ntwo\n\n three'])
    expect(expected).toContainEqual(['message', ''])
    expect(expected).toContainEqual(['b', 'last name wins'])
    expect(expected.map(([, data]) => data)).not.toContain('never finished')
  })

  it('gives the same wherever the bytes are cut in two', () => {
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(readChunks([bytes.slice(0, cut), bytes.slice(cut)]), `cut at ${cut}`).toEqual(expected)
  })

  it('gives the same byte by byte, also with empty chunks between', () => {
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(readChunks(single)).toEqual(expected)
    expect(readChunks(single.flatMap((byte) => [byte, new Uint8Array()]))).toEqual(expected)
  })

  it('gives the same in random splits', () => {
    const random = pseudoRandom(7)
    for (let round = 0; round < 300; round++)
      expect(readChunks(splitRandomly(bytes, random, 1 + (round % 40)))).toEqual(expected)
  })

  it('agrees with the specification on random mixtures of its own characters', () => {
    const random = pseudoRandom(11)
    const words = ['\n', '\r', '\r\n', '\n\n', 'data', 'event', 'data:', 'event: ', ':', ' ', 'ä', '🦜', 'x', '\uFEFF']
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 40 }, () => words[Math.floor(random() * words.length)]).join('')
      const actual = readChunks(splitRandomly(bytesOf(text), random, 5))
      expect(actual, JSON.stringify(text)).toEqual(reference(text))
    }
  })

  it('begins to give events before the stream ends', () => {
    const received: string[] = []
    const reader = createSseReader({ event: (_name, data) => void received.push(data) })
    reader.push(bytesOf('data: a\r\n\r'))
    expect(received).toEqual(['a'])
    reader.push(bytesOf('\ndata: b\n\n'))
    expect(received).toEqual(['a', 'b'])
  })

  it('puts a replacement character where a character was cut off by the end of the stream', () => {
    const cut = bytesOf('data: 🦜').slice(0, -1)
    expect(readChunks([bytesOf('data: a\n\n'), cut])).toEqual([['message', 'a']])
    expect(readChunks([Uint8Array.of(...bytesOf('data: '), 0xf0, 0x9f, ...bytesOf('\n\n'))])).toEqual([
      ['message', '\uFFFD'],
    ])
  })

  it('reads a line of many chunks without going over its beginning again', () => {
    const searched: number[] = []
    const { indexOf } = String.prototype
    const spy = vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, text, from = 0) {
      searched.push(this.length - from)
      return indexOf.call(this, text, from)
    })
    let length = 0
    const reader = createSseReader({
      event: (_name, data) => {
        length = data.length
      },
    })
    const chunk = bytesOf('x'.repeat(1_024))
    try {
      reader.push(bytesOf('data: '))
      for (let index = 0; index < 1_000; index++) reader.push(chunk)
      reader.push(bytesOf('\n\n'))
    } finally {
      spy.mockRestore()
    }
    expect(length).toBe(1_024_000)
    // Each character once for each of the two ends that a line may have, and little beside.
    const total = searched.reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThanOrEqual(2 * 1_024_000)
    expect(total).toBeLessThan(2.1 * 1_024_000)
  })
})
