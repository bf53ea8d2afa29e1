import type { Block, NativePart } from '../block.ts'
import type { BlockFields } from '../build-block.ts'
import { isTurnError, quote, TurnError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { ownJson } from '../own-json.ts'
import { type RepairedTurn, repairTurn } from '../repair.ts'
import { createTurn, type Turn } from '../turn.ts'
import type { Fields } from './fields.ts'
import { assertImportOptions, type ImportOptions } from './import-options.ts'

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

/** Collects the blocks of an import, and what was lost. */
export class ImportBuilder {
  readonly #options: ImportOptions
  readonly #blocks: Block[] = []
  readonly #losses: ImportLoss[] = []
  readonly #paths = new Map<string, string>()
  /** The names of the calls, by their ids. */
  readonly #names = new Map<string, string>()
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

  lose(path: string, reason: string): void {
    this.#losses.push({ path, reason })
  }

  /** Reports the fields that nobody reads. */
  loseOthers(path: string, fields: Fields, ...known: readonly string[]): void {
    for (const [name, value] of Object.entries(fields))
      if (value !== undefined && value !== null && !isEmptyList(value) && !known.includes(name))
        this.lose(`${path}.${name}`, 'there is no place for it in a turn')
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
  nameOf(callId: string): string {
    return this.#names.get(callId) ?? 'tool'
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
    const data: JsonValue | undefined = ownJson(payload, 'payload').value
    return provenance === undefined || data === undefined ? undefined : { api, ...provenance, group, payload: data }
  }

  finish(): ImportResult {
    const { outcomeOf } = this.#options
    const seal = { nextId: () => this.nextId(), now: () => this.#now(), ...(outcomeOf && { outcomeOf }) }
    const id = this.#options.nextId?.()
    const imported = createTurn({ ...(id && { id }), createdAt: this.#now(), blocks: this.#blocks })
    const repaired = repairTurn(imported, seal)
    for (const { path, reason } of this.#repairs(repaired)) this.lose(path, reason)
    return { turn: repaired.turn, losses: this.#losses }
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

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

/** @throws TurnError `invalid_value` */
export function requireList(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TurnError('invalid_value', `${name} must be a list, not ${quote(value)}`, { field: name })
}
