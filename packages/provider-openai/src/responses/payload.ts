import { numberIn, objectIn, objectsIn, textIn } from '@geppetto/engine'
import { type Block, defined, isJsonObject, type JsonObject, type JsonValue } from '@geppetto/turns'

/**
 * What our blocks keep of an output item. An item may have several blocks, and a response several items: each block says where it
 * stands, so that one that is missing is noticed.
 */
export interface ItemPayload {
  /** Where the item stands in the response, from 0. */
  readonly place: number
  /** Which block of its item this is, from 0, and of how many. */
  readonly part: number
  readonly parts: number
  /** The item as it was sent; on its first block. */
  readonly item?: JsonObject
  /** The place of the item that it stands before, though it was told of behind it; on its first block. */
  readonly before?: number
  /** Nothing comes after it. */
  readonly last?: true
  /** Reasoning that was whole without its secret, which the end alone told of, as it is with it; on the last block. */
  readonly late?: readonly LateItem[]
  /** The id of the response, if the provider keeps it; on the last block. */
  readonly responseId?: string
}

/** An item of which the end of the answer said more than the block that it is of can hold. */
export interface LateItem {
  readonly place: number
  readonly item: JsonObject
}

/** An image is kept once, as the block's output. */
export function withoutImage(item: JsonObject): JsonObject {
  return item.type === 'image_generation_call' ? { ...item, result: null } : item
}

/** The item as it was sent. */
export function withImage(item: JsonObject, block: Block): JsonObject {
  if (item.type !== 'image_generation_call' || block.kind !== 'provider') return item
  return { ...item, result: block.output ?? null }
}

/** The payload as data. */
export function writePayload(payload: ItemPayload): JsonObject {
  const { late, ...others } = payload
  return { ...others, ...(late && { late: late.map((item) => ({ ...item })) }) }
}

/** The payload of a block of ours; undefined when it has none, or one of another make. */
export function readPayload(block: Block): ItemPayload | undefined {
  const payload: JsonValue | undefined = block.native?.payload
  if (!isJsonObject(payload)) return undefined
  const place = numberIn(payload, 'place')
  const part = numberIn(payload, 'part')
  const parts = numberIn(payload, 'parts')
  if (place === undefined || part === undefined || parts === undefined) return undefined
  return {
    place,
    part,
    parts,
    ...defined({
      item: objectIn(payload, 'item'),
      before: numberIn(payload, 'before'),
      late: readLate(payload),
      last: payload.last === true ? (true as const) : undefined,
      responseId: textIn(payload, 'responseId'),
    }),
  }
}

function readLate(payload: JsonObject): readonly LateItem[] | undefined {
  const late = objectsIn(payload, 'late').flatMap((entry): readonly LateItem[] => {
    const place = numberIn(entry, 'place')
    const item = objectIn(entry, 'item')
    return place === undefined || item === undefined ? [] : [{ place, item }]
  })
  return late.length === 0 ? undefined : late
}
