import { numberIn, objectIn } from '@geppetto/engine'
import { defined, type JsonObject, type JsonValue, type Usage } from '@geppetto/turns'

/** Collects what a response states of its usage: the last statement wins, field by field. A null states nothing. */
export class UsageReader {
  readonly #raw: { [name: string]: JsonValue | undefined } = {}

  /** @param isFinal whether the answer was over when this was stated. */
  read(stated: JsonObject, isFinal: boolean): Usage {
    for (const [name, value] of Object.entries(stated))
      if (value !== null && value !== undefined) this.#raw[name] = value
    return toUsage({ ...this.#raw }, isFinal)
  }
}

/** Anthropic's input counter leaves out what a cache was asked for or given; its output counter includes the thinking. */
function toUsage(raw: JsonObject, isFinal: boolean): Usage {
  const output = numberIn(raw, 'output_tokens')
  const reasoning = numberIn(objectIn(raw, 'output_tokens_details'), 'thinking_tokens')
  const text = output === undefined ? undefined : Math.max(0, output - (reasoning ?? 0))
  return {
    input: defined({
      uncached: numberIn(raw, 'input_tokens'),
      cacheRead: numberIn(raw, 'cache_read_input_tokens'),
      cacheWrite: numberIn(raw, 'cache_creation_input_tokens'),
    }),
    output: defined({ text, reasoning }),
    source: isFinal ? 'reported' : 'partial',
    raw,
  }
}
