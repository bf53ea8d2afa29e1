import { listIn, numberIn, objectIn, textIn } from '@geppetto/engine'
import { contentText, defined, isJsonObject, type JsonObject, type ToolResultBlock } from '@geppetto/turns'
import { resultText } from '../result-text.ts'
import { toApproval } from './approval.ts'
import { approvalType } from './built-in-calls.ts'
import { imageSource, toInputParts } from './content.ts'

/** The id by which a call is answered. */
export function answerIdOf(call: JsonObject): string | undefined {
  return textIn(call, call.type === approvalType ? 'id' : 'call_id')
}

/**
 * The item that answers a call.
 * @param call the call's own item, where it is sent as it was.
 * @returns undefined when an answer to such a call cannot hold the result.
 * @throws EngineError `unsupported` naming the block.
 */
export function toCallOutput(
  call: JsonObject | undefined,
  callId: string,
  result: ToolResultBlock,
): JsonObject | undefined {
  const type = (call && textIn(call, 'type')) ?? 'function_call'
  if (type === approvalType) return toApproval(callId, result)
  const caller = objectIn(call, 'caller')
  const answer = { type: `${type}_output`, call_id: callId, ...(caller === undefined ? undefined : { caller }) }
  if (type === 'function_call' || type === 'custom_tool_call') return { ...answer, output: toOutput(result) }
  if (type === 'computer_call') {
    const screen = result.content.find((part) => part.type === 'image')
    if (screen === undefined) return undefined
    const output = { type: 'computer_screenshot', ...imageSource(screen, result) }
    return { ...answer, output, ...acknowledged(call, result) }
  }
  if (result.content.some((part) => part.type !== 'text')) return undefined
  const text = contentText(result.content).toWellFormed()
  switch (type) {
    case 'local_shell_call':
      return { ...answer, output: resultText(result) }
    case 'apply_patch_call':
      return { ...answer, status: result.outcome === 'ok' ? 'completed' : 'failed', output: text }
    case 'shell_call':
      return {
        ...answer,
        output: [{ stdout: text, stderr: '', outcome: shellOutcome(result) }],
        // The API wants the model's own limit back.
        ...defined({ max_output_length: numberIn(objectIn(call, 'action'), 'max_output_length') }),
      }
    case 'tool_search_call': {
      const tools = foundTools(text)
      return tools && { ...answer, type: 'tool_search_output', execution: 'client', status: 'completed', tools }
    }
    default:
      return undefined
  }
}

/** The definitions that a search has found, as the API has them: a list in JSON, or one in `tools`. */
function foundTools(text: string): readonly JsonObject[] | undefined {
  const said = parseJson(text)
  const tools: unknown = isJsonObject(said) ? said.tools : said
  return Array.isArray(tools) && tools.every(isJsonObject) ? tools : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Then it is told in words.
    return undefined
  }
}

/** Whoever did what the call asks for had the checks in its input. */
function acknowledged(call: JsonObject | undefined, { outcome }: ToolResultBlock): JsonObject | undefined {
  const checks = listIn(call, 'pending_safety_checks')
  return outcome === 'ok' && checks.length > 0 ? { acknowledged_safety_checks: checks } : undefined
}

/** A text as a text: hosts that take no lists know it too. */
function toOutput(result: ToolResultBlock): JsonObject['output'] {
  const [first, ...others] = result.content
  if (first === undefined || (first.type === 'text' && others.length === 0)) return resultText(result)
  // The API refuses an empty text in a list.
  const parts = toInputParts(result).filter((part) => part.type !== 'input_text' || textIn(part, 'text')?.trim() !== '')
  const text = resultText(result)
  if (parts.length === 0) return text.trim() === '' ? '' : text
  // Media alone do not tell that the call failed.
  const isTold = text.trim() === '' || contentText(result.content).trim() !== ''
  return isTold ? parts : [{ type: 'input_text', text }, ...parts]
}

function shellOutcome({ outcome }: ToolResultBlock): JsonObject {
  return outcome === 'timed-out' ? { type: 'timeout' } : { type: 'exit', exit_code: outcome === 'ok' ? 0 : 1 }
}
