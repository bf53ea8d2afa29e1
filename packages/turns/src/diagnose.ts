import { arrangeResults } from './arrange-results.ts'
import type { Block } from './block.ts'
import { ownBlock } from './block-shape.ts'
import { isEmptyBlock } from './empty-block.ts'
import { isUnmarkedReasoning } from './lineage.ts'
import { readTurn } from './own-turn.ts'
import { findUnreadableParts } from './unreadable-parts.ts'
import { findProblems, type TurnProblem } from './validate.ts'

/** What can be wrong with a history, beyond what makes it invalid: an adapter may have to leave out or move what these codes name. */
export type TurnFindingCode =
  | TurnProblem['code']
  /** The result stands before its call. */
  | 'result_before_call'
  /** The result stands behind what was said after its call's step. */
  | 'result_out_of_place'
  /** An image, a file or audio whose bytes are no base64. */
  | 'unreadable_media'
  /** The block says nothing. */
  | 'empty_block'
  /** The reasoning was cut off, and nothing says that no provider may get it back. */
  | 'unmarked_reasoning'

/** One thing that is wrong with a history. */
export interface TurnFinding {
  readonly code: TurnFindingCode
  /** Where, as a path: `blocks[3].callId`; empty where it is the whole. */
  readonly path: string
  /** The block that it is about, where there is one. */
  readonly blockId?: string
  readonly message: string
}

/** A block that is one, and where it stands. */
interface Placed {
  readonly index: number
  readonly block: Block
}

/**
 * What is wrong with an imported or foreign history, as data; empty when nothing is. Builds on {@link validateTurn}: what that finds is here too,
 * with the same codes and paths, but that a result before its call is one finding, not an orphan and a call without a result. Never throws.
 */
export function diagnoseTurn(value: unknown): readonly TurnFinding[] {
  const placed = placedBlocks(readTurn(value).blocks ?? [])
  const blocks = new Map(placed.map(({ index, block }) => [index, block]))
  const problems = findProblems(value)
  const { moved } = arrangeResults(placed)
  const reported = new Set(problems.map(({ field }) => indexOf(field)))
  const early = new Map([...moved].map(({ index, block }) => [index, callIdOf(block)]))
  const isEarly = ({ code, field }: TurnProblem) => code === 'orphan_result' && early.has(indexOf(field))
  const answeredEarly = new Set(problems.filter(isEarly).map(({ field }) => early.get(indexOf(field))))
  const findings = problems.flatMap((problem) => {
    const { code, field, message } = problem
    const block = blocks.get(indexOf(field))
    if (isEarly(problem))
      return finding('result_before_call', field, block, `the result of call ${callIdOf(block)} stands before the call`)
    return code === 'unanswered_call' && answeredEarly.has(callIdOf(block)) ? [] : finding(code, field, block, message)
  })
  for (const placing of placed) {
    const { index, block } = placing
    const path = `blocks[${index}]`
    if (moved.has(placing) && !reported.has(index))
      findings.push(
        finding(
          'result_out_of_place',
          path,
          block,
          `the result of call ${callIdOf(block)} stands behind what came after`,
        ),
      )
    for (const { index: at, part, reason } of findUnreadableParts(block))
      findings.push(finding('unreadable_media', `${path}.content[${at}]`, block, `the ${part.type} ${reason}`))
    if (isEmptyBlock(block)) findings.push(finding('empty_block', path, block, `the ${block.kind} block says nothing`))
    if (isUnmarkedReasoning(block))
      findings.push(
        finding('unmarked_reasoning', path, block, 'reasoning that was cut off could be sent back: seal the turn'),
      )
  }
  return findings
}

function placedBlocks(items: readonly unknown[]): readonly Placed[] {
  return items.flatMap((item, index) => {
    const { block } = ownBlock(item)
    return block === undefined ? [] : [{ index, block }]
  })
}

function finding(code: TurnFindingCode, path: string, block: Block | undefined, message: string): TurnFinding {
  return { code, path, ...(block === undefined ? undefined : { blockId: block.id }), message }
}

function callIdOf(block: Block | undefined): string | undefined {
  return block?.kind === 'tool-call' || block?.kind === 'tool-result' ? block.callId : undefined
}

/** The number in a path of ours; -1 where it is about no block. */
function indexOf(path: string): number {
  const [, index] = /^blocks\[(\d+)\]/.exec(path) ?? []
  return index === undefined ? -1 : Number(index)
}
