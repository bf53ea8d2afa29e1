import { textIn } from '@geppetto/engine'
import type { JsonObject, ToolCallBlock, ToolResultBlock } from '@geppetto/turns'
import { isBuiltInCallItem } from './built-in-calls.ts'
import { toInputParts } from './content.ts'
import { readPayload } from './payload.ts'

/**
 * Whether a call that cannot go back as it came is to be told as a text: one of a tool of the API's own, such as a computer. As a function call
 * the model would see a function that nobody has declared.
 */
export function isBuiltInCall(block: ToolCallBlock): boolean {
  const item = readPayload(block)?.item
  return item !== undefined && isBuiltInCallItem(item)
}

/** The call as something that the model has said. */
export function callInWords({ name, input }: ToolCallBlock): JsonObject {
  const written = input.state === 'parsed' ? JSON.stringify(input.value) : input.raw
  return { role: 'assistant', content: [{ type: 'output_text', text: `(${name}: ${written.toWellFormed()})` }] }
}

/** Its result as something that the model is told. @throws EngineError `unsupported` naming the block. */
export function resultInWords({ name }: ToolCallBlock, result: ToolResultBlock): JsonObject {
  const parts = toInputParts(result).filter((part) => part.type !== 'input_text' || textIn(part, 'text')?.trim() !== '')
  return { role: 'user', content: [{ type: 'input_text', text: `(${name}, ${result.outcome})` }, ...parts] }
}
