import { type CancelTimer, type Clock, untilAborted } from '@geppetto/context'
import { networkError } from './network-error.ts'

/** How long the end of the body is waited for once the answer is whole, in milliseconds, so that the connection can be used again. */
const lingerMs = 50

/** What the reader of a body wants next: more, to wait first, to leave at once, or to leave when the body does not end by itself soon. */
export type Wish = undefined | Promise<void> | 'stop' | 'stop-soon'

/** Reads a body chunk by chunk until it ends, `onChunk` has enough, or `signal` aborts (then rejects with its reason). The body is let go of in every case. */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  clock: Clock,
  onChunk: (bytes: Uint8Array) => Wish,
): Promise<void> {
  if (body === null) return
  const reader = body.getReader()
  // A body that does not listen to the signal is cut off here; the pending read then ends.
  const leave = () => {
    reader.cancel().catch(ignoreBrokenBody)
  }
  signal.addEventListener('abort', leave, { once: true })
  let stopLingering: CancelTimer | undefined
  try {
    while (true) {
      let chunk: ReadableStreamReadResult<Uint8Array>
      try {
        chunk = await reader.read()
      } catch (error) {
        signal.throwIfAborted()
        // Once the answer is whole, it does not matter how the connection ends.
        if (stopLingering !== undefined) return
        throw networkError('the connection broke while the answer was read', error)
      }
      signal.throwIfAborted()
      if (chunk.done) return
      const wish = onChunk(chunk.value)
      if (wish === 'stop') return
      if (wish === 'stop-soon') stopLingering ??= clock.schedule(leave, lingerMs)
      else if (wish !== undefined) await untilAborted(signal, wish)
    }
  } finally {
    stopLingering?.()
    signal.removeEventListener('abort', leave)
    leave()
  }
}

/** The body as text, up to about `maxLength` characters: what comes after them is not waited for. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  clock: Clock,
  maxLength: number = Number.POSITIVE_INFINITY,
): Promise<string> {
  const decoder = new TextDecoder('utf-8')
  let text = ''
  await readBody(body, signal, clock, (bytes) => {
    text += decoder.decode(bytes, { stream: true })
    return text.length > maxLength ? 'stop' : undefined
  })
  return text + decoder.decode()
}

/** A body that fails while it is thrown away has nothing to tell: whoever read it got the error. */
function ignoreBrokenBody(): void {}
