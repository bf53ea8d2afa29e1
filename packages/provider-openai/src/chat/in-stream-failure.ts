import type { JsonObject } from '@geppetto/turns'

/** Whether a chunk or a body is an error: OpenAI's has the field `error`; vLLM's, FastAPI's and Baidu's is the error itself. */
export function isFailure(chunk: JsonObject): boolean {
  if (isSaid(chunk['error']) || chunk['object'] === 'error') return true
  if (chunk['choices'] !== undefined) return false
  return typeof chunk['message'] === 'string' || isSaid(chunk['detail']) || isSaid(chunk['error_code'])
}

/** Some hosts have the field in every chunk, with nothing in it. */
function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}
