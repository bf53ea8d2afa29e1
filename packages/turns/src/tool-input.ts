import type { ToolCallInput } from './block.ts'
import type { JsonValue } from './json.ts'
import { findNonJson } from './own-json.ts'

/**
 * Reads the arguments of a tool call. The only way from wire text to an executable input: strict JSON, and only when the
 * provider closed the call (`isClosed`). An empty text from a closed call means no arguments.
 */
export function parseToolInput(raw: string, isClosed: boolean): ToolCallInput {
  if (!isClosed) return { state: 'incomplete', raw }
  if (raw.trim() === '') return { state: 'parsed', value: {} }
  try {
    const value: JsonValue = JSON.parse(raw)
    // The parser takes 1e999 and a million brackets, and neither could be stored or sent again.
    return findNonJson(value, 'input') === undefined ? { state: 'parsed', value } : { state: 'malformed', raw }
  } catch {
    // Not an error of ours: the model wrote it, and is told so in the call's result.
    return { state: 'malformed', raw }
  }
}
