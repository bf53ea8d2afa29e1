import {
  type Block,
  type ContentPart,
  pendingCalls,
  type ToolOutcome,
  type Turn,
  toolResultBlock,
  withBlocks,
} from '@geppetto/turns'
import { SessionError } from './session-error.ts'

/** What came of a tool call that ran elsewhere. */
export interface AnsweredCall {
  readonly callId: string
  /** Default `ok`. */
  readonly outcome?: Exclude<ToolOutcome, 'pending'>
  readonly content: string | readonly ContentPart[]
}

/** The turn with answers in place of the pending results. @throws SessionError `no_such_call` when a call does not wait. */
export function answerCalls(turn: Turn, answers: readonly AnsweredCall[]): Turn {
  const waiting = new Set(turn.blocks.filter(isPending).map((block) => block.callId))
  const byCall = new Map<string, AnsweredCall>()
  for (const answer of answers) {
    if (!waiting.has(answer.callId))
      throw new SessionError(
        'no_such_call',
        `call ${answer.callId} does not wait for an answer; waiting: ${[...waiting].join(', ') || 'none'}`,
      )
    byCall.set(answer.callId, answer)
  }
  return withBlocks(
    turn,
    turn.blocks.map((block) => {
      const answer = isPending(block) ? byCall.get(block.callId) : undefined
      if (answer === undefined || block.kind !== 'tool-result') return block
      const { callId, name } = block
      return toolResultBlock({ callId, name, outcome: answer.outcome ?? 'ok', content: answer.content }, block)
    }),
  )
}

/** The turn with every pending result closed: the user went on without it. */
export function dismissPending(turn: Turn): Turn {
  if (pendingCalls(turn).length === 0) return turn
  const blocks = turn.blocks.map((block) => {
    if (!isPending(block)) return block
    const { callId, name } = block
    const content = 'Not run: the user went on without it.'
    return toolResultBlock({ callId, name, outcome: 'not-run', content }, block)
  })
  return withBlocks(turn, blocks)
}

function isPending(block: Block): block is Extract<Block, { kind: 'tool-result' }> {
  return block.kind === 'tool-result' && block.outcome === 'pending'
}
