import {
  type ContentPart,
  findResultIndex,
  pendingCalls,
  quote,
  type ToolOutcome,
  type Turn,
  toolResultBlock,
  withBlocks,
} from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'

/** What came of a tool call that ran elsewhere. */
export interface AnsweredCall {
  readonly callId: string
  /** Default `ok`. */
  readonly outcome?: Exclude<ToolOutcome, 'pending'>
  readonly content: string | readonly ContentPart[]
}

/** The turn with answers in place of the pending results. @throws SessionError `no_such_call` when a call does not wait. */
export function answerCalls(turn: Turn, answers: readonly AnsweredCall[]): Turn {
  if (!Array.isArray(answers))
    throw new SessionError('invalid_options', `answers must be a list of { callId, content }, not ${quote(answers)}`, {
      field: 'answers',
    })
  const waiting = new Map(pendingCalls(turn).map((call) => [call.callId, call]))
  const results = new Map<string, AnsweredCall & { readonly name: string }>()
  for (const [index, answer] of answers.entries()) {
    if (typeof answer !== 'object' || answer === null)
      throw new SessionError('invalid_options', `an answer must be { callId, content }, not ${quote(answer)}`, {
        field: `answers[${index}]`,
      })
    const call = waiting.get(answer.callId)
    if (call === undefined)
      throw new SessionError(
        'no_such_call',
        `call ${answer.callId} does not wait for an answer; waiting: ${[...waiting.keys()].join(', ') || 'none'}`,
        { field: 'callId' },
      )
    results.set(answer.callId, { ...answer, name: call.name })
  }
  return withResults(turn, [...results.values()])
}

/** The turn with every pending result closed: the user went on without it. */
export function dismissPending(turn: Turn): Turn {
  const content = 'Not run: the user went on without it.'
  const results = pendingCalls(turn).map(({ callId, name }) => ({ callId, name, outcome: 'not-run' as const, content }))
  return withResults(turn, results)
}

/** The turn with each result in the place, and under the id, of the one that its call has. */
function withResults(turn: Turn, results: readonly (AnsweredCall & { readonly name: string })[]): Turn {
  if (results.length === 0) return turn
  const blocks = [...turn.blocks]
  for (const { callId, name, outcome = 'ok', content } of results) {
    const index = findResultIndex(turn.blocks, callId)
    const pending = turn.blocks[index]
    if (pending !== undefined) blocks[index] = toolResultBlock({ callId, name, outcome, content }, pending)
  }
  return withBlocks(turn, blocks)
}
