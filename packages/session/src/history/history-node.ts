import type { Turn } from '@geppetto/turns'
import { isBeginningOf, type KeptState, turnOf } from '../records/turn-change.ts'

/** A turn of the history. */
export interface Node {
  readonly id: string
  /** The turn that it follows. */
  readonly parent: Node | undefined
  state: KeptState
  /** It has nothing left to run. */
  isCompleted: boolean
}

/** One way in which a conversation goes on. */
export interface Branch {
  /** The turn with which it parts from the others. */
  readonly turnId: string
  /** The turn that was made last of those that go on from there: check it out to go on with the branch. */
  readonly tipId: string
  /** Whether the session is on it. */
  readonly isCurrent: boolean
}

/** At each turn of a path, it and those beside it, in the order in which they were made; `nodes` in that order too. */
export function branchesOnPath(nodes: Iterable<Node>, path: readonly Node[]): ReadonlyMap<Node, readonly Branch[]> {
  const all = [...nodes]
  const tips = new Map<Node, Node>()
  // From the newest on: the first that comes to a turn is the newest that follows it.
  for (const node of all.toReversed()) {
    const tip = tips.get(node) ?? node
    tips.set(node, tip)
    if (node.parent !== undefined && !tips.has(node.parent)) tips.set(node.parent, tip)
  }
  const parents = new Set(path.map(({ parent }) => parent))
  const siblings = Map.groupBy(
    all.filter(({ parent }) => parents.has(parent)),
    ({ parent }) => parent,
  )
  return new Map(
    path.map((current) => [
      current,
      (siblings.get(current.parent) ?? []).map((node) => ({
        turnId: node.id,
        tipId: (tips.get(node) ?? node).id,
        isCurrent: node === current,
      })),
    ]),
  )
}

/** From the first turn to `node`. */
export function pathTo(node: Node | undefined): Node[] {
  const path: Node[] = []
  for (let step = node; step !== undefined; step = step.parent) path.push(step)
  return path.reverse()
}

/** The turns, without those that one which follows them begins with, unchanged. */
export function* endingsOf(nodes: readonly Node[]): Iterable<Turn> {
  const kept = new Set<Node>()
  for (const { parent, state } of nodes)
    if (parent !== undefined && isBeginningOf(parent.state, state)) kept.add(parent)
  for (const node of nodes) if (!kept.has(node)) yield turnOf(node.state)
}
