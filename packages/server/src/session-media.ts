import type { Event } from '@geppetto/events'
import { blobHash, fromBase64 } from '@geppetto/session'
import { type Block, type ContentPart, encodeBlock, type JsonObject } from '@geppetto/turns'

/** A file of a conversation. */
export interface MediaFile {
  /** As who sent it named it; undefined where nobody did. */
  readonly mediaType: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Base64 of fewer characters is sent as it stands. */
const minCharacters = 1024

/** The files of one session, which are sent as addresses, and what they are in. Each is looked at once. */
export class SessionMedia {
  readonly #addressOf: (hash: string) => string
  readonly #parts = new WeakMap<ContentPart, Promise<ContentPart>>()
  /** By their hashes, the parts that they are in. */
  readonly #files = new Map<string, ContentPart>()

  constructor(addressOf: (hash: string) => string) {
    this.#addressOf = addressOf
  }

  /** The block as callers get it: without what is opaque to all but a provider, its large media as addresses. */
  async block(block: Block): Promise<JsonObject> {
    const { native: _, ...json } = encodeBlock(block)
    if (block.kind !== 'user' && block.kind !== 'tool-result') return json
    return { ...json, content: encodeParts(await this.content(block.content)) }
  }

  /** The parts with addresses in place of large media. */
  async content(parts: readonly ContentPart[]): Promise<readonly ContentPart[]> {
    return parts.some(isLarge) ? Promise.all(parts.map((part) => this.#part(part))) : parts
  }

  /** The event with addresses in place of large media: the same event where it has none. */
  event(event: Event): Event | Promise<Event> {
    if (event.type !== 'tool-execution-finished' || !event.content.some(isLarge)) return event
    return this.content(event.content).then((content) => ({ ...event, content }))
  }

  /** The file of that hash, if a block or event that was sent has it. */
  find(hash: string): MediaFile | undefined {
    const part = this.#files.get(hash)
    const bytes = part === undefined ? undefined : fromBase64(dataOf(part) ?? '')
    if (part === undefined || part.type === 'text' || bytes === undefined) return undefined
    return { mediaType: part.mediaType, bytes }
  }

  #part(part: ContentPart): Promise<ContentPart> {
    const known = this.#parts.get(part) ?? this.#addressed(part)
    this.#parts.set(part, known)
    return known
  }

  async #addressed(part: ContentPart): Promise<ContentPart> {
    const data = isLarge(part) ? dataOf(part) : undefined
    const bytes = data === undefined ? undefined : fromBase64(data)
    const hash = bytes === undefined ? undefined : await blobHash(bytes)
    if (hash === undefined || part.type === 'text') return part
    this.#files.set(hash, part)
    return { ...part, source: { type: 'url', url: this.#addressOf(hash) } }
  }
}

function dataOf(part: ContentPart): string | undefined {
  return part.type !== 'text' && part.source.type === 'base64' ? part.source.data : undefined
}

function isLarge(part: ContentPart): boolean {
  return (dataOf(part) ?? '').length > minCharacters
}

function encodeParts(parts: readonly ContentPart[]): readonly JsonObject[] {
  return parts.map((part) => ({ ...part, ...('source' in part ? { source: { ...part.source } } : undefined) }))
}
