import { getEventListeners } from 'node:events'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { readBody, readText, type Wish } from './read-body.ts'

/** A body of one character a chunk, that says when it was let go. */
function bodyOf(text: string, isEndless = false) {
  const characters = [...text]
  const state = { isCancelled: false }
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const character = characters.shift()
      if (character !== undefined) controller.enqueue(new TextEncoder().encode(character))
      else if (!isEndless) controller.close()
    },
    cancel() {
      state.isCancelled = true
    },
  })
  return { body, state }
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('reading a body', () => {
  it('gives its text, and nothing for a body that is not there', async () => {
    const { signal } = new AbortController()
    expect(await readText(bodyOf('äö🦜').body, signal, createManualClock())).toBe('äö🦜')
    expect(await readText(null, signal, createManualClock())).toBe('')
    expect(listeners(signal)).toBe(0)
  })

  it.each([
    ['its reader has enough', () => 'stop'],
    [
      'its reader throws',
      () => {
        throw new Error('a bug')
      },
    ],
  ] satisfies [string, () => Wish][])('lets it go when %s, without the help of the signal', async (_when, onChunk) => {
    const { signal } = new AbortController()
    const { body, state } = bodyOf('abc', true)
    await readBody(body, signal, createManualClock(), onChunk).catch((error: Error) =>
      expect(error.message).toBe('a bug'),
    )
    expect(state.isCancelled).toBe(true)
    expect(listeners(signal)).toBe(0)
  })

  it('waits for its reader before it takes more', async () => {
    const { signal } = new AbortController()
    const gate = Promise.withResolvers<void>()
    let chunks = 0
    const reading = readBody(bodyOf('abc').body, signal, createManualClock(), () => {
      chunks++
      return chunks === 1 ? gate.promise : undefined
    })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(chunks).toBe(1)
    gate.resolve()
    await reading
    expect(chunks).toBe(3)
  })

  it('goes on to the end of the body when it ends by itself soon', async () => {
    const { signal } = new AbortController()
    const clock = createManualClock()
    const { body, state } = bodyOf('abc')
    let chunks = 0
    await readBody(body, signal, clock, () => {
      chunks++
      return 'stop-soon'
    })
    expect(chunks).toBe(3)
    expect(state.isCancelled).toBe(false)
    expect(clock.scheduled).toBe(0)
  })

  it('is a network error when the body breaks', async () => {
    const { signal } = new AbortController()
    const cause = new Error('other side closed')
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(cause) })
    await expect(readText(body, signal, createManualClock())).rejects.toMatchObject({
      code: 'network',
      message: 'the connection broke while the answer was read: other side closed',
      cause,
    })
  })
})
