import { createSseReader, parseJsonObject } from '@geppetto/engine'
import { type Event, type EventCursor, isEvent } from '@geppetto/events'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { ClientError } from './client-error.ts'
import { formatCursor, streamFrames } from './protocol/stream.ts'
import type { ServerLink } from './server-link.ts'

/** What a stream tells, frame by frame. */
export interface StreamListener {
  onOpen(): void
  onEvent(event: Event): void
  onTurn(json: JsonObject): void
  onStatus(json: JsonObject): void
  onDeleted(): void
  /** After the frames that came together. */
  onChunk(): void
}

/** How long a stream may be silent before it is given up, in milliseconds: three times as long as a server is. */
const silenceMs = 45_000

/**
 * Reads the events of a session behind `from` until the stream ends, breaks or is silent for too long; whoever calls it comes again.
 * @throws ClientError; what `listener` throws
 */
export async function followStream(
  link: ServerLink,
  path: string,
  from: EventCursor,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  const own = new AbortController()
  const stop = () => own.abort()
  if (signal.aborted) return
  signal.addEventListener('abort', stop, { once: true })
  const watch = createWatch(link, () => own.abort())
  try {
    const headers = { 'last-event-id': formatCursor(from), accept: 'text/event-stream' }
    const response = await link.send(path, { headers, signal: own.signal })
    listener.onOpen()
    const sse = createSseReader({ event: (name, data) => takeFrame(name, data, listener) })
    const reader = response.body?.getReader()
    // Whoever leaves an answer half read would keep the connection.
    own.signal.addEventListener('abort', () => void reader?.cancel().catch(alreadyBroken), { once: true })
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      watch.restart()
      if (own.signal.aborted) return
      sse.push(read.value)
      listener.onChunk()
    }
  } finally {
    watch.stop()
    signal.removeEventListener('abort', stop)
    own.abort()
  }
}

function takeFrame(name: string, data: string, listener: StreamListener): void {
  const json = parseJsonObject(data)
  if (!isJsonObject(json))
    throw new ClientError('protocol', 'a frame of the stream is no JSON object', { retryable: true })
  if (name === streamFrames.turn) listener.onTurn(json)
  else if (name === streamFrames.status) listener.onStatus(json)
  else if (name === streamFrames.deleted) listener.onDeleted()
  // Frames and events of a later version are passed over.
  else if (name === 'message' && isEvent(json)) listener.onEvent(json)
}

function createWatch({ options }: ServerLink, onSilence: () => void): { restart(): void; stop(): void } {
  const start = () => options.clock.schedule(onSilence, silenceMs)
  let stop = start()
  return {
    restart() {
      stop()
      stop = start()
    },
    stop: () => stop(),
  }
}

/** It is gone, as was wanted. */
function alreadyBroken(): void {}
