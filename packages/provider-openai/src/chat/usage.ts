import { objectIn } from '@geppetto/engine'
import { defined, isJsonObject, type JsonObject, type JsonValue, type Usage } from '@geppetto/turns'
import { countIn, inputCounts, outputCounts } from '../token-counts.ts'

/** Where hosts put the usage of an answer: OpenAI on the chunk, Groq below `x_groq`, Moonshot on the choice. */
export function findUsage(chunk: JsonObject, choice: JsonObject | undefined): JsonObject | undefined {
  return objectIn(chunk, 'usage') ?? objectIn(objectIn(chunk, 'x_groq'), 'usage') ?? objectIn(choice, 'usage')
}

/** What an answer has said of its usage so far, and what it says now: the last word wins, field by field. */
export function joinUsage(before: JsonObject | undefined, now: JsonObject): JsonObject {
  if (before === undefined) return now
  const joined = new Map<string, JsonValue | undefined>(Object.entries(before))
  for (const [name, value] of Object.entries(now)) {
    const known = joined.get(name)
    if (isJsonObject(known) && isJsonObject(value)) joined.set(name, joinUsage(known, value))
    else if (value !== null && value !== undefined) joined.set(name, value)
  }
  return Object.fromEntries(joined)
}

/** The usage in disjoint counters. What the provider does not state stays absent. */
export function readUsage(raw: JsonObject): Usage {
  const prompt = countIn(raw, 'prompt_tokens')
  const completion = countIn(raw, 'completion_tokens')
  const inputDetails = objectIn(raw, 'prompt_tokens_details')
  // Routers fill in a zero for hosts that do not say: it says nothing.
  const cacheWrite = countIn(inputDetails, 'cache_write_tokens') || undefined
  const reasoning =
    countIn(objectIn(raw, 'completion_tokens_details'), 'reasoning_tokens') ?? countIn(raw, 'reasoning_tokens')
  return {
    input: inputCounts(prompt, countIn(inputDetails, 'cached_tokens') ?? cacheReadBeside(raw), cacheWrite),
    output: isBeside(raw, reasoning) ? defined({ text: completion, reasoning }) : outputCounts(completion, reasoning),
    source: prompt === undefined || completion === undefined ? 'partial' : 'reported',
    raw,
  }
}

/** DeepSeek, Moonshot and others count hits of their cache beside the prompt's details. */
function cacheReadBeside(raw: JsonObject): number | undefined {
  return countIn(raw, 'prompt_cache_hit_tokens') ?? countIn(raw, 'cached_tokens') ?? countIn(raw, 'num_cached_tokens')
}

/** xAI counts reasoning beside the completion, OpenAI within it: the total says which, else that it does not fit in. */
function isBeside(raw: JsonObject, reasoning = 0): boolean {
  const [prompt = 0, completion = 0] = [countIn(raw, 'prompt_tokens'), countIn(raw, 'completion_tokens')]
  const total = countIn(raw, 'total_tokens')
  return total === undefined ? reasoning > completion : reasoning > 0 && total === prompt + completion + reasoning
}
