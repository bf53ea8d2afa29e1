import { type CancelTimer, type Clock, untilAborted } from '@geppetto/context'
import { toEngineError } from './engine-error.ts'

/** How long the end of the body is waited for once the answer is whole, in milliseconds, so that the connection can be used again. */
const lingerMs = 50

/** What the reader of a body wants next: more, to wait first, to leave at once, or to leave when the body does not end by itself soon. */
type Wish = undefined | Promise<void> | 'stop' | 'stop-soon'

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
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw toEngineError(error, 'network')
      })
      signal.throwIfAborted()
      if (done) return
      const wish = onChunk(value)
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

/** The body as text. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
  clock: Clock,
): Promise<string> {
  const decoder = new TextDecoder('utf-8')
  let text = ''
  await readBody(body, signal, clock, (bytes) => {
    text += decoder.decode(bytes, { stream: true })
    return undefined
  })
  return text + decoder.decode()
}

/** A body that fails while it is thrown away has nothing to tell: whoever read it got the error. */
function ignoreBrokenBody(): void {}
