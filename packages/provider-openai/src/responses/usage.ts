import { numberIn, objectIn } from '@geppetto/engine'
import { defined, type JsonObject, type Usage } from '@geppetto/turns'

/**
 * The counters of a response, made disjoint: the API counts cached input in `input_tokens`, and reasoning in `output_tokens`.
 * The service tier that was billed is kept with the provider's record.
 */
export function readUsage(response: JsonObject): Usage | undefined {
  const usage = objectIn(response, 'usage')
  if (usage === undefined) return undefined
  const inputDetails = objectIn(usage, 'input_tokens_details')
  const input = numberIn(usage, 'input_tokens')
  const cacheRead = numberIn(inputDetails, 'cached_tokens')
  const cacheWrite = numberIn(inputDetails, 'cache_write_tokens')
  const output = numberIn(usage, 'output_tokens')
  const reasoning = numberIn(objectIn(usage, 'output_tokens_details'), 'reasoning_tokens')
  const tier = response.service_tier ?? undefined
  return {
    input: defined({ uncached: without(input, cacheRead, cacheWrite), cacheRead, cacheWrite }),
    output: defined({ text: without(output, reasoning), reasoning }),
    source: input === undefined || output === undefined ? 'partial' : 'reported',
    raw: tier === undefined ? usage : { ...usage, service_tier: tier },
  }
}

function without(total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  if (total === undefined) return undefined
  return Math.max(0, total - parts.reduce<number>((sum, part) => sum + (part ?? 0), 0))
}
