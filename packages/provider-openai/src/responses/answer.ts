import type { DecoderOutput } from '@geppetto/engine'
import { defined, type JsonObject, type StopReason } from '@geppetto/turns'
import { objectIn, objectsIn, textIn } from '../json.ts'
import { CallItem, isClientCall } from './call-item.ts'
import type { OpenItem } from './open-item.ts'
import { withoutImage, writePayload } from './payload.ts'
import { ServerItem } from './server-item.ts'
import { TextItem } from './text-item.ts'
import { readUsage } from './usage.ts'

/** An item of the answer, and what is known of it. */
interface Entry {
  readonly item: OpenItem
  readonly place: number
  readonly id: string | undefined
  /** The item as the provider finished it. */
  done: JsonObject | undefined
  isFinished: boolean
}

/**
 * One answer while it comes. The blocks of an item are finished when the next item begins, or the answer ends: only then is it
 * known which block is the last, and without that nobody could see that later ones are missing.
 */
export class Answer {
  readonly #output: DecoderOutput
  readonly #entries: Entry[] = []
  readonly #byIndex = new Map<number, Entry>()
  #model: string | undefined
  #responseId: string | undefined
  #isStored = false

  constructor(output: DecoderOutput) {
    this.#output = output
  }

  /** Takes what a response says of itself. */
  begin(response: JsonObject): void {
    this.#isStored = response.store === true
    const model = textIn(response, 'model')
    const responseId = textIn(response, 'id')
    if (model === this.#model && responseId === this.#responseId) return
    this.#model = model
    this.#responseId = responseId
    this.#output.update(defined({ model, responseId }))
  }

  /** The item at `index`; of the last one where a host does not number them. */
  at(index: number | undefined): OpenItem | undefined {
    return (index === undefined ? this.#entries.at(-1) : this.#byIndex.get(index))?.item
  }

  /** The text item at `index`, begun now where a host did not say that it begins. */
  textAt(index: number | undefined, type: 'message' | 'reasoning'): TextItem | undefined {
    const item = this.at(index) ?? this.open(index, { type })
    return item instanceof TextItem ? item : undefined
  }

  open(index: number | undefined, item: JsonObject): OpenItem {
    for (const entry of this.#entries) if (entry.done !== undefined) this.#finish(entry, false, true)
    return this.#add(index, item).item
  }

  /** The item at `index` is whole. */
  close(index: number | undefined, item: JsonObject): void {
    const found = index === undefined ? this.#entries.at(-1) : this.#byIndex.get(index)
    const entry = found === undefined || found.isFinished ? this.#add(index, item) : found
    entry.item.settle(item)
    entry.done = item
    if (entry !== this.#entries.at(-1)) this.#finish(entry, false, true)
  }

  /** The terminal frame: the response as it is in the end. */
  end(response: JsonObject, status: string): void {
    this.begin(response)
    const usage = readUsage(response)
    if (usage !== undefined) this.#output.update({ usage })
    if (status === 'completed' || status === 'incomplete') {
      for (const [index, item] of objectsIn(response, 'output').entries()) this.#reconcile(index, item)
      const last = this.#entries.at(-1)
      for (const entry of this.#entries) this.#finish(entry, entry === last, status === 'completed')
      const { reason, word } = this.#stopOf(response, status)
      this.#output.stop(reason, word)
    } else this.fail(objectIn(response, 'error') ?? { code: status, message: `the response is ${status}` })
  }

  fail(error: JsonObject): void {
    this.#output.fail(error)
  }

  #add(index: number | undefined, item: JsonObject): Entry {
    const place = this.#entries.length
    const entry: Entry = { item: this.#begin(item), place, id: textIn(item, 'id'), done: undefined, isFinished: false }
    this.#entries.push(entry)
    this.#byIndex.set(index ?? place, entry)
    return entry
  }

  #begin(item: JsonObject): OpenItem {
    if (item.type === 'message' || item.type === 'reasoning')
      return new TextItem(this.#output, item.type === 'reasoning')
    return isClientCall(item) ? new CallItem(this.#output, item) : new ServerItem(this.#output, item)
  }

  /** The whole response may say more than the stream did, or less. */
  #reconcile(index: number, item: JsonObject): void {
    const id = textIn(item, 'id')
    const named = id === undefined ? undefined : this.#entries.find((entry) => entry.id === id)
    const entry = named ?? this.#byIndex.get(index) ?? this.#add(index, item)
    if (entry.isFinished) return
    const isNews = entry.item.settle(item)
    if (isNews || entry.done === undefined) entry.done = item
  }

  #finish(entry: Entry, isLastItem: boolean, isWhole: boolean): void {
    if (entry.isFinished) return
    entry.isFinished = true
    const { item, place, done } = entry
    const parts = item.size
    for (let part = 0; part < parts; part++) {
      const isLast = isLastItem && part === parts - 1
      const payload =
        done &&
        writePayload({
          place,
          part,
          parts,
          ...(part === 0 ? { item: withoutImage(done) } : undefined),
          ...(isLast ? { last: true } : undefined),
          ...(isLast && this.#isStored && this.#responseId !== undefined
            ? { responseId: this.#responseId }
            : undefined),
        })
      item.finish(part, payload, isWhole || done !== undefined)
    }
  }

  /** Calls decide that tools are to be run, whatever the status says of the whole. */
  #stopOf(response: JsonObject, status: string): { readonly reason: StopReason; readonly word: string } {
    if (status === 'incomplete') {
      const detail = textIn(objectIn(response, 'incomplete_details'), 'reason')
      // A reason that this version does not know is some limit too.
      const reason = (detail === undefined ? undefined : incompleteReasons[detail]) ?? 'max_tokens'
      return { reason, word: detail === undefined ? status : `${status}: ${detail}` }
    }
    const items = this.#entries.map((entry) => entry.item)
    if (items.some((item) => item instanceof CallItem)) return { reason: 'tool_calls', word: status }
    const refuses = items.some((item) => item instanceof TextItem && item.refuses)
    return { reason: refuses ? 'refusal' : 'end_turn', word: status }
  }
}

const incompleteReasons: Readonly<Record<string, StopReason>> = {
  max_output_tokens: 'max_tokens',
  content_filter: 'content_filter',
}
