import { isJsonObject } from '@geppetto/turns'
import { objectsIn, parseJson } from './json.ts'
import type { Exchange, Expected, ExpectedCall } from './recordings.ts'

/**
 * What must come of an exchange: what is recorded as expected, but for two things that the reducer which made it does not know, and the wire
 * states. docs/providers.md tells of both.
 */
export function wantedOf({ api, response, expected }: Exchange): Expected {
  if (api === 'openai-chat') return withCacheWrite(expected, response.body)
  return api === 'openai-responses' ? withRunShells(expected, response.body) : expected
}

/** Tokens that were written to a cache: the reducer reads them in Responses alone. */
function withCacheWrite(expected: Expected, body: string): Expected {
  const [, text] = [...body.matchAll(/"cache_write_tokens": ?(\d+)/g)].at(-1) ?? []
  const cacheWrite = Number(text ?? 0)
  const { usage } = expected
  return usage === undefined || cacheWrite === 0 ? expected : { ...expected, usage: { ...usage, cacheWrite } }
}

/** A shell call whose output is in the same response was run in the provider's container: the reducer takes each for the client's. */
function withRunShells(expected: Expected, body: string): Expected {
  const response = parseJson(body)
  const items = isJsonObject(response) ? objectsIn(response['output']) : []
  const isRun = ({ id }: ExpectedCall) =>
    items.some(({ type, call_id }) => type === 'shell_call_output' && call_id === id)
  const { toolCalls, serverToolCalls } = expected
  if (!toolCalls.some(isRun)) return expected
  return {
    ...expected,
    toolCalls: toolCalls.filter((call) => !isRun(call)),
    serverToolCalls: [...serverToolCalls, ...toolCalls.filter(isRun)],
  }
}
