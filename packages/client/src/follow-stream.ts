import { createSseReader, parseJsonObject } from '@geppetto/engine'
import { type Event, type EventCursor, isEvent } from '@geppetto/events'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { ClientError } from './client-error.ts'
import { holdStream } from './hold-stream.ts'
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

/**
 * Reads the events of a session behind `from` until the stream ends, breaks or is silent for too long; whoever calls it comes again.
 * @throws ClientError; what `listener` throws
 */
export function followStream(
  link: ServerLink,
  path: string,
  from: EventCursor,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  const sse = createSseReader({ event: (name, data) => takeFrame(name, data, listener) })
  const onChunk = (bytes: Uint8Array) => {
    sse.push(bytes)
    listener.onChunk()
  }
  const reader = { onOpen: () => listener.onOpen(), onChunk }
  return holdStream(link, path, { 'last-event-id': formatCursor(from) }, reader, signal)
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
