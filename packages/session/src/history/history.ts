import { createTurn, type Turn, withBlocks } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import { withKnownBlocks } from '../records/block-parts.ts'
import {
  changeOfKnown,
  changeOfNew,
  findMisfit,
  firstStateOf,
  KeptState,
  type Misfit,
  type TurnChange,
  turnOf,
  type UnreadChange,
} from '../records/turn-change.ts'
import { type BranchSummary, summarizeBranches } from './branch-summary.ts'
import { endingsOf, type Node, pathTo } from './history-node.ts'
import { type Transcript, transcribe } from './transcript.ts'

/** A moment of a history. */
export interface HistoryMark {
  /** How many changes there were. */
  readonly changes: number
  readonly headId: string | undefined
}

type Identified = Pick<TurnChange, 'id' | 'after'> | Pick<UnreadChange, 'id' | 'after'>

/**
 * The turns of a session: a tree, in which the head says which turn is the latest. Nothing is overwritten: a further state of a turn is kept
 * as what it changed. Memory is linear in blocks: the latest turn is whole, the others are made whole on demand.
 */
export class History {
  readonly #nodes = new Map<string, Node>()
  /** All states of all turns, oldest first. */
  readonly #states: KeptState[] = []
  readonly #completions: string[] = []
  /** From the first turn to the head. */
  #path: Node[] = []
  /** The turn at the head, once it was asked for. */
  #latest: Turn | undefined
  /** What must hold of a turn that was not looked at, before anybody goes on from it. */
  #unchecked: { readonly state: KeptState; readonly check: (turn: Turn) => void } | undefined

  /** How many turns there are from the first to the latest. */
  get count(): number {
    return this.#path.length
  }

  /** The id of the latest turn. */
  get headId(): string | undefined {
    return this.#path.at(-1)?.id
  }

  /** The ids of the turns from the first to the latest. */
  get pathIds(): readonly string[] {
    return this.#path.map(({ id }) => id)
  }

  get latest(): Turn | undefined {
    const head = this.#path.at(-1)
    return head && this.#turnAt(head)
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
    const state = this.latestState
    if (state !== undefined) this.#unchecked = { state, check }
  }

  /** The latest turn as it is kept. */
  get latestState(): KeptState | undefined {
    return this.#path.at(-1)?.state
  }

  /** How many changes there were of all turns. */
  get changeCount(): number {
    return this.#states.length
  }

  /** What became of all turns behind the first `count` changes, oldest first. */
  changesSince(count: number): readonly TurnChange[] {
    return this.#states.slice(count).map(({ change }) => change)
  }

  /** The ids of the turns that a run has completed, in that order. */
  get completions(): readonly string[] {
    return this.#completions
  }

  /** The turn at `index` of those up to the latest. @throws SessionError `no_such_turn` */
  get(index: number, field = 'index'): Turn {
    return this.#turnAt(this.#at(index, field))
  }

  /** The turn of that id, on any branch. @throws SessionError `no_such_turn` */
  find(turnId: string): Turn {
    return this.#turnAt(this.#nodeOf(turnId))
  }

  #turnAt(node: Node): Turn {
    if (node !== this.#path.at(-1)) return this.#read(node)
    this.#latest ??= this.#read(node)
    return this.#latest
  }

