import { contentText, type JsonObject, type ToolResultBlock } from '@geppetto/turns'
import { textIn } from '../json.ts'
import { imageSource, toInputParts } from './content.ts'

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
  const answer = { type: `${type}_output`, call_id: callId }
  if (type === 'function_call' || type === 'custom_tool_call') return { ...answer, output: toOutput(result) }
  if (type === 'computer_call') {
    const screen = result.content.find((part) => part.type === 'image')
    if (screen === undefined) return undefined
    return { ...answer, output: { type: 'computer_screenshot', ...imageSource(screen, result) } }
  }
  if (result.content.some((part) => part.type !== 'text')) return undefined
  const text = contentText(result.content).toWellFormed()
  switch (type) {
    case 'local_shell_call':
      return { ...answer, output: text }
    case 'apply_patch_call':
      return { ...answer, status: result.outcome === 'ok' ? 'completed' : 'failed', output: text }
    case 'shell_call':
      return { ...answer, output: [{ stdout: text, stderr: '', outcome: shellOutcome(result) }] }
    default:
      return undefined
  }
}

/** A text as a text: hosts that take no lists know it too. */
function toOutput(result: ToolResultBlock): JsonObject['output'] {
  const [first, ...others] = result.content
  if (first === undefined) return ''
  if (first.type === 'text' && others.length === 0) return first.text.toWellFormed()
  // The API refuses an empty text in a list.
  const parts = toInputParts(result).filter((part) => part.type !== 'input_text' || textIn(part, 'text')?.trim() !== '')
  return parts.length === 0 ? '' : parts
}

function shellOutcome({ outcome }: ToolResultBlock): JsonObject {
  return outcome === 'timed-out' ? { type: 'timeout' } : { type: 'exit', exit_code: outcome === 'ok' ? 0 : 1 }
}
