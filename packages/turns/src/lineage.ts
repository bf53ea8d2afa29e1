import type { Block, ReasoningBlock, ToolResultBlock } from './block.ts'

/** How much is left to do in a list of blocks. */
interface OpenCount {
  readonly unanswered: number
  readonly pending: number
  /** The first reasoning that was cut off and is not marked as such. */
  readonly cutReasoning: number | undefined
}

/** What is left to do in a list of blocks, by position. */
export interface OpenEnds extends Pick<OpenCount, 'cutReasoning'> {
  /** The calls without a result. */
  readonly unanswered: readonly number[]
  /** The calls whose result is `pending`. */
  readonly pending: readonly number[]
}

/** A block that has its place behind those before it, and how much is left to do up to there. */
interface Entry {
  readonly block: Block
  readonly open: OpenCount
}

/** A call, and where it was answered. */
interface Call {
  readonly position: number
  result: { readonly position: number; readonly isPending: boolean } | undefined
}

/** The end of a list of blocks within a lineage. */
export interface Place {
  readonly length: number
  /** The last block's entry: as long as it is there, so is all that is below it. */
  readonly top: Entry | undefined
}

const nothingOpen: OpenCount = { unanswered: 0, pending: 0, cutReasoning: undefined }
const nothingLeft: OpenEnds = { unanswered: [], pending: [], cutReasoning: undefined }

/**
 * What is known of a conversation that grows: how its blocks fit together. Lists of blocks are beginnings of it, so that what is asked
 * of a longer one need not be found out again for the shorter one's blocks. Each block costs the same, however much is open.
 */
export class Lineage {
  #ref: WeakRef<Lineage> | undefined
  readonly #entries: Entry[] = []
  readonly #ids = new Map<string, number>()
  readonly #calls = new Map<string, Call>()
  /** The calls in the order in which they were made. */
  readonly #callsInOrder: Call[] = []

  /** Made when it is needed: what a weak reference was made to in a task lives until the task ends. */
  get ref(): WeakRef<Lineage> {
    this.#ref ??= new WeakRef(this)
    return this.#ref
  }

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

  /** What is left to do in the first `length` blocks. Looks back as far as the first call that is open. */
  endsAt(length: number): OpenEnds {
    const open = this.#openAt(length)
    if (open === nothingOpen) return nothingLeft
    const unanswered: number[] = []
    const pending: number[] = []
    for (let index = this.#callsInOrder.length - 1; index >= 0; index--) {
      if (unanswered.length === open.unanswered && pending.length === open.pending) break
      const { position, result } = this.#callsInOrder[index] ?? { position: length, result: undefined }
      if (position >= length) continue
      if (result === undefined || result.position >= length) unanswered.push(position)
      else if (result.isPending) pending.push(position)
    }
    return { unanswered: unanswered.reverse(), pending: pending.reverse(), cutReasoning: open.cutReasoning }
  }

  /** Whether all calls in the first `length` blocks have results. */
  isAnsweredAt(length: number): boolean {
    return this.#openAt(length).unanswered === 0
  }

  positionOf(id: string): number | undefined {
    return this.#ids.get(id)
  }

  positionOfResult(callId: string): number | undefined {
    return this.#calls.get(callId)?.result?.position
  }

  /** Adds a block that was made here. Returns false, and adds nothing, where the turn would not be valid. */
  push(block: Block): boolean {
    if (this.#ids.has(block.id)) return false
    const open = this.#openWith(block)
    if (open === undefined) return false
    const position = this.length
    this.#ids.set(block.id, position)
    if (block.kind === 'tool-call') {
      const call: Call = { position, result: undefined }
      this.#calls.set(block.callId, call)
      this.#callsInOrder.push(call)
    } else if (block.kind === 'tool-result')
      this.#answer(block.callId, { position, isPending: block.outcome === 'pending' })
    this.#entries.push({ block, open })
    return true
  }

  /** Forgets all blocks behind the first `length`. */
  cutTo(length: number): void {
    while (this.length > length) {
      const block = this.#entries.pop()?.block
      if (block === undefined) return
      this.#ids.delete(block.id)
      if (block.kind === 'tool-call') {
        this.#calls.delete(block.callId)
        this.#callsInOrder.pop()
      } else if (block.kind === 'tool-result') this.#answer(block.callId, undefined)
    }
  }

  #answer(callId: string, result: Call['result']): void {
    const call = this.#calls.get(callId)
    if (call !== undefined) call.result = result
  }

  #openAt(length: number): OpenCount {
    return this.#entries[length - 1]?.open ?? nothingOpen
  }

  /** How much is left to do with the block; undefined where it has no place. */
  #openWith(block: Block): OpenCount | undefined {
    const open = this.#openAt(this.length)
    if (block.kind === 'tool-call')
      return this.#calls.has(block.callId) ? undefined : { ...open, unanswered: open.unanswered + 1 }
    if (block.kind === 'tool-result') return this.#openWithResult(block, open)
    const isCut = open.cutReasoning === undefined && isUnmarkedReasoning(block)
    return isCut ? { ...open, cutReasoning: this.length } : open
  }

  #openWithResult({ callId, outcome }: ToolResultBlock, open: OpenCount): OpenCount | undefined {
    const call = this.#calls.get(callId)
    if (call === undefined || call.result !== undefined) return undefined
    const unanswered = open.unanswered - 1
    const pending = outcome === 'pending' ? open.pending + 1 : open.pending
    const isAllDone = unanswered + pending === 0 && open.cutReasoning === undefined
    return isAllDone ? nothingOpen : { ...open, unanswered, pending }
  }
}

/** Whether a provider might get it back although it was cut off. */
export function isUnmarkedReasoning(block: Block): block is ReasoningBlock {
  return block.kind === 'reasoning' && block.complete === false && block.replayable !== false
}
