import { type DecoderOutput, objectIn, objectsIn, textIn } from '@geppetto/engine'
import { defined, type JsonObject, type StopReason } from '@geppetto/turns'
import { CallItem, isClientCall } from './call-item.ts'
import { type Entry, type ItemName, learnIds, matchItems } from './entry.ts'
import type { OpenItem } from './open-item.ts'
import { type LateItem, withoutImage, writePayload } from './payload.ts'
import { ServerItem } from './server-item.ts'
import { TextItem } from './text-item.ts'
import { readUsage } from './usage.ts'

/**
 * One answer while it comes. The blocks of an item are finished when the next item begins, or the answer ends: only then is it
 * known which block is the last, and without that nobody could see that later ones are missing.
 */
export class Answer {
  readonly #output: DecoderOutput
  readonly #entries: Entry[] = []
  readonly #byIndex = new Map<number, Entry>()
  readonly #late: LateItem[] = []
  #model: string | undefined
  #responseId: string | undefined
  #isStored = false
  readonly #asks: boolean

  /** @param asks whether the question of a remote server is a call. */
  constructor(output: DecoderOutput, asks: boolean) {
    this.#output = output
    this.#asks = asks
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

  /** The item of that name; the last one where a host names none. */
  at(name: ItemName): OpenItem | undefined {
    return this.#find(name)?.item
  }

  /** The text item of that name, begun now where a host did not say that it begins. */
  textAt(name: ItemName, type: 'message' | 'reasoning'): TextItem | undefined {
    const found = this.#find(name)
    // Without a number the last item is a guess.
    const isIt = found !== undefined && (name.index !== undefined || found.type === type)
    const item = isIt ? found.item : this.open(name.index, defined({ type, id: name.id }))
    return item instanceof TextItem ? item : undefined
  }

  open(index: number | undefined, item: JsonObject): OpenItem {
    for (const entry of this.#entries) if (entry.done !== undefined) this.#finish(entry, false, true)
    return this.#add(index, item).item
  }

  /** The item is whole. */
  close(index: number | undefined, item: JsonObject): void {
    const id = textIn(item, 'id')
    const found = this.#find({ index, id })
    const isIt = found !== undefined && !found.isFinished && (index !== undefined || found.type === item.type)
    if (!isIt && this.#entries.some((entry) => entry.id !== undefined && entry.id === id && entry.type === item.type))
      return
    const entry = isIt ? found : this.#add(index, item)
    learnIds(entry, item)
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
      this.#reconcile(objectsIn(response, 'output'))
      const last = this.#entries.at(-1)
      for (const entry of this.#entries) this.#finish(entry, entry === last, status === 'completed')
      const { reason, word } = this.#stopOf(response, status)
      this.#output.stop(reason, word)
    } else this.fail(objectIn(response, 'error') ?? { code: status, message: `the response is ${status}` })
  }

  fail(error: JsonObject): void {
    this.#output.fail(error)
  }

  /** Some hosts give one number to all items, others one id. */
  #find({ index, id }: ItemName): Entry | undefined {
    const numbered = index === undefined ? undefined : this.#byIndex.get(index)
    if (id === undefined || id === '' || numbered?.id === id) return numbered ?? this.#last(index)
    return this.#entries.findLast((entry) => entry.id === id && !entry.isFinished) ?? numbered ?? this.#last(index)
  }

  #last(index: number | undefined): Entry | undefined {
    return index === undefined ? this.#entries.at(-1) : undefined
  }

  #add(index: number | undefined, item: JsonObject, before?: number): Entry {
    const place = this.#entries.length
    const entry: Entry = {
      item: this.#begin(item),
      place,
      type: textIn(item, 'type'),
      before,
      id: undefined,
      callId: undefined,
      done: undefined,
      isFinished: false,
    }
    learnIds(entry, item)
    this.#entries.push(entry)
    this.#byIndex.set(index ?? place, entry)
    return entry
  }

  #begin(item: JsonObject): OpenItem {
    if (item.type === 'message' || item.type === 'reasoning')
      return new TextItem(this.#output, item.type === 'reasoning')
    return isClientCall(item, this.#asks) ? new CallItem(this.#output, item) : new ServerItem(this.#output, item)
  }

  /** The whole response may say more than the stream did, or less. */
  #reconcile(items: readonly JsonObject[]): void {
    const matched = matchItems(this.#entries, items)
    for (const [index, { item, entry: known, isNew }] of matched.entries()) {
      const next = matched.slice(index + 1).find(({ entry }) => entry !== undefined)?.entry
      const entry = isNew ? this.#add(undefined, item, next?.place) : known
      if (entry === undefined) continue
      if (entry.isFinished) {
        if (isSecretLate(entry, item)) this.#late.push({ place: entry.place, item })
        continue
      }
      const isNews = entry.item.settle(item)
      if (isNews || entry.done === undefined) entry.done = item
    }
  }

  #finish(entry: Entry, isLastItem: boolean, isWhole: boolean): void {
    if (entry.isFinished) return
    entry.isFinished = true
    const { item, place, before, done } = entry
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
          ...(part === 0 && before !== undefined ? { before } : undefined),
          ...(isLast ? { last: true } : undefined),
          ...(isLast && this.#late.length > 0 ? { late: this.#late } : undefined),
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
      const reason = incompleteReasons.get(detail ?? '') ?? 'max_tokens'
      return { reason, word: detail === undefined ? status : `${status}: ${detail}` }
    }
    const items = this.#entries.map((entry) => entry.item)
    if (items.some((item) => item instanceof CallItem)) return { reason: 'tool_calls', word: status }
    const refuses = items.some((item) => item instanceof TextItem && item.refuses)
    return { reason: refuses ? 'refusal' : 'end_turn', word: status }
  }
}

/** Whether only the end of the answer has what reasoning needs to go back. Its text was said, and stays as it was said. */
function isSecretLate({ type, done }: Entry, item: JsonObject): boolean {
  const secretOf = (one: JsonObject | undefined) => (one && textIn(one, 'encrypted_content')) ?? ''
  return type === 'reasoning' && secretOf(done) === '' && secretOf(item) !== ''
}

const incompleteReasons: ReadonlyMap<string, StopReason> = new Map([
  ['max_output_tokens', 'max_tokens'],
  ['max_messages', 'max_tokens'],
  ['content_filter', 'content_filter'],
  // Somebody said more while it was answered: it wants to go on with that.
  ['steered', 'pause_turn'],
])
