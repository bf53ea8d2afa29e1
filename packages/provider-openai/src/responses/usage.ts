import { objectIn } from '@geppetto/engine'
import type { JsonObject, Usage } from '@geppetto/turns'
import { countIn, inputCounts, outputCounts } from '../token-counts.ts'

/**
 * The counters of a response, made disjoint: the API counts cached input in `input_tokens`, and reasoning in `output_tokens`.
 * The service tier that was billed is kept with the provider's record.
 */
export function readUsage(response: JsonObject): Usage | undefined {
  const usage = objectIn(response, 'usage')
  if (usage === undefined) return undefined
  const inputDetails = objectIn(usage, 'input_tokens_details')
  const input = countIn(usage, 'input_tokens')
  const output = countIn(usage, 'output_tokens')
  const reasoning = countIn(objectIn(usage, 'output_tokens_details'), 'reasoning_tokens')
  const tier = response.service_tier ?? undefined
  return {
    input: inputCounts(input, countIn(inputDetails, 'cached_tokens'), countIn(inputDetails, 'cache_write_tokens')),
    output: outputCounts(output, reasoning),
    source: input === undefined || output === undefined ? 'partial' : 'reported',
    raw: tier === undefined ? usage : { ...usage, service_tier: tier },
  }
}
