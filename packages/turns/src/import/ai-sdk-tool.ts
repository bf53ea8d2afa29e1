import type { ToolCallInput } from '../block.ts'
import { ownJson } from '../own-json.ts'
import { parseToolInput } from '../tool-input.ts'
import { denied, type SDKOutput, valueContent } from './ai-sdk-output.ts'
import { choiceIn, type Fields, fieldsIn, filledIn, jsonText, textIn } from './fields.ts'
import type { ImportBuilder } from './import-builder.ts'
import { textContent } from './media.ts'

/** A call, as far as it came, and what came of it. */
export interface SDKToolUse {
  readonly callId: string | undefined
  readonly name: string | undefined
  readonly input: ToolCallInput
  /** Undefined: nobody knows. */
  readonly output: SDKOutput | undefined
}

/** Whether a part of a UI message is a call of a tool. */
export function isToolPart({ type }: Fields): boolean {
  return typeof type === 'string' && (type === 'dynamic-tool' || type.startsWith('tool-'))
}

/** Reads a call in a UI message, in whichever state it was left. */
export function readToolPart(builder: ImportBuilder, given: Fields, path: string): SDKToolUse {
  // Before version 5 it was nested, and its states had other names.
  const nested = fieldsIn(given, 'toolInvocation')
  const part = nested ?? given
  const type = textIn(part, 'type') ?? ''
  return {
    callId: filledIn(part, 'toolCallId'),
    name:
      filledIn(part, 'toolName') ?? (type.startsWith('tool-') ? type.slice('tool-'.length) || undefined : undefined),
    input: readInput(builder, part, path),
    output: readState(builder, part, path),
  }
}

/** The input of a call; text that did not arrive whole or is no JSON is never run. */
function readInput(builder: ImportBuilder, part: Fields, path: string): ToolCallInput {
  const isPartial = part.state === 'input-streaming' || part.state === 'partial-call'
  if (isPartial) return { state: 'incomplete', raw: textIn(part, 'rawInput') ?? jsonText(part.input ?? part.args) }
  const input = part.input ?? part.args
  if (input === undefined && typeof part.rawInput === 'string') return parseToolInput(part.rawInput, true)
  return toInput(builder, input ?? part.rawInput, path)
}

/** An input that arrived whole. */
export function toInput(builder: ImportBuilder, input: unknown, path: string): ToolCallInput {
  const { value, problem } = ownJson(input ?? {}, 'input')
  if (problem !== undefined) builder.lose(`${path}.input`, problem.message)
  return value === undefined ? { state: 'malformed', raw: '' } : { state: 'parsed', value }
}

function readState(builder: ImportBuilder, part: Fields, path: string): SDKOutput | undefined {
  const approval = fieldsIn(part, 'approval')
  switch (part.state) {
    case 'output-available':
    case 'result': {
      const content = valueContent(builder, part.output ?? part.result, path)
      // More of it would have come.
      return { outcome: choiceIn(part, 'preliminary', [true, false]) === true ? 'unknown' : 'ok', content }
    }
    case 'output-error':
      return { outcome: 'error', content: textContent(textIn(part, 'errorText') ?? 'The tool failed.') }
    case 'output-denied':
      return denied(filledIn(approval, 'reason'))
    case 'approval-requested':
      return { outcome: 'pending', content: textContent('There is no result yet: the call waits for an approval.') }
    case 'approval-responded':
      return approval?.approved === false ? denied(filledIn(approval, 'reason')) : undefined
    default:
      return undefined
  }
}
