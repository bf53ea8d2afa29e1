import type { Block, ReasoningBlock, ToolCallBlock, ToolResultBlock } from './block.ts'
import { freezeBlock } from './block-shape.ts'

/** What is left to do in a list of blocks, by position. */
export interface OpenEnds {
  /** The calls without a result. */
  readonly unanswered: readonly number[]
  /** The calls whose result is `pending`, in the order of the calls. */
  readonly pending: readonly number[]
  /** The first reasoning that was cut off and is not marked as such. */
  readonly cutReasoning: number | undefined
}

/** A block that has its place behind those before it, and what is left to do up to there. */
interface Entry {
  readonly block: Block
  readonly ends: OpenEnds
}

/** The end of a list of blocks within a lineage. */
export interface Place {
  readonly length: number
  /** The last block's entry: as long as it is there, so is all that is below it. */
  readonly top: Entry | undefined
}

const nothingOpen: OpenEnds = { unanswered: [], pending: [], cutReasoning: undefined }

/**
 * What is known of a conversation that grows: its blocks are frozen and right, and fit together. Lists of blocks are beginnings of it, so
 * that what is asked of a longer one need not be found out again for the shorter one's blocks.
 */
export class Lineage {
  readonly ref: WeakRef<Lineage> = new WeakRef(this)
  readonly #entries: Entry[] = []
  readonly #ids = new Map<string, number>()
  readonly #calls = new Map<string, number>()
  readonly #results = new Map<string, number>()

  get length(): number {
    return this.#entries.length
  }

  /** The end of a list that is the lineage's first `length` blocks. */
  placeAt(length: number): Place {
    return { length, top: this.#entries[length - 1] }
  }

  /** How many blocks the list and the lineage have in common at their beginnings, of which `count` are known. */
  countCommon(list: readonly Block[], count: number): number {
    let common = count
    while (common < list.length && this.#entries[common]?.block === list[common]) common++
    return common
  }

  /** Whether the list that ended there is still a beginning of the lineage. */
  has({ length, top }: Place): boolean {
    return length === 0 || (top !== undefined && this.#entries[length - 1] === top)
  }

  /** What is left to do in the first `length` blocks. */
  endsAt(length: number): OpenEnds {
    return this.#entries[length - 1]?.ends ?? nothingOpen
  }

  positionOf(id: string): number | undefined {
    return this.#ids.get(id)
  }

  positionOfResult(callId: string): number | undefined {
    return this.#results.get(callId)
  }

  /** Adds a block, and freezes it all the way down. Returns false, and adds nothing, where the turn would not be valid. */
  push(block: Block): boolean {
    if (freezeBlock(block) !== undefined || this.#ids.has(block.id)) return false
    const ends = this.#endsWith(block)
    if (ends === undefined) return false
    const position = this.length
    this.#ids.set(block.id, position)
    if (block.kind === 'tool-call') this.#calls.set(block.callId, position)
    else if (block.kind === 'tool-result') this.#results.set(block.callId, position)
    this.#entries.push({ block, ends })
    return true
  }

  /** Forgets all blocks behind the first `length`. */
  cutTo(length: number): void {
    while (this.length > length) {
      const block = this.#entries.pop()?.block
      if (block === undefined) return
      this.#ids.delete(block.id)
      if (block.kind === 'tool-call') this.#calls.delete(block.callId)
      else if (block.kind === 'tool-result') this.#results.delete(block.callId)
    }
  }

  /** What is left to do with the block; undefined where it has no place. */
  #endsWith(block: Block): OpenEnds | undefined {
    const ends = this.endsAt(this.length)
    if (block.kind === 'tool-call') return this.#withCall(block, ends)
    if (block.kind === 'tool-result') return this.#withResult(block, ends)
    const isCut = ends.cutReasoning === undefined && isUnmarkedReasoning(block)
    return isCut ? { ...ends, cutReasoning: this.length } : ends
  }

  #withCall({ callId }: ToolCallBlock, ends: OpenEnds): OpenEnds | undefined {
    return this.#calls.has(callId) ? undefined : { ...ends, unanswered: [...ends.unanswered, this.length] }
  }

  #withResult({ callId, outcome }: ToolResultBlock, ends: OpenEnds): OpenEnds | undefined {
    const call = this.#calls.get(callId)
    if (call === undefined || this.#results.has(callId)) return undefined
    const unanswered = ends.unanswered.filter((position) => position !== call)
    const pending = outcome === 'pending' ? [...ends.pending, call].sort((one, other) => one - other) : ends.pending
    const isAllDone = unanswered.length + pending.length === 0 && ends.cutReasoning === undefined
    return isAllDone ? nothingOpen : { ...ends, unanswered, pending }
  }
}

/** Whether a provider might get it back although it was cut off. */
export function isUnmarkedReasoning(block: Block): block is ReasoningBlock {
  return block.kind === 'reasoning' && block.complete === false && block.replayable !== false
}
