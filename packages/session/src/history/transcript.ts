import type { EventCursor } from '@geppetto/events'
import { type Block, findBlockIndex, type JsonObject, type Turn } from '@geppetto/turns'
import { factsOf, ownStates, turnOf } from '../records/turn-change.ts'
import { type Branch, branchesOnPath, type Node } from './history-node.ts'

/** A turn as a transcript shows it. */
export interface TranscriptTurn {
  readonly turnId: string
  /** The turn that it follows; absent for the first. */
  readonly parentId?: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** What it added to the conversation, as it stands now. */
  readonly blocks: readonly Block[]
  readonly metadata: JsonObject
  /** It and those beside it, as `regenerate` and `editPrompt` make them, in that order: what each says, `session.branches()` has by its `tipId`. */
  readonly branches: readonly Branch[]
}

/** The conversation for those who show it. */
export interface Transcript {
  /** From the earliest that was asked for to the latest. */
  readonly turns: readonly TranscriptTurn[]
  /** How many there are before these. */
  readonly earlier: number
  /** The last event that the turns have taken in: `attach({ from: cursor })` gives what follows. */
  readonly cursor: EventCursor
}

/** What a transcript is made of. */
export interface TranscriptSource {
  readonly nodes: Iterable<Node>
  /** From the first turn to the latest. */
  readonly path: readonly Node[]
  /** The index of the first turn that is told of. */
  readonly from: number
  /** The latest turn, as far as readers have it from here. */
  readonly latest: Turn
}

/** Each turn with what it added. Linear in the turns that are told of, and in the blocks of the latest. */
export function transcribe({ nodes, path, from, latest }: TranscriptSource): readonly TranscriptTurn[] {
  const told = path.slice(from)
  if (told.length === 0) return []
  const before = path[from - 1]
  const known = before === undefined ? [] : turnOf(before.state).blocks
  const owners = new Map<string, Node>()
  for (const node of told)
    for (const { change } of ownStates(node.state))
      for (const part of change.parts)
        if ('kind' in part && !owners.has(part.id) && findBlockIndex(known, part.id) < 0) owners.set(part.id, node)
  const owned = new Map<Node, Block[]>(told.map((node) => [node, []]))
  const shown = new Set<string>()
  for (const block of latest.blocks) {
    const owner = owners.get(block.id)
    if (owner === undefined) continue
    owned.get(owner)?.push(block)
    shown.add(block.id)
  }
  const lost = new Set([...owners].flatMap(([id, node]) => (shown.has(id) || node.id === latest.id ? [] : [node])))
  const branches = branchesOnPath(nodes, told)
  return told.map((node) => {
    const isLatest = node.id === latest.id
    // What a later turn has left out, as one that was given by the program, was said in this one all the same.
    const blocks = lost.has(node)
      ? turnOf(node.state).blocks.filter(({ id }) => owners.get(id) === node)
      : (owned.get(node) ?? [])
    const { createdAt, metadata } = isLatest ? latest : factsOf(node.state)
    const parent = node.parent === undefined ? {} : { parentId: node.parent.id }
    return { turnId: node.id, ...parent, createdAt, blocks, metadata, branches: branches.get(node) ?? [] }
  })
}
