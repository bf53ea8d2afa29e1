import {
  findNonJson,
  formatIssues,
  frozenJson,
  type JsonValue,
  type SchemaResult,
  type ToolCallBlock,
  type ToolCallInput,
  toErrorData,
} from '@geppetto/turns'
import type { ToolCall } from './executor.ts'
import type { ToolRegistry } from './registry.ts'
import type { Tool } from './tool.ts'
import { known } from './tool-config.ts'
import { ToolError } from './tool-error.ts'

/**
 * The one gate between what a model wrote and what runs: a call of a known tool whose arguments arrived whole and fit the schema,
 * or the error that tells the model what to do instead.
 */
export async function checkCall(block: ToolCallBlock, registry: ToolRegistry): Promise<ToolCall | ToolError> {
  const { callId, name, input } = block
  const facts = { toolName: name, callId }
  if (input.state !== 'parsed') return new ToolError('invalid_input', describeUnparsed(input), facts)
  const tool = registry.get(name)
  if (tool === undefined)
    return new ToolError('unknown_tool', `Not run: there is no tool named ${name}; ${known(registry)}.`, facts)
  const problem = findNonJson(input.value, 'input')
  if (problem !== undefined) return new ToolError('invalid_input', `Not run: ${problem}.`, facts)
  return readInput(callId, tool, frozenJson(input.value, 'input'))
}

/** The same call with arguments of its own, read anew: whoever had the last ones may have changed them, and a schema's output cannot be copied. */
export function checkAgain({ callId, tool, rawInput }: ToolCall): Promise<ToolCall | ToolError> {
  return readInput(callId, tool, rawInput)
}

async function readInput(callId: string, tool: Tool, rawInput: JsonValue): Promise<ToolCall | ToolError> {
  const facts = { toolName: tool.name, callId }
  let result: SchemaResult<unknown>
  try {
    result = await tool.input['~standard'].validate(rawInput)
  } catch (cause) {
    const { message } = toErrorData(cause)
    return new ToolError('invalid_input', `Not run: the arguments could not be checked: ${message}`, {
      ...facts,
      cause,
    })
  }
  if (result.issues !== undefined)
    return new ToolError(
      'invalid_input',
      `Not run: the arguments do not fit the tool's schema: ${formatIssues(result.issues)}. Correct them and call again.`,
      facts,
    )
  return Object.freeze({ callId, tool, input: result.value, rawInput })
}

function describeUnparsed({ state, raw }: Exclude<ToolCallInput, { readonly state: 'parsed' }>): string {
  if (state === 'incomplete') return 'Not run: the arguments were cut off before their end. Send the call again, whole.'
  return `Not run: the arguments are not valid JSON (${whyNotJson(raw)}). Send the call again with valid JSON.`
}

function whyNotJson(raw: string): string {
  try {
    JSON.parse(raw)
    return 'the provider could not read them'
  } catch (error) {
    return toErrorData(error).message
  }
}
