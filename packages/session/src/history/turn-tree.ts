import { SessionError } from '../contract/session-error.ts'
import { findMisfit, KeptState, type Misfit, type TurnChange, type UnreadChange } from '../records/turn-change.ts'
import { type BranchSummary, summarizeBranches } from './branch-summary.ts'
import { type Node, pathTo } from './history-node.ts'

/** A moment of a history. */
export interface HistoryMark {
  /** How many changes there were. */
  readonly changes: number
  readonly headId: string | undefined
}

type Identified = Pick<TurnChange, 'id' | 'after'> | Pick<UnreadChange, 'id' | 'after'>

/** Which turns there are, which follows which, and which is the latest: the head. What was said in them is read by nobody here. */
export class TurnTree {
  protected readonly nodes: Map<string, Node> = new Map()
  /** All states of all turns, oldest first. */
  protected readonly states: KeptState[] = []
  /** From the first turn to the head. */
  protected path: Node[] = []
  readonly #completions: string[] = []

  /** How many turns there are from the first to the latest. */
  get count(): number {
    return this.path.length
  }

  /** The id of the latest turn. */
  get headId(): string | undefined {
    return this.path.at(-1)?.id
  }

  /** The ids of the turns from the first to the latest. */
  get pathIds(): readonly string[] {
    return this.path.map(({ id }) => id)
  }

  /** The latest turn as it is kept. */
  get latestState(): KeptState | undefined {
    return this.path.at(-1)?.state
  }

  /** How many changes there were of all turns. */
  get changeCount(): number {
    return this.states.length
  }

  /** What became of all turns behind the first `count` changes, oldest first. */
  changesSince(count: number): readonly TurnChange[] {
    return this.states.slice(count).map(({ change }) => change)
  }

  /** To be given to {@link returnTo}. */
  get mark(): HistoryMark {
    return { changes: this.changeCount, headId: this.headId }
  }

  /** Takes back what was added since, which nobody has written. */
  returnTo({ changes, headId }: HistoryMark): void {
    for (const { id, after } of this.states.splice(changes).reverse()) {
      const node = this.nodes.get(id)
      if (after !== undefined) this.nodes.delete(id)
      else if (node?.state.base !== undefined) node.state = node.state.base
    }
    this.path = pathTo(this.nodes.get(headId ?? ''))
  }

  /** Where a change does not fit what there is; undefined where it does. */
  findMisfit(change: TurnChange): Misfit | undefined {
    return this.findMisplaced(change) ?? findMisfit(change, this.#baseOf(change)?.state)
  }

  /** Where a change speaks of turns that are missing, or there already; undefined where it does not. */
  findMisplaced({ id, after }: Identified): Misfit | undefined {
    const known = this.has(id)
    if (after === undefined)
      return known ? undefined : { field: 'id', why: `id is that of turn ${id}, which is missing` }
    if (known) return { field: 'id', why: `id is that of turn ${id}, which is there already` }
    if (after === null || this.has(after)) return undefined
    return { field: 'after', why: `after is turn ${after}, which is missing` }
  }

  /** Adds what became of a turn, which must fit, or be in its place where it has not been read. A turn that is new is then the latest. */
  apply(change: TurnChange | UnreadChange): void {
    this.enter(new KeptState(change, this.#baseOf(change)?.state))
  }

  protected enter(state: KeptState): void {
    const { id } = state
    this.states.push(state)
    const known = this.nodes.get(id)
    if (known !== undefined) {
      known.state = state
      return
    }
    const parent = this.#baseOf(state)
    const node: Node = { id, parent, state, isCompleted: false }
    this.nodes.set(id, node)
    if (parent !== this.path.at(-1)) this.path = pathTo(parent)
    this.path.push(node)
  }

  /** Makes another turn the latest. @throws SessionError `no_such_turn` */
  checkout(turnId: string): void {
    const node = this.nodeOf(turnId)
    if (node !== this.path.at(-1)) this.path = pathTo(node)
  }

  /** Whether there is a turn of that id, on any branch. */
  has(turnId: string): boolean {
    return this.nodes.has(turnId)
  }

  /** @throws SessionError `duplicate_turn` where there is a turn of that id, on any branch. */
  assertNew(turnId: string): void {
    if (this.has(turnId))
      throw new SessionError(
        'duplicate_turn',
        `the session has a turn ${turnId} already: give createTurn another id, or none`,
        { field: 'id' },
      )
  }

  /** See {@link summarizeBranches}. */
  branches(): readonly BranchSummary[] {
    return summarizeBranches(this.nodes.values(), this.path.at(-1))
  }

  /** The ids of the turns that a run has completed, in that order. */
  get completions(): readonly string[] {
    return this.#completions
  }

  /** Whether a run has completed the latest turn. */
  get isCompleted(): boolean {
    return this.path.at(-1)?.isCompleted === true
  }

  /** The latest turn has nothing left to run. */
  completeLatest(): void {
    const { headId } = this
    if (headId !== undefined) this.complete(headId)
  }

  /** The turn has nothing left to run. */
  complete(turnId: string): void {
    const node = this.nodes.get(turnId)
    if (node === undefined || node.isCompleted) return
    node.isCompleted = true
    this.#completions.push(node.id)
  }

  protected nodeOf(turnId: string): Node {
    const node = this.nodes.get(turnId)
    if (node !== undefined) return node
    throw new SessionError('no_such_turn', `the session has no turn ${turnId}, on any branch`, { field: 'turnId' })
  }

  protected nodeAt(index: number, field = 'at'): Node {
    const node = this.path[index]
    if (node !== undefined) return node
    throw new SessionError('no_such_turn', `there is no turn ${index}: the session has ${this.count}, counted from 0`, {
      field,
    })
  }

  #baseOf({ id, after }: Identified): Node | undefined {
    return after === null ? undefined : this.nodes.get(after ?? id)
  }
}
