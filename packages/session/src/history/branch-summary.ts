import { contentText } from '@geppetto/turns'
import { isSessionError } from '../contract/session-error.ts'
import { factsOf, ownStates } from '../records/turn-change.ts'
import type { Branch, Node } from './history-node.ts'

/** A branch of a session, to its end, as a list of them shows it. */
export interface BranchSummary extends Branch {
  /** The turn behind which it parts from the others: absent where it is another beginning, or the only one. */
  readonly parentId?: string
  /** How many turns there are from the first of the session to its end. */
  readonly turnCount: number
  /** What the user said last on it, in one line of at most 80 characters; empty where that was no text. */
  readonly prompt: string
  /** When the turn at its end was made, in milliseconds since the epoch. */
  readonly createdAt: number
  /** Why that cannot be read, where it cannot: then the prompt is empty, and `createdAt` 0. */
  readonly damage?: string
}

const promptLength = 80

/** The ways from the first turn to each that none follows, in the order in which those were made; `nodes` in that order too. */
export function summarizeBranches(nodes: Iterable<Node>, head: Node | undefined): readonly BranchSummary[] {
  const depths = new Map<Node, number>()
  const followers = new Map<Node | undefined, number>()
  for (const node of nodes) {
    depths.set(node, (node.parent === undefined ? 0 : (depths.get(node.parent) ?? 0)) + 1)
    followers.set(node.parent, (followers.get(node.parent) ?? 0) + 1)
  }
  return [...depths].flatMap(([tip, turnCount]) => {
    if (followers.has(tip)) return []
    const { own, isCurrent } = ownPart(tip, followers, head)
    return {
      turnId: own.id,
      tipId: tip.id,
      isCurrent,
      ...(own.parent !== undefined && { parentId: own.parent.id }),
      turnCount,
      ...saidOn(tip),
    }
  })
}

/** A damaged turn must not hide the branches that are sound. */
function saidOn(tip: Node): Pick<BranchSummary, 'prompt' | 'createdAt' | 'damage'> {
  try {
    return { prompt: lastPrompt(tip), createdAt: factsOf(tip.state).createdAt }
  } catch (error) {
    if (!isSessionError(error)) throw error
    return { prompt: '', createdAt: 0, damage: error.message }
  }
}

/** The first turn that the branch shares with no other, and whether the session is there or behind. */
function ownPart(
  tip: Node,
  followers: ReadonlyMap<Node | undefined, number>,
  head: Node | undefined,
): { readonly own: Node; readonly isCurrent: boolean } {
  let own = tip
  let isCurrent = own === head
  while (own.parent !== undefined && followers.get(own.parent) === 1) {
    own = own.parent
    isCurrent ||= own === head
  }
  return { own, isCurrent }
}

function lastPrompt(tip: Node): string {
  for (let node: Node | undefined = tip; node !== undefined; node = node.parent) {
    const added = ownStates(node.state).flatMap(({ change }) => change.parts)
    const said = added.findLast((part) => 'kind' in part && part.kind === 'user')
    if (said !== undefined && 'kind' in said && said.kind === 'user') return inOneLine(contentText(said.content))
  }
  return ''
}

function inOneLine(text: string): string {
  const characters = [...text.trim().replaceAll(/\s+/g, ' ')]
  return characters.length <= promptLength ? characters.join('') : `${characters.slice(0, promptLength - 1).join('')}…`
}
