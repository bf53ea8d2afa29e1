import type { ServerResponse } from 'node:http'
import { assistantText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { infer } from './engine-under-test.test-helper.ts'
import type { EventCollector } from './event-collector.test-helper.ts'
import { beginStream, startProvider } from './loopback-provider.test-helper.ts'
import { type Line, toStream } from './script-adapter.test-helper.ts'

const lines: readonly Line[] = [
  { do: 'open', piece: 't', kind: 'text' },
  { do: 'add', piece: 't', delta: 'Ä 🦜' },
  { do: 'call', piece: 'c', name: 'pay' },
  { do: 'add', piece: 'c', delta: '{"to":"Zo' },
  { do: 'add', piece: 'c', delta: 'ë 🦜"}' },
  { do: 'close', piece: 'c' },
  { do: 'close', piece: 't' },
  { do: 'stop', word: 'tools' },
]
const bytes = Buffer.from(toStream(lines))
/** Where the frame that closes the tool call is whole. */
const callIsClosedAt = Buffer.byteLength(toStream(lines.slice(0, 6)))

/** Everything that any sink saw as text, arguments or reasoning is in the turn, under the same id. */
function holdsWhatWasSeen(turn: Turn, sink: EventCollector): boolean {
  return [...sink.seen].every(([id, seen]) => {
    const block = turn.blocks.find((candidate) => candidate.id === id)
    if (block?.kind === 'assistant') return block.text === seen
    if (block?.kind !== 'tool-call') return false
    return block.input.state === 'parsed' ? JSON.stringify(block.input.value) === seen : block.input.raw === seen
  })
}

async function checkEachCut(cutAt: (response: ServerResponse, cut: number) => void): Promise<void> {
  await using provider = await startProvider((response, request) => {
    // The request says where: the transport's path is the adapter's, the body is the turn's.
    cutAt(response, Number(request.headers['x-cut']))
  })
  for (let cut = 0; cut < bytes.length; cut++) {
    const inference = infer({
      host: 'loopback',
      send: (request, signal) =>
        fetch(provider.baseUrl, {
          method: 'POST',
          body: request.body,
          headers: { ...request.headers, 'x-cut': String(cut) },
          signal,
        }),
    })
    const { turn, error } = await inference.outcome
    const where = `cut at byte ${cut} of ${bytes.length}`
    expect(turn, `${where}: a short success`).toBeUndefined()
    expect(['protocol', 'network'], where).toContain(error?.code)
    const partial = error?.partial
    if (partial === undefined) throw new Error(`${where}: nothing was kept`)
    expect(holdsWhatWasSeen(partial, inference.sink), where).toBe(true)
    expect('Ä 🦜'.startsWith(assistantText(partial)), where).toBe(true)
    const call = partial.blocks.find((block) => block.kind === 'tool-call')
    if (call?.input.state === 'parsed') expect(cut, `${where}: a call to run`).toBeGreaterThanOrEqual(callIsClosedAt)
    expect(inference.sink.problem(), where).toBeUndefined()
    expect(inference.leftovers(), where).toEqual({ timers: 0, listeners: 0 })
  }
}

describe('a stream that is cut at any byte', () => {
  it('is an error with all that a sink saw, never a short success, when it ends well-formed', async () => {
    await checkEachCut((response, cut) => {
      beginStream(response)
      response.end(bytes.subarray(0, cut))
    })
  })

  it('is the same error when the connection breaks', async () => {
    await checkEachCut((response, cut) => {
      beginStream(response)
      response.write(bytes.subarray(0, cut), () => response.destroy())
    })
  })

  it('is an answer when nothing is missing, in one write for each byte', async () => {
    await using provider = await startProvider((response) => {
      beginStream(response)
      for (const byte of bytes) response.write(Uint8Array.of(byte))
      response.end()
    })
    const { turn } = await infer(provider.baseUrl).outcome
    expect(turn?.blocks.at(-1)).toMatchObject({ name: 'pay', input: { state: 'parsed', value: { to: 'Zoë 🦜' } } })
  })
})
