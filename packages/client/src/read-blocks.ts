import { listIn, objectIn, textIn } from '@geppetto/engine'
import type { Event } from '@geppetto/events'
import { type Block, type ContentPart, decodeBlock, isJsonObject, type JsonObject } from '@geppetto/turns'
import { ClientError } from './client-error.ts'

/** Makes the addresses of a server absolute. */
export type Resolve = (address: string) => string

/** The event with absolute addresses of its media. @throws ClientError `protocol` */
export function readEvent(event: Event, resolve: Resolve): Event {
  return event.type === 'tool-execution-finished' ? { ...event, content: readContent(event.content, resolve) } : event
}

/** The parts of a prompt, or of what a tool gave. */
export function readContent(content: unknown, resolve: Resolve): readonly ContentPart[] {
  // A block is what has content: its reader knows what parts there are.
  const facts = { id: 'content', kind: 'tool-result', createdAt: 0, callId: 'content', name: 'content', outcome: 'ok' }
  const block = readBlock({ ...facts, content: asList(content) }, resolve)
  return block.kind === 'tool-result' ? block.content : []
}

function asList(content: unknown): JsonObject['content'] {
  return listIn({ content: Array.isArray(content) ? content : [] }, 'content')
}

/** @throws ClientError `protocol` */
export function readBlock(json: JsonObject, resolve: Resolve): Block {
  try {
    return decodeBlock({ ...json, ...resolvedContent(json, resolve) }, 'block')
  } catch (cause) {
    throw new ClientError('protocol', 'a block that the server sent cannot be read', { cause })
  }
}

function resolvedContent(json: JsonObject, resolve: Resolve): JsonObject {
  if (!Array.isArray(json.content)) return {}
  const content = listIn(json, 'content').map((part) => {
    const source = objectIn(part, 'source')
    const url = textIn(source, 'url')
    return isJsonObject(part) && url !== undefined ? { ...part, source: { ...source, url: resolve(url) } } : part
  })
  return { content }
}
