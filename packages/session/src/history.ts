import { type Block, countCommonBlocks, isSameJson, type JsonObject, type Turn, withBlocks } from '@geppetto/turns'
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
  // As nearly always all of them: what a turn adds is little.
  let inherited = countCommonBlocks(before, blocks)
  let next = inherited
  let start = 0
  const closeStretch = () => {
    if (next > start) parts.push([start, next - start])
  }
  for (const block of blocks.slice(inherited)) {
    if (block === before[next]) {
      next++
      inherited++
      continue
    }
    closeStretch()
    if (inherited === before.length) {
      // All of them have had their place: nothing is looked up where a conversation just goes on.
      parts.push(block)
      start = next
      continue
    }
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
      inherited++
    }
  }
  closeStretch()
  return { ...facts, parts }
}

/**
 * The blocks, with those of `before` in place of copies of them. An engine in a worker, or behind a proxy, gives back other objects of the
 * same value, which would be kept and stored once more with every turn. Compares only what has the id that is due.
 */
function withKnownBlocks(turn: Turn, before: readonly Block[]): Turn {
  const common = countCommonBlocks(before, turn.blocks)
  let next = common
  let blocks: Block[] | undefined
  for (const [offset, block] of turn.blocks.slice(common).entries()) {
    const known = before[next]
    if (known === undefined) break
    if (block.id !== known.id) continue
    next++
    if (block === known || !isSameJson(block, known)) continue
    blocks ??= [...turn.blocks]
    blocks[common + offset] = known
  }
  return blocks === undefined ? turn : withBlocks(turn, blocks)
}

/** The turn of a delta. */
export function fromDelta(delta: TurnDelta, before: readonly Block[]): Turn {
  const { parts, ...facts } = delta
  const blocks = parts.flatMap((part) => ('kind' in part ? [part] : stretchOf(before, part)))
  return withBlocks({ ...facts, blocks: [] }, blocks)
}

function stretchOf(blocks: readonly Block[], [start, count]: InheritedBlocks): readonly Block[] {
  if (start + count > blocks.length) throw notThere(start + count, blocks.length)
  return blocks.slice(start, start + count)
}

function notThere(end: number, count: number): SessionError {
  return new SessionError(
    'session_conflict',
    `a turn refers to block ${end - 1} of the turn before, which has ${count}: the records do not belong together`,
  )
}

/** A piece of work of {@link blocksOf}: a block, or a stretch of the blocks of the turn at `index`. */
type Piece = Block | { readonly index: number; readonly stretch: InheritedBlocks }

/** The blocks of the turn at `index`. Goes back through the turns only as far as blocks were inherited, and makes none of them whole. */
function blocksOf(deltas: readonly TurnDelta[], index: number): readonly Block[] {
  const blocks: Block[] = []
  const pending: Piece[] = [{ index, stretch: [0, Number.POSITIVE_INFINITY] }]
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    if ('kind' in piece) blocks.push(piece)
    // Last in, first out: so the first piece is the next.
    else for (const inner of piecesOf(deltas, piece.index, piece.stretch).reverse()) pending.push(inner)
  }
  return blocks
}

/** What a stretch of the blocks of the turn at `index` is made of. */
function piecesOf(deltas: readonly TurnDelta[], index: number, [start, count]: InheritedBlocks): Piece[] {
  const pieces: Piece[] = []
  const end = start + count
  let position = 0
  for (const part of deltas[index]?.parts ?? []) {
    const size = 'kind' in part ? 1 : part[1]
    const from = Math.max(start, position)
    const to = Math.min(end, position + size)
    if (from < to)
      pieces.push('kind' in part ? part : { index: index - 1, stretch: [part[0] + from - position, to - from] })
    position += size
    if (position >= end) return pieces
  }
  if (Number.isFinite(end)) throw notThere(end, position)
  return pieces
}

/** The turns of a session. Memory is linear in blocks: the latest turn is whole, the others are deltas and made whole on demand. */
export class History {
  readonly #deltas: TurnDelta[] = []
  readonly #ids = new Set<string>()
  /** The indexes of the turns that a run has completed. */
  readonly #completed = new Set<number>()
  #latest: Turn | undefined
  /** The blocks of the turn before the latest: what the latest is a delta to. */
  #before: readonly Block[] = []

  /** A history with the given turns. @throws SessionError `session_conflict` when they do not belong together. */
  static of(deltas: readonly TurnDelta[], isCompleted: (turn: TurnDelta, index: number) => boolean): History {
    const history = new History()
    const last = deltas.at(-1)
    if (last === undefined) return history
    for (const [index, delta] of deltas.entries()) {
      history.#deltas.push(delta)
      history.#ids.add(delta.id)
      if (isCompleted(delta, index)) history.#completed.add(index)
    }
    history.#before = blocksOf(deltas, deltas.length - 2)
    history.#latest = fromDelta(last, history.#before)
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
    const delta = this.#deltas[index]
    if (delta === undefined)
      throw new SessionError(
        'no_such_turn',
        `there is no turn ${index}: the session has ${this.#deltas.length}, counted from 0`,
      )
    if (index === this.#deltas.length - 1 && this.#latest !== undefined) return this.#latest
    const { parts: _, ...facts } = delta
    return withBlocks({ ...facts, blocks: [] }, blocksOf(this.#deltas, index))
  }

  append(turn: Turn): void {
    this.#before = this.#latest?.blocks ?? []
    this.#latest = withKnownBlocks(turn, this.#before)
    this.#deltas.push(toDelta(this.#latest, this.#before))
    this.#ids.add(turn.id)
  }

  /** Puts a further state of the latest turn in its place. */
  replaceLatest(turn: Turn): void {
    this.#latest = withKnownBlocks(turn, this.#before)
    this.#deltas[this.#deltas.length - 1] = toDelta(this.#latest, this.#before)
  }

  /** Whether there is a turn of that id. */
  has(turnId: string): boolean {
    return this.#ids.has(turnId)
  }

  /** Whether a run has completed the turn at `index`. */
  isCompleted(index: number): boolean {
    return this.#completed.has(index)
  }

  /** The latest turn has nothing left to run. */
  completeLatest(): void {
    this.#completed.add(this.#deltas.length - 1)
  }

  /** The turns up to and including the one at `index`. */
  upTo(index: number): History {
    return History.of(this.#deltas.slice(0, index + 1), (_, at) => this.#completed.has(at))
  }
}
