import type { ToolCallBlock, ToolResultBlock } from './block.ts'
import { isOwnList, knownStateOf } from './block-list.ts'
import { ownBlock } from './block-shape.ts'
import { TurnError } from './errors.ts'
import { readTurnOnce } from './own-turn.ts'
import { joinField } from './shape.ts'
import type { Turn } from './turn.ts'

/** One thing that makes a turn unfit to be committed or sent. */
export interface TurnProblem {
  readonly code:
    | 'empty_id'
    | 'duplicate_id'
    | 'not_json'
    | 'malformed_turn'
    | 'malformed_block'
    | 'duplicate_call'
    | 'orphan_result'
    | 'duplicate_result'
    | 'unanswered_call'
  /** Where, as a path: `blocks[3].callId`. */
  readonly field: string
  /** The id of the block, where it has one. */
  readonly blockId?: string
  readonly message: string
}

/** What {@link validateTurn} is asked for. */
export interface ValidateOptions {
  /** Allow tool calls without a result, as while a run goes on. Default false: the turn must be sealed. */
  readonly open?: boolean
}

/**
 * What keeps a turn from being committed or sent; empty when nothing does. The one definition of validity: adapters add
 * constraints of their APIs, as data, and no other idea of what is valid. Never throws, whatever it is given.
 */
export function validateTurn(turn: Turn, options: ValidateOptions = {}): readonly TurnProblem[] {
  return findProblems(turn, options)
}

/** What {@link validateTurn} finds, also in what nobody has called a turn yet. */
export function findProblems(turn: unknown, options: ValidateOptions = {}): readonly TurnProblem[] {
  const { problem, blocks = [] } = readTurnOnce(turn)
  const problems = problem === undefined ? [] : [problem]
  const known = isOwnList(blocks) ? knownStateOf(blocks) : undefined
  if (known === 'sealed' || (known === 'open' && options.open === true)) return problems
  const calls = new CallLedger(problems)
  const ids = new Set<string>()
  for (const [index, item] of blocks.entries()) {
    const { block, problem: found } = ownBlock(item)
    if (found !== undefined) {
      const code = found.field === 'id' ? 'empty_id' : found.code
      problems.push({ code, field: joinField(`blocks[${index}]`, found.field), message: found.message })
      continue
    }
    const { id } = block
    if (ids.has(id))
      problems.push({
        code: 'duplicate_id',
        field: `blocks[${index}].id`,
        blockId: id,
        message: `block id ${id} is used twice`,
      })
    ids.add(id)
    if (block.kind === 'tool-call') calls.addCall(block, index)
    else if (block.kind === 'tool-result') calls.addResult(block, index)
  }
  if (options.open !== true) calls.reportUnanswered()
  return problems
}

/** @throws TurnError `invalid_turn` naming the first problem, when there is one. */
export function assertValidTurn(turn: Turn, options: ValidateOptions = {}): void {
  const [first, ...others] = validateTurn(turn, options)
  if (first === undefined) return
  const { id } = readTurnOnce(turn).facts ?? {}
  const which = id === undefined ? 'the turn' : `turn ${id}`
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const where = first.field === '' ? '' : `${first.field}: `
  throw new TurnError('invalid_turn', `${which} is not valid: ${where}${first.message}${more}`, {
    field: first.field,
  })
}

/** Which calls were made and answered so far. */
class CallLedger {
  readonly #problems: TurnProblem[]
  readonly #calls = new Map<string, { readonly call: ToolCallBlock; readonly index: number; isAnswered: boolean }>()

  constructor(problems: TurnProblem[]) {
    this.#problems = problems
  }

  addCall(call: ToolCallBlock, index: number): void {
    if (this.#calls.has(call.callId))
      this.#report('duplicate_call', call, index, `call id ${call.callId} is used twice`)
    else this.#calls.set(call.callId, { call, index, isAnswered: false })
  }

  addResult(result: ToolResultBlock, index: number): void {
    const { callId } = result
    const call = this.#calls.get(callId)
    if (call === undefined)
      this.#report(
        'orphan_result',
        result,
        index,
        `a result for call ${callId}, which was not made before it: leave it out, or put the call before it`,
      )
    else if (call.isAnswered)
      this.#report('duplicate_result', result, index, `call ${callId} has two results: leave one out`)
    else call.isAnswered = true
  }

  reportUnanswered(): void {
    for (const { call, index, isAnswered } of this.#calls.values())
      if (!isAnswered)
        this.#report(
          'unanswered_call',
          call,
          index,
          `call ${call.callId} of ${call.name} has no result: call sealTurn(turn) first`,
        )
  }

  #report(code: TurnProblem['code'], { id }: ToolCallBlock | ToolResultBlock, index: number, message: string): void {
    this.#problems.push({ code, field: `blocks[${index}].callId`, blockId: id, message })
  }
}
