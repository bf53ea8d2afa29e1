import type { Block } from '../block.ts'
import type { BlockFields } from '../build-block.ts'
import { defined } from '../errors.ts'
import { type Fields, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { opaqueReason } from './opaque.ts'
import { readResponsesItem } from './responses-item.ts'

/** Makes a block of an item. */
export type MakeBlock = (fields: BlockFields) => Block

/** What an output item becomes. */
export interface ReadItem {
  /** Its blocks, at least one. */
  readonly blocks: readonly MakeBlock[]
  /** Whether it was cut off: it does not go back as it came. */
  readonly isCut: boolean
  /** The id of the call that a client runs. */
  readonly clientCallId?: string | undefined
  /** Its fields that only the maker understands. */
  readonly opaque: readonly string[]
}

/**
 * The output items of one answer. Their blocks are made when it ends: only then is it known which is the last, and without that nobody could see
 * that later ones are missing.
 */
export class ResponseAnswer {
  readonly #builder: ImportBuilder
  readonly #clientCalls = new Set<string>()
  #items: { readonly item: Fields; readonly path: string; readonly read: ReadItem | undefined }[] = []

  constructor(builder: ImportBuilder) {
    this.#builder = builder
  }

  /** Whether a call of a client's tool was seen under the id. */
  hasClientCall(callId: string): boolean {
    return this.#clientCalls.has(callId)
  }

  add(item: Fields, path: string): void {
    const read = readResponsesItem(this.#builder, item, path)
    this.#items.push({ item, path, read })
    if (read?.clientCallId !== undefined) this.#clientCalls.add(read.clientCallId)
  }

  /** Somebody else speaks. */
  end(): void {
    const items = this.#items
    this.#items = []
    const group = this.#builder.nextId()
    for (const [place, { item, path, read }] of items.entries())
      if (read !== undefined) this.#addItem(item, path, read, { group, place, isLast: place === items.length - 1 })
  }

  #addItem(
    item: Fields,
    path: string,
    { blocks, isCut, opaque }: ReadItem,
    { group, place, isLast }: { readonly group: string; readonly place: number; readonly isLast: boolean },
  ): void {
    const isKept = this.#builder.hasProvenance && !isCut
    if (!isKept) {
      const reason = isCut ? 'it was cut off, and cannot go back' : opaqueReason
      for (const name of opaque) {
        const value = item[name]
        if (value !== undefined && value !== null)
          this.#builder.lose(name === 'type' ? path : `${path}.${name}`, reason)
      }
    }
    for (const [part, make] of blocks.entries()) {
      const isLastBlock = isLast && part === blocks.length - 1
      const payload = {
        place,
        part,
        parts: blocks.length,
        ...(part === 0 && isKept ? { item: withoutImage(item) } : undefined),
        ...(isLastBlock ? { last: true } : undefined),
      }
      const native = isKept ? this.#builder.native('openai-responses', group, payload) : undefined
      this.#builder.add(path, make, defined({ native }))
    }
  }
}

/** An image is kept once, as the block's output. */
function withoutImage(item: Fields): Fields {
  return textIn(item, 'type') === 'image_generation_call' ? { ...item, result: null } : item
}
