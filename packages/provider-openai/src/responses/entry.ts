import { textIn } from '@geppetto/engine'
import type { JsonObject } from '@geppetto/turns'
import type { OpenItem } from './open-item.ts'

/** An item of the answer, and what is known of it. */
export interface Entry {
  readonly item: OpenItem
  readonly place: number
  readonly type: string | undefined
  /** The place of the item that it stands before, where only the end of the answer told of it. */
  readonly before: number | undefined
  id: string | undefined
  callId: string | undefined
  /** The item as the provider finished it. */
  done: JsonObject | undefined
  isFinished: boolean
}

/** How an event names its item: most hosts do both, some one, some neither. */
export interface ItemName {
  readonly index: number | undefined
  readonly id: string | undefined
}

/** The ids that an item has, kept where the entry has none yet. */
export function learnIds(entry: Entry, item: JsonObject): void {
  entry.id ??= idIn(item, 'id')
  entry.callId ??= idIn(item, 'call_id')
}

/**
 * Which entry each item of the whole response is: by id, else by call id, else in order among those of its type, as hosts make new ids for the end.
 * Undefined where it is none; an item is new only if nothing of its type came, or its kin have kept their ids.
 */
export function matchItems(
  entries: readonly Entry[],
  items: readonly JsonObject[],
): readonly { readonly item: JsonObject; readonly entry: Entry | undefined; readonly isNew: boolean }[] {
  const matches = new Map<JsonObject, Entry>()
  const free = new Set(entries)
  const reliable = new Set<string | undefined>()
  const match = (item: JsonObject, belongs: (entry: Entry) => boolean): boolean => {
    if (matches.has(item)) return false
    const entry = [...free].find((one) => one.type === textIn(item, 'type') && belongs(one))
    if (entry === undefined) return false
    matches.set(item, entry)
    free.delete(entry)
    return true
  }
  for (const [name, idOf] of [
    ['id', (entry: Entry) => entry.id],
    ['call_id', (entry: Entry) => entry.callId],
  ] as const)
    for (const item of items) {
      const id = idIn(item, name)
      if (id !== undefined && match(item, (entry) => idOf(entry) === id)) reliable.add(textIn(item, 'type'))
    }
  for (const item of items) match(item, () => true)
  const came = new Set(entries.map(({ type }) => type))
  return items.map((item) => {
    const type = textIn(item, 'type')
    const entry = matches.get(item)
    return { item, entry, isNew: entry === undefined && (!came.has(type) || reliable.has(type)) }
  })
}

/** Some hosts send an empty id for none. */
function idIn(item: JsonObject, name: string): string | undefined {
  const id = textIn(item, name)
  return id === '' ? undefined : id
}
