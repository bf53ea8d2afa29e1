import type { Block, ToolCallBlock } from './block.ts'
import type { ContentPart } from './content.ts'
import { quote, TurnError } from './errors.ts'
import { findNonJson, isJsonObject } from './json.ts'
import type { Turn } from './turn.ts'

/** One thing that makes a turn unfit to be committed or sent. */
export interface TurnProblem {
  readonly code:
    | 'empty_id'
    | 'duplicate_id'
    | 'not_json'
    | 'malformed_block'
    | 'duplicate_call'
    | 'orphan_result'
    | 'duplicate_result'
    | 'unanswered_call'
  /** Where, as a path: `blocks[3].callId`. */
  readonly field: string
  readonly message: string
}

/** What {@link validateTurn} is asked for. */
export interface ValidateOptions {
  /** Allow tool calls without a result, as while a run goes on. Default false: the turn must be sealed. */
  readonly open?: boolean
}

/**
 * What keeps a turn from being committed or sent; empty when nothing does. The one definition of validity: adapters add
 * constraints of their APIs, as data, and no other idea of what is valid.
 */
export function validateTurn(turn: Turn, options: ValidateOptions = {}): readonly TurnProblem[] {
  const problems: TurnProblem[] = []
  const report = (code: TurnProblem['code'], field: string, message: string) => {
    problems.push({ code, field, message })
  }
  if (typeof turn.id !== 'string' || turn.id === '') report('empty_id', 'id', 'a turn needs an id')
  for (const part of ['metadata', 'data'] as const) {
    const problem = isJsonObject(turn[part]) ? findNonJson(turn[part], part) : `${part} must be an object`
    if (problem !== undefined) report('not_json', part, problem)
  }
  const ids = new Set<string>()
  const calls = new Map<string, { readonly call: ToolCallBlock; readonly field: string; isAnswered: boolean }>()
  for (const [index, block] of turn.blocks.entries()) {
    const field = `blocks[${index}]`
    if (typeof block.id !== 'string' || block.id === '') report('empty_id', `${field}.id`, 'a block needs an id')
    else if (ids.has(block.id)) report('duplicate_id', `${field}.id`, `block id ${block.id} is used twice`)
    ids.add(block.id)
    const malformed = findBlockProblem(block)
    if (malformed !== undefined) report('malformed_block', `${field}.${malformed.field}`, malformed.message)
    const notJson = findNonJson(block, field)
    if (notJson !== undefined) report('not_json', field, notJson)
    if (block.kind === 'tool-call') {
      if (calls.has(block.callId)) report('duplicate_call', `${field}.callId`, `call id ${block.callId} is used twice`)
      else calls.set(block.callId, { call: block, field, isAnswered: false })
    } else if (block.kind === 'tool-result') {
      const call = calls.get(block.callId)
      if (call === undefined)
        report('orphan_result', `${field}.callId`, `a result for call ${block.callId}, which was not made before it`)
      else if (call.isAnswered) report('duplicate_result', `${field}.callId`, `call ${block.callId} has two results`)
      else call.isAnswered = true
    }
  }
  if (options.open !== true)
    for (const { call, field, isAnswered } of calls.values())
      if (!isAnswered)
        report('unanswered_call', `${field}.callId`, `call ${call.callId} of ${call.name} has no result: seal the turn`)
  return problems
}

/** @throws TurnError `invalid_turn` naming the first problem, when there is one. */
export function assertValidTurn(turn: Turn, options: ValidateOptions = {}): void {
  const [first, ...others] = validateTurn(turn, options)
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  throw new TurnError('invalid_turn', `turn ${turn.id} is not valid: ${first.field}: ${first.message}${more}`, {
    field: first.field,
  })
}

/** A part of a block that is not what its kind promises. Blocks made by the builders have none; those of JavaScript callers and of stores may. */
export function findBlockProblem(block: Block): { readonly field: string; readonly message: string } | undefined {
  if (!isJsonObject(block.metadata)) return { field: 'metadata', message: 'metadata must be an object' }
  if (typeof block.createdAt !== 'number')
    return { field: 'createdAt', message: 'createdAt must be milliseconds since the epoch' }
  switch (block.kind) {
    case 'system':
    case 'assistant':
    case 'reasoning':
      return typeof block.text === 'string' ? undefined : { field: 'text', message: 'text must be a string' }
    case 'user':
      if (Array.isArray(block.content) && block.content.length === 0)
        return { field: 'content', message: 'a user block needs at least one content part' }
      return findContentProblem(block.content)
    case 'tool-result':
      if (typeof block.outcome !== 'string') return { field: 'outcome', message: 'outcome must be a string' }
      return requireId(block.callId) ?? findContentProblem(block.content)
    case 'tool-call': {
      if (typeof block.name !== 'string' || block.name === '')
        return { field: 'name', message: 'a tool call needs a name' }
      const state: unknown = isJsonObject(block.input) ? block.input.state : undefined
      if (state !== 'parsed' && state !== 'incomplete' && state !== 'malformed')
        return { field: 'input.state', message: `must be parsed, incomplete or malformed, not ${quote(state)}` }
      if (state !== 'parsed' && typeof Reflect.get(block.input, 'raw') !== 'string')
        return { field: 'input.raw', message: 'must be the text of the arguments' }
      return requireId(block.callId)
    }
    case 'provider':
      return typeof block.type === 'string' ? undefined : { field: 'type', message: 'type must be a string' }
    case 'unknown':
      return isJsonObject(block.stored) ? undefined : { field: 'stored', message: 'stored must be the block as stored' }
    default:
      return { field: 'kind', message: `unknown kind ${quote(Reflect.get(block satisfies never, 'kind'))}` }
  }
}

function requireId(callId: unknown): { field: string; message: string } | undefined {
  return typeof callId === 'string' && callId !== '' ? undefined : { field: 'callId', message: 'a call id is missing' }
}

function findContentProblem(content: readonly ContentPart[]): { field: string; message: string } | undefined {
  if (!Array.isArray(content)) return { field: 'content', message: 'content must be a list of parts' }
  for (const [index, part] of content.entries()) {
    const field = `content[${index}]`
    if (!isJsonObject(part) || typeof part.type !== 'string') return { field, message: 'a content part needs a type' }
    if (part.type === 'text' ? typeof part.text !== 'string' : !isJsonObject(part.source))
      return { field, message: `a ${part.type} part needs ${part.type === 'text' ? 'text' : 'a source'}` }
  }
  return undefined
}
