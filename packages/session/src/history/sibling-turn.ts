import type { Clock, IdGenerator } from '@geppetto/context'
import { type Block, createTurn, defined, type Turn, userBlock, withBlocks } from '@geppetto/turns'
import type { Prompt } from '../contract/session-options.ts'
import { dismissCalls } from './dismissed-calls.ts'

/** A turn as it entered the history. */
export interface FirstTurn {
  readonly turn: Turn
  /** Whether a run, or an answer, has changed it since. */
  readonly hasChanged: boolean
}

/** The turn with what a run began with, to be run once more: another turn, without what the first run said or noted. */
export function turnToRunAgain(first: FirstTurn, clock: Clock, ids: IdGenerator): Turn {
  return sibling(first.turn, questionOf(first), clock.now(), ids.next('turn'))
}

/** The turn with another prompt in place of the last thing that the user said. What followed that is left out. */
export function turnWithPrompt({ turn }: FirstTurn, prompt: Prompt, clock: Clock, ids: IdGenerator): Turn {
  const createdAt = clock.now()
  const said = userBlock(prompt, { id: ids.next('blk'), createdAt })
  const index = lastSaid(turn)
  const before = index < 0 ? turn.blocks : turn.blocks.slice(0, index)
  return sibling(turn, [...before, said], createdAt, ids.next('turn'))
}

/** What a run began with. A turn that was given with its answer, and never run, is cut behind the last thing that the user said. */
function questionOf({ turn, hasChanged }: FirstTurn): readonly Block[] {
  const index = lastSaid(turn)
  return hasChanged || index < 0 ? turn.blocks : turn.blocks.slice(0, index + 1)
}

function lastSaid({ blocks }: Turn): number {
  return blocks.findLastIndex((block) => block.kind === 'user')
}

/** A call that waits, or can be resumed, is run in one of the turns, or it would be run twice. */
function sibling(turn: Turn, blocks: readonly Block[], createdAt: number, id: string): Turn {
  const { parentId, data } = turn
  const begun = withBlocks(turn, blocks)
  return createTurn({ id, createdAt, data, blocks: dismissCalls(begun).blocks, ...defined({ parentId }) })
}
