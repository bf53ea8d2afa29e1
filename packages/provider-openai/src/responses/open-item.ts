import type { JsonObject, JsonValue } from '@geppetto/turns'

/** An output item while it comes: what it says goes to the call's writers at once. */
export interface OpenItem {
  /** Takes the item as it is in the end, and adds what has not come yet. Whether there was any. */
  settle(item: JsonObject): boolean
  /** How many blocks it makes. */
  readonly size: number
  /** Ends the writer of one block. `isWhole` says that the provider finished the item. */
  finish(part: number, payload: JsonValue | undefined, isWhole: boolean): void
}
