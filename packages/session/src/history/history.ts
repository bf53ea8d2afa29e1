import { createTurn, type Turn, withBlocks } from '@geppetto/turns'
import { withKnownBlocks } from '../records/block-parts.ts'
import { changeOfKnown, changeOfNew, firstStateOf, turnOf } from '../records/turn-change.ts'
import { endingsOf, type Node } from './history-node.ts'
import { type Transcript, transcribe } from './transcript.ts'
import { TurnReader } from './turn-reader.ts'
import { TurnTree } from './turn-tree.ts'

/**
 * The turns of a session: a tree, in which the head says which turn is the latest. Nothing is overwritten: a further state of a turn is kept
 * as what it changed. Memory is linear in blocks: the latest turn is whole, the others are made whole on demand.
 */
export class History extends TurnTree {
  readonly #turns = new TurnReader()

  get latest(): Turn | undefined {
    const { latestState } = this
    return latestState && this.#turns.readHead(latestState)
  }

  /** The latest turn for what never began; an empty one where there is none, or it cannot be read: whoever goes on from it is told why. */
  get latestOrEmpty(): Turn {
    try {
      return this.latest ?? createTurn()
    } catch {
      return createTurn()
    }
  }

  /** Has the latest turn checked when it is first asked for, and again until it stands that. */
  checkLatest(check: (latest: Turn) => void): void {
    const { latestState } = this
    if (latestState !== undefined) this.#turns.checkFirst(latestState, check)
  }

  /** The turn at `index` of those up to the latest. @throws SessionError `no_such_turn` */
  get(index: number, field = 'index'): Turn {
    return this.#turnAt(this.nodeAt(index, field))
  }

  /** The turn of that id, on any branch. @throws SessionError `no_such_turn` */
  find(turnId: string): Turn {
    return this.#turnAt(this.nodeOf(turnId))
  }

  /** The turn at `index` as it entered the history, and whether it has changed since. @throws SessionError `no_such_turn` */
  getFirst(index: number): { readonly turn: Turn; readonly hasChanged: boolean } {
    const { state } = this.nodeAt(index)
    const first = firstStateOf(state)
    return { turn: turnOf(first), hasChanged: first !== state }
  }

  /** Appends a turn behind the latest, which it then is. @throws SessionError `duplicate_turn` */
  append(turn: Turn): void {
    this.#add(turn, this.latest)
  }

  /** Appends a turn behind the one that the turn at `index` follows. @throws SessionError `no_such_turn`, `duplicate_turn` */
  appendBeside(index: number, turn: Turn): void {
    const { parent } = this.nodeAt(index)
    this.#add(turn, parent && turnOf(parent.state))
  }

  /** Adds a further state of the latest turn. */
  replaceLatest(turn: Turn): void {
    const { latest } = this
    if (latest === undefined) return
    const known = withSameBlocks(turn, latest)
    const change = changeOfKnown(known, latest)
    if (change !== undefined) this.apply(change)
    this.#turns.keep(this.latestState, known)
  }

  /** Adds a further state of each turn, on any branch, that no run has completed, where `change` makes another of it. */
  replaceUnfinished(change: (turn: Turn) => Turn): void {
    for (const { isCompleted, state } of this.nodes.values()) {
      if (isCompleted) continue
      const turn = turnOf(state)
      const changed = changeOfKnown(change(turn), turn)
      if (changed !== undefined) this.apply(changed)
    }
  }

  /** The turns, without those that one which follows them begins with, unchanged. */
  endings(): Iterable<Turn> {
    return endingsOf([...this.nodes.values()])
  }

  /** The turns up to and including the one at `index`, without other branches. @throws SessionError `no_such_turn` */
  cutTo(index: number): History {
    this.nodeAt(index, 'index')
    const kept = new Set(this.pathIds.slice(0, index + 1))
    const cut = new History()
    for (const state of this.states) if (kept.has(state.id)) cut.enter(state)
    for (const turnId of this.completions) if (kept.has(turnId)) cut.complete(turnId)
    return cut
  }

  /** The newest `count` turns up to the latest, which is shown as it stands in `latest`, each with what it added. */
  transcribe(latest: Turn, count: number): Omit<Transcript, 'cursor'> {
    const from = Math.max(0, this.count - count)
    const turns = transcribe({ nodes: this.nodes.values(), path: this.path, from, latest })
    return { turns, earlier: from }
  }

  #turnAt({ state }: Node): Turn {
    return state === this.latestState ? this.#turns.readHead(state) : this.#turns.read(state)
  }

  #add(turn: Turn, after: Turn | undefined): void {
    this.assertNew(turn.id)
    const known = withSameBlocks(turn, after)
    this.apply(changeOfNew(known, after))
    this.#turns.keep(this.latestState, known)
  }
}

/** The turn with the blocks of `before` in place of copies of them. */
function withSameBlocks(turn: Turn, before: Turn | undefined): Turn {
  const blocks = withKnownBlocks(turn.blocks, before?.blocks ?? [])
  return blocks === turn.blocks ? turn : withBlocks(turn, blocks)
}
