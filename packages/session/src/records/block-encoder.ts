import { type Block, encodeBlock, type JsonObject } from '@geppetto/turns'
import type { EventBatch, StoredBlob, StoredEvent } from '../contract/store.ts'
import { extractBlobs, hasLargeMedia } from '../store/blobs.ts'

/** A block as it is stored, and the hashes that it refers to. */
interface EncodedBlock {
  readonly json: JsonObject
  readonly hashes: readonly string[]
}

/** Whether some of the events cannot be written without blobs. */
export function haveLargeMedia({ events }: EventBatch): boolean {
  return events.some(({ event }) => hasLargeMedia(event))
}

/** Makes blocks what is stored of them. No block is hashed twice, and what the store has is not sent again. */
export class BlockEncoder {
  readonly #encoded = new WeakMap<Block, EncodedBlock>()
  readonly #stored: Set<string>
  /** What was made and is not known to be stored. */
  readonly #waiting = new Map<string, StoredBlob>()

  /** `stored`: what the store has. */
  constructor(stored: Iterable<string> = []) {
    this.#stored = new Set(stored)
  }

  /** The blobs of the blocks that the store does not have. Resolves at once, without a step, where there are none. */
  prepare(blocks: readonly Block[]): Promise<readonly StoredBlob[]> | readonly StoredBlob[] {
    const large = blocks.filter((block) => this.#encoded.has(block) || hasLargeMedia(encodeBlock(block)))
    return large.length === 0 ? [] : this.#prepare(large)
  }

  async #prepare(blocks: readonly Block[]): Promise<readonly StoredBlob[]> {
    const due = new Map<string, StoredBlob>()
    for (const block of blocks)
      for (const hash of (await this.#encode(block)).hashes) {
        const blob = this.#waiting.get(hash)
        if (blob !== undefined) due.set(hash, blob)
      }
    return [...due.values()]
  }

  async #encode(block: Block): Promise<EncodedBlock> {
    const known = this.#encoded.get(block)
    if (known !== undefined) return known
    const { json, blobs } = await extractBlobs(encodeBlock(block))
    for (const blob of blobs) if (!this.#stored.has(blob.hash)) this.#waiting.set(blob.hash, blob)
    const encoded = { json, hashes: blobs.map(({ hash }) => hash) }
    this.#encoded.set(block, encoded)
    return encoded
  }

  /** The events with references in place of their media, and the blobs of those that the store does not have. */
  async encodeEvents(
    batch: EventBatch,
  ): Promise<{ readonly batch: EventBatch; readonly blobs: readonly StoredBlob[] }> {
    const due = new Map<string, StoredBlob>()
    const events: StoredEvent[] = []
    for (const stored of batch.events) {
      const { json: event, blobs } = await extractBlobs(stored.event)
      events.push({ ...stored, event })
      for (const blob of blobs) if (!this.#stored.has(blob.hash)) due.set(blob.hash, blob)
    }
    return { batch: { ...batch, events }, blobs: [...due.values()] }
  }

  /** The block as it is stored, once it was prepared. */
  encode(block: Block): JsonObject {
    return this.#encoded.get(block)?.json ?? encodeBlock(block)
  }

  /** The store has these. */
  markStored(blobs: readonly StoredBlob[]): void {
    for (const { hash } of blobs) {
      this.#stored.add(hash)
      this.#waiting.delete(hash)
    }
  }
}
