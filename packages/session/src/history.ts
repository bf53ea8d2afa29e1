import { type Block, createTurn, type JsonObject, type Turn } from '@geppetto/turns'
import { SessionError } from './session-error.ts'

/** A stretch of the blocks of the turn before: where it begins, and how many. */
export type InheritedBlocks = readonly [start: number, count: number]

/** A turn as what it added to, or replaced of, the turn before it. */
export interface TurnDelta {
  readonly id: string
  readonly parentId?: string
  readonly createdAt: number
  readonly metadata: JsonObject
  readonly data: JsonObject
  /** The blocks in order: new ones, and stretches of the turn before. */
  readonly parts: readonly (Block | InheritedBlocks)[]
}

/** The turn as a delta to `before`. Blocks are told apart by identity: an unchanged block is the same object. */
export function toDelta(turn: Turn, before: readonly Block[]): TurnDelta {
  const { blocks, ...facts } = turn
  const parts: (Block | InheritedBlocks)[] = []
  let indexes: Map<Block, number> | undefined
  let next = 0
  let start = 0
  const closeStretch = () => {
    if (next > start) parts.push([start, next - start])
  }
  for (const block of blocks) {
    if (block === before[next]) {
      next++
      continue
    }
    closeStretch()
    indexes ??= new Map(before.map((known, index) => [known, index]))
    const index = indexes.get(block)
    if (index === undefined) {
      parts.push(block)
      // What follows most likely goes on behind the block that this one replaced, or was put before.
      start = next
      if (before[next] !== undefined && before[next]?.id === block.id) start = next + 1
      next = start
    } else {
      start = index
      next = index + 1
    }
  }
  closeStretch()
  return { ...facts, parts }
}

/** The turn of a delta. */
export function fromDelta(delta: TurnDelta, before: readonly Block[]): Turn {
  const { parts, ...facts } = delta
  return createTurn({ ...facts, blocks: partsToBlocks(parts, before) })
}

function partsToBlocks(parts: TurnDelta['parts'], before: readonly Block[]): readonly Block[] {
  const blocks: Block[] = []
  for (const part of parts) {
    if ('kind' in part) blocks.push(part)
    else for (let index = part[0]; index < part[0] + part[1]; index++) blocks.push(blockAt(before, index))
  }
  return blocks
}

function blockAt(blocks: readonly Block[], index: number): Block {
  const block = blocks[index]
  if (block === undefined)
    throw new SessionError(
      'session_conflict',
      `a turn refers to block ${index} of the turn before, which has ${blocks.length}`,
    )
  return block
}

/** The turns of a session. Memory is linear in blocks: the latest turn is whole, the others are deltas and made whole on demand. */
export class History {
  #deltas: TurnDelta[] = []
  #latest: Turn | undefined
  /** The blocks of the turn before the latest: what the latest is a delta to. */
  #before: readonly Block[] = []

  /** A history with the given turns. */
  static of(deltas: readonly TurnDelta[]): History {
    const history = new History()
    for (const delta of deltas) {
      history.#before = history.#latest?.blocks ?? []
      history.#latest = fromDelta(delta, history.#before)
      history.#deltas.push(delta)
    }
    return history
  }

  get count(): number {
    return this.#deltas.length
  }

  get latest(): Turn | undefined {
    return this.#latest
  }

  /** The turns as deltas, oldest first. */
  get deltas(): readonly TurnDelta[] {
    return this.#deltas
  }

  /** @throws SessionError `no_such_turn` */
  get(index: number): Turn {
    const last = this.#deltas.length - 1
    if (!Number.isInteger(index) || index < 0 || index > last)
      throw new SessionError(
        'no_such_turn',
        `there is no turn ${index}: the session has ${this.#deltas.length}, counted from 0`,
      )
    if (index === last && this.#latest !== undefined) return this.#latest
    let blocks: readonly Block[] = []
    for (const delta of this.#deltas.slice(0, index)) blocks = partsToBlocks(delta.parts, blocks)
    const delta = this.#deltas[index]
    if (delta === undefined) throw new SessionError('no_such_turn', `there is no turn ${index}`)
    return fromDelta(delta, blocks)
  }

  append(turn: Turn): void {
    this.#before = this.#latest?.blocks ?? []
    this.#deltas.push(toDelta(turn, this.#before))
    this.#latest = turn
  }

  /** Puts a further state of the latest turn in its place. */
  replaceLatest(turn: Turn): void {
    this.#deltas[this.#deltas.length - 1] = toDelta(turn, this.#before)
    this.#latest = turn
  }
}
