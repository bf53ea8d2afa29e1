import { numberIn, objectIn } from '@geppetto/engine'
import { defined, type JsonObject, type Usage } from '@geppetto/turns'

/** Where hosts put the usage of an answer: OpenAI on the chunk, Groq below `x_groq`, Moonshot on the choice. */
export function findUsage(chunk: JsonObject, choice: JsonObject | undefined): JsonObject | undefined {
  return objectIn(chunk, 'usage') ?? objectIn(objectIn(chunk, 'x_groq'), 'usage') ?? objectIn(choice, 'usage')
}

/** The usage in disjoint counters. What the provider does not state stays absent. */
export function readUsage(raw: JsonObject): Usage {
  const prompt = numberIn(raw, 'prompt_tokens')
  const completion = numberIn(raw, 'completion_tokens')
  const inputDetails = objectIn(raw, 'prompt_tokens_details')
  const cacheRead = numberIn(inputDetails, 'cached_tokens') ?? cacheReadBeside(raw)
  const cacheWrite = numberIn(inputDetails, 'cache_write_tokens')
  const reasoning =
    numberIn(objectIn(raw, 'completion_tokens_details'), 'reasoning_tokens') ?? numberIn(raw, 'reasoning_tokens')
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0)
  return {
    input: defined({ uncached: without(prompt, cached), cacheRead, cacheWrite }),
    output: defined({ text: isBeside(raw, reasoning) ? completion : without(completion, reasoning ?? 0), reasoning }),
    source: prompt === undefined || completion === undefined ? 'partial' : 'reported',
    raw,
  }
}

/** DeepSeek, Moonshot and others count hits of their cache beside the prompt's details. */
function cacheReadBeside(raw: JsonObject): number | undefined {
  return (
    numberIn(raw, 'prompt_cache_hit_tokens') ?? numberIn(raw, 'cached_tokens') ?? numberIn(raw, 'num_cached_tokens')
  )
}

function without(all: number | undefined, part: number): number | undefined {
  return all === undefined ? undefined : Math.max(0, all - part)
}

/** xAI counts reasoning beside the completion, OpenAI within it: the total says which. */
function isBeside(raw: JsonObject, reasoning = 0): boolean {
  const [prompt = 0, completion = 0] = [numberIn(raw, 'prompt_tokens'), numberIn(raw, 'completion_tokens')]
  return reasoning > 0 && numberIn(raw, 'total_tokens') === prompt + completion + reasoning
}
