import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { takeBody, textTaker } from './answer-body.ts'
import { createSseReader } from './sse.ts'

const encoder = new TextEncoder()

/** What a body is taken for and read as, in the chunks that it comes in. */
async function read(chunks: readonly Uint8Array[]): Promise<readonly unknown[]> {
  const read: unknown[] = []
  const reader = createSseReader({
    event: (name, data) => void read.push([name, data]),
    other: (line) => void read.push(line),
  })
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  await takeBody(body, new AbortController().signal, createManualClock(), (form) => {
    read.push(form)
    if (form !== 'events') return textTaker((text) => read.push(text))
    return { take: (bytes) => void reader.push(bytes), end: () => reader.end() }
  })
  return read
}

describe.each(['', '\uFEFF', '\n\n', '  ', '\uFEFF\r\n \t', ' \n'.repeat(20)])('a body behind %j', (before) => {
  const stream = 'data: one\n\nevent: e\ndata: two\n\n'
  const answers = [
    { text: stream, seen: ['events', ['message', 'one'], ['e', 'two']] },
    { text: `: hello\n${stream}`, seen: ['events', ['message', 'one'], ['e', 'two']] },
    { text: '{"a": "Grüß Gott"}', seen: ['json', '{"a": "Grüß Gott"}'] },
  ]
  it.each(answers)('is read from its first character on, wherever it is cut: $text', async ({ text, seen }) => {
    const bytes = encoder.encode(before + text)
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(seen)
    expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(seen)
  })
})

it('is nothing where there is nothing but white space and a mark', async () => {
  expect(await read([encoder.encode('\uFEFF'), encoder.encode(' \n')])).toEqual([undefined, ''])
})