  /** @throws SessionError `invalid_stored_session` where it is the one that was to be looked at, and does not stand that */
  #read({ state }: Node): Turn {
    const turn = turnOf(state)
    if (this.#unchecked?.state === state) {
      this.#unchecked.check(turn)
      this.#unchecked = undefined
    }
    return turn
  }

  /** The turn at `index` as it entered the history, and whether it has changed since. @throws SessionError `no_such_turn` */
  getFirst(index: number): { readonly turn: Turn; readonly hasChanged: boolean } {
    const { state } = this.#at(index)
    const first = firstStateOf(state)
    return { turn: turnOf(first), hasChanged: first !== state }
  }

  /** Appends a turn behind the latest, which it then is. @throws SessionError `duplicate_turn` */
  append(turn: Turn): void {
    this.#add(turn, this.latest)
  }

  /** Appends a turn behind the one that the turn at `index` follows. @throws SessionError `no_such_turn`, `duplicate_turn` */
  appendBeside(index: number, turn: Turn): void {
    const { parent } = this.#at(index)
    this.#add(turn, parent && turnOf(parent.state))
  }

  #add(turn: Turn, after: Turn | undefined): void {
    this.assertNew(turn.id)
    const known = withSameBlocks(turn, after)
    this.apply(changeOfNew(known, after))
    this.#latest = known
  }

  /** To be given to {@link returnTo}. */
  get mark(): HistoryMark {
    return { changes: this.changeCount, headId: this.headId }
  }

  /** Takes back what was added since, which nobody has written. */
  returnTo({ changes, headId }: HistoryMark): void {
    for (const { id, after } of this.#states.splice(changes).reverse()) {
      const node = this.#nodes.get(id)
      if (after !== undefined) this.#nodes.delete(id)
      else if (node?.state.base !== undefined) node.state = node.state.base
    }
    this.#path = pathTo(this.#nodes.get(headId ?? ''))
    this.#latest = undefined
  }

  /** @throws SessionError `duplicate_turn` where there is a turn of that id, on any branch. */
  assertNew(turnId: string): void {
    if (this.#nodes.has(turnId))
      throw new SessionError(
        'duplicate_turn',
        `the session has a turn ${turnId} already: give createTurn another id, or none`,
        { field: 'id' },
      )
  }

  /** Adds a further state of the latest turn. */
  replaceLatest(turn: Turn): void {
    const { latest } = this
    if (latest === undefined) return
    const known = withSameBlocks(turn, latest)
    const change = changeOfKnown(known, latest)
    if (change !== undefined) this.apply(change)
    this.#latest = known
  }

  /** Adds a further state of each turn, on any branch, that no run has completed, where `change` makes another of it. */
  replaceUnfinished(change: (turn: Turn) => Turn): void {
    for (const node of this.#nodes.values()) {
      if (node.isCompleted) continue
      const turn = turnOf(node.state)
      const changed = changeOfKnown(change(turn), turn)
      if (changed !== undefined) this.apply(changed)
    }
  }

  /** The turns, without those that one which follows them begins with, unchanged. */
  endings(): Iterable<Turn> {
    return endingsOf([...this.#nodes.values()])
  }

  /** Where a change does not fit what there is; undefined where it does. */
  findMisfit(change: TurnChange): Misfit | undefined {
    return this.findMisplaced(change) ?? findMisfit(change, this.#baseOf(change)?.state)
  }

  /** Where a change speaks of turns that are missing, or there already; undefined where it does not. */
  findMisplaced({ id, after }: Identified): Misfit | undefined {
    const known = this.#nodes.has(id)
    if (after === undefined)
      return known ? undefined : { field: 'id', why: `id is that of turn ${id}, which is missing` }
    if (known) return { field: 'id', why: `id is that of turn ${id}, which is there already` }
    if (after === null || this.#nodes.has(after)) return undefined
    return { field: 'after', why: `after is turn ${after}, which is missing` }
  }

  /** Adds what became of a turn, which must fit, or be in its place where it has not been read. A turn that is new is then the latest. */
  apply(change: TurnChange | UnreadChange): void {
    this.#enter(new KeptState(change, this.#baseOf(change)?.state))
  }

  /** The turns up to and including the one at `index`, without other branches. @throws SessionError `no_such_turn` */
  cutTo(index: number): History {
    this.#at(index, 'index')
    const kept = new Set(this.#path.slice(0, index + 1).map(({ id }) => id))
    const cut = new History()
    for (const state of this.#states) if (kept.has(state.id)) cut.#enter(state)
    for (const turnId of this.#completions) if (kept.has(turnId)) cut.complete(turnId)
    return cut
  }

  #baseOf({ id, after }: Identified): Node | undefined {
    return after === null ? undefined : this.#nodes.get(after ?? id)
  }

  #enter(state: KeptState): void {
    const { id } = state
    this.#states.push(state)
    const known = this.#nodes.get(id)
    if (known !== undefined) {
      known.state = state
      if (known === this.#path.at(-1)) this.#latest = undefined
      return
    }
    const parent = this.#baseOf(state)
    const node: Node = { id, parent, state, isCompleted: false }
    this.#nodes.set(id, node)
    if (parent !== this.#path.at(-1)) this.#path = pathTo(parent)
    this.#path.push(node)
    this.#latest = undefined
  }

  /** Makes another turn the latest. @throws SessionError `no_such_turn` */
  checkout(turnId: string): void {
    const node = this.#nodeOf(turnId)
    if (node === this.#path.at(-1)) return
    this.#path = pathTo(node)
    this.#latest = undefined
  }

  /** Whether there is a turn of that id, on any branch. */
  has(turnId: string): boolean {
    return this.#nodes.has(turnId)
  }

  /** See {@link summarizeBranches}. */
  branches(): readonly BranchSummary[] {
    return summarizeBranches(this.#nodes.values(), this.#path.at(-1))
  }

  /** The newest `count` turns up to the latest, which is shown as it stands in `latest`, each with what it added. */
  transcribe(latest: Turn, count: number): Omit<Transcript, 'cursor'> {
    const from = Math.max(0, this.count - count)
    const turns = transcribe({ nodes: this.#nodes.values(), path: this.#path, from, latest })
    return { turns, earlier: from }
  }

  /** Whether a run has completed the latest turn. */
  get isCompleted(): boolean {
    return this.#path.at(-1)?.isCompleted === true
  }

  /** The latest turn has nothing left to run. */
  completeLatest(): void {
    const { headId } = this
    if (headId !== undefined) this.complete(headId)
  }

  /** The turn has nothing left to run. */
  complete(turnId: string): void {
    const node = this.#nodes.get(turnId)
    if (node === undefined || node.isCompleted) return
    node.isCompleted = true
    this.#completions.push(node.id)
  }

  #nodeOf(turnId: string): Node {
    const node = this.#nodes.get(turnId)
    if (node !== undefined) return node
    throw new SessionError('no_such_turn', `the session has no turn ${turnId}, on any branch`, { field: 'turnId' })
  }

  #at(index: number, field = 'at'): Node {
    const node = this.#path[index]
    if (node !== undefined) return node
    throw new SessionError('no_such_turn', `there is no turn ${index}: the session has ${this.count}, counted from 0`, {
      field,
    })
  }
}

/** The turn with the blocks of `before` in place of copies of them. */
function withSameBlocks(turn: Turn, before: Turn | undefined): Turn {
  const blocks = withKnownBlocks(turn.blocks, before?.blocks ?? [])
  return blocks === turn.blocks ? turn : withBlocks(turn, blocks)
}
