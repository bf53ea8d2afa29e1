import type { Block, NativePart, ToolOutcome } from '../block.ts'
import { type BlockFields, toolResultBlock } from '../build-block.ts'
import type { ContentPart } from '../content.ts'
import { isTurnError, quote, TurnError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { ownJson } from '../own-json.ts'
import { type RepairedTurn, repairTurn } from '../repair.ts'
import { createTurn, type Turn } from '../turn.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { assertImportOptions, type ImportOptions } from './import-options.ts'
import { unreadIn, watch } from './reading.ts'

/** Something that could not be taken over, or not as it was. */
export interface ImportLoss {
  /** Where in what was given: `messages[3].content[1]`. */
  readonly path: string
  readonly reason: string
}

/** A sealed turn, and what of the messages is not in it. */
export interface ImportResult {
  readonly turn: Turn
  readonly losses: readonly ImportLoss[]
}

const noPlace = 'there is no place for it in a turn'

/** What came of a call. */
interface Result {
  readonly callId: string
  readonly name?: string | undefined
  readonly outcome: ToolOutcome
  readonly content: readonly ContentPart[]
}

/** Collects the blocks of an import, and what was lost. */
export class ImportBuilder {
  readonly #options: ImportOptions
  readonly #blocks: Block[] = []
  readonly #losses: ImportLoss[] = []
  /** Where all is told of that stands there. */
  readonly #told = new Set<string>()
  #given: { readonly watched: unknown; readonly path: string } | undefined
  readonly #paths = new Map<string, string>()
  /** The names of the calls, by their ids. */
  readonly #names = new Map<string, string>()
  /** Results whose call was not there yet, by the ids of their blocks. */
  readonly #unnamed = new Map<string, (fields: BlockFields) => Block>()
  readonly #open = new Set<string>()
  #callCount = 0

  /** @throws TurnError `invalid_value` naming the option that is wrong */
  constructor(options: ImportOptions) {
    assertImportOptions(options)
    this.#options = options
  }

  get hasProvenance(): boolean {
    return this.#options.provenance !== undefined
  }

  /** What was given, so that each field of it that nobody reads becomes a loss. */
  watch(given: readonly unknown[], path: string): readonly unknown[] {
    const watched = watch(given)
    this.#given = { watched, path }
    return Array.isArray(watched) ? watched : []
  }

  /** The same of an object, whose fields have no name before them. */
  watchFields(given: Fields): Fields {
    const watched = watch(given)
    this.#given = { watched, path: '' }
    return fieldsOf(watched) ?? {}
  }

  /** What stands at a path of what was given. */
  at(path: string): unknown {
    const steps = path.slice(this.#given?.path.length).match(/[^.[\]]+/g) ?? []
    return steps.reduce<unknown>((holder, step) => fieldOf(holder, step), this.#given?.watched)
  }

  /** Reads a message, and tells of one that leaves nothing behind, not even a loss. */
  read(path: string, message: () => void): void {
    const before = this.#blocks.length + this.#losses.length
    message()
    if (this.#blocks.length + this.#losses.length === before) this.lose(path, 'it says nothing')
  }

  /** How much was lost so far. */
  get lossCount(): number {
    return this.#losses.length
  }

  /** Tells that nothing of what stands there was taken over. */
  lose(path: string, reason: string): void {
    this.#told.add(path)
    this.remark(path, reason)
  }

  /** Tells that what stands there was not taken over as it was; its fields are still looked at. */
  remark(path: string, reason: string): void {
    this.#losses.push({ path, reason })
  }

  /** Tells of those of the fields that hold something: they were read, and there is no place for them. */
  loseFilled(path: string, fields: Fields): void {
    for (const [name, value] of Object.entries(fields))
      if (value !== undefined && value !== null) this.lose(`${path}.${name}`, noPlace)
  }

  /** Adds the block that `make` makes. Returns it, or undefined where what it says cannot be a block. */
  add<B extends Block>(path: string, make: (fields: BlockFields) => B, extra: BlockFields = {}): B | undefined {
    try {
      const block = make({ id: this.nextId(), createdAt: this.#now(), ...extra })
      this.#blocks.push(block)
      this.#paths.set(block.id, path)
      if (block.kind === 'tool-result') this.#open.delete(block.callId)
      if (block.kind === 'tool-call') {
        this.#names.set(block.callId, block.name)
        this.#open.add(block.callId)
      }
      return block
    } catch (error) {
      if (!isTurnError(error)) throw error
      this.lose(path, error.message)
      return undefined
    }
  }

  /** The name of the newest call under the id. */
  nameOf(callId: string): string | undefined {
    return this.#names.get(callId)
  }

  /** Adds a result under the name of its call, which may come only later; `name` counts where there is none. */
  addResult(path: string, result: Result, extra: BlockFields = {}): void {
    const { callId, outcome, content } = result
    const make = (fields: BlockFields) =>
      toolResultBlock({ callId, name: this.nameOf(callId) ?? result.name ?? 'tool', outcome, content }, fields)
    const isCallKnown = this.#names.has(callId)
    const block = this.add(path, make, extra)
    if (block !== undefined && !isCallKnown) this.#unnamed.set(block.id, make)
  }

  /** The first call without a result, for results that do not say whose they are. */
  get openCallId(): string | undefined {
    return this.#open.values().next().value
  }

  /** An id for a call that has none. */
  nextCallId(): string {
    return `call_${++this.#callCount}`
  }

  nextId(): string {
    return this.#options.nextId?.() ?? `blk_${crypto.randomUUID()}`
  }

  /** The maker's own form of a block; undefined where the maker is not known. */
  native(api: string, group: string, payload: unknown): NativePart | undefined {
    const { provenance } = this.#options
    // What is not kept does not count as read.
    if (provenance === undefined) return undefined
    const data: JsonValue | undefined = ownJson(payload, 'payload').value
    return data === undefined ? undefined : { api, ...provenance, group, payload: data }
  }

  finish(): ImportResult {
    const { outcomeOf } = this.#options
    const seal = { nextId: () => this.nextId(), now: () => this.#now(), ...(outcomeOf && { outcomeOf }) }
    const id = this.#options.nextId?.()
    const imported = createTurn({
      ...(id && { id }),
      createdAt: this.#now(),
      blocks: this.#blocks.map((block) => this.#named(block)),
    })
    const repaired = repairTurn(imported, seal)
    this.#loseUnread()
    for (const { path, reason } of this.#repairs(repaired)) this.lose(path, reason)
    return { turn: repaired.turn, losses: this.#losses }
  }

  #loseUnread(): void {
    if (this.#given === undefined) return
    const { watched, path } = this.#given
    for (const place of unreadIn(watched, path, (told) => this.#told.has(told))) this.lose(place, noPlace)
  }

  /** The repairs, each at the place of the message that it is about. */
  #repairs({ turn, changes }: RepairedTurn): readonly ImportLoss[] {
    const callOf = new Map<string, string>()
    const callBlocks = new Map<string, string>()
    for (const block of turn.blocks)
      if (block.kind === 'tool-call') callBlocks.set(block.callId, block.id)
      else if (block.kind === 'tool-result') callOf.set(block.id, callBlocks.get(block.callId) ?? '')
    return changes.map(({ blockId = '', path, action, message }) => {
      if (action !== 'added') return { path: this.#paths.get(blockId) ?? path, reason: message }
      const place = this.#paths.get(callOf.get(blockId) ?? '') ?? path
      return { path: place, reason: `the call has no result: it gets ${message}` }
    })
  }

  #named(block: Block): Block {
    const make = this.#unnamed.get(block.id)
    return make === undefined || block.kind !== 'tool-result' || !this.#names.has(block.callId)
      ? block
      : make({ id: block.id, createdAt: block.createdAt, metadata: block.metadata })
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined
}

/** @throws TurnError `invalid_value` */
export function requireList(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TurnError('invalid_value', `${name} must be a list, not ${quote(value)}`, { field: name })
}
