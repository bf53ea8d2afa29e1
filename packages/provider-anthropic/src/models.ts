/** What a model takes and gives, as far as a request depends on it. */
export interface ModelTraits {
  /** The most tokens that it answers with. */
  readonly maxOutput: number
  /** How it is asked to think: by a budget of tokens, by leaving it to the model, or either way. */
  readonly thinking: 'none' | 'budget' | 'both' | 'adaptive'
  /** Whether it thinks unless told not to, or always. */
  readonly thinksUnasked: 'no' | 'unless-disabled' | 'always'
  /** Whether it has `output_config.effort`, and which is the highest. */
  readonly effort: 'none' | 'high' | 'max'
  /** Whether it has `temperature` and `top_p`: one of them, or both at a time. */
  readonly sampling: 'none' | 'one' | 'both'
  /** Whether it has `output_config.format`. */
  readonly structuredOutput: boolean
  /** Whether it goes on with an assistant text at the end of the conversation. */
  readonly prefill: boolean
  /** Whether system text may stand in the middle of the conversation. */
  readonly systemMessages: boolean
}

/** Models of others that are served in this format, by local servers and gateways: the format's oldest and most common form. */
const foreignModel: ModelTraits = {
  maxOutput: 8192,
  thinking: 'budget',
  thinksUnasked: 'no',
  effort: 'none',
  sampling: 'both',
  structuredOutput: false,
  prefill: true,
  systemMessages: false,
}

/** Both orders of the name: `claude-sonnet-4-5-20250929`, `claude-3-7-sonnet-latest`. A date is no minor version. */
const modelName = /claude-(?:([a-z]+)-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?(?:-([a-z]+))?/

/**
 * The traits of a model, by its name. A Claude that is newer than this table is taken for the newest in it.
 * @see https://platform.claude.com/docs/en/about-claude/models/overview
 */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase()
  if (!name.includes('claude')) return foreignModel
  const match = modelName.exec(name)
  const family = match?.[1] ?? match?.[4] ?? (name.includes('mythos') ? 'mythos' : '')
  // As 407 for 4.7, so that 4.10 is newer than 4.9. Without a number in its name it is one of those after 4.6.
  const version = match === null ? 407 : Number(match[2]) * 100 + Number(match[3] ?? 0)
  const alwaysThinks = family === 'mythos' || family === 'fable' || (family === 'opus' && version >= 505)
  return {
    maxOutput: maxOutputOf(family, version),
    thinking: version < 307 ? 'none' : version < 406 ? 'budget' : version < 407 ? 'both' : 'adaptive',
    thinksUnasked: alwaysThinks ? 'always' : version >= 500 ? 'unless-disabled' : 'no',
    effort: version >= 406 ? 'max' : family === 'opus' && version === 405 ? 'high' : 'none',
    sampling: version >= 407 ? 'none' : version >= 401 ? 'one' : 'both',
    structuredOutput: version >= 405,
    prefill: version < 406,
    // https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
    systemMessages: version >= 408,
  }
}

function maxOutputOf(family: string, version: number): number {
  if (version < 305) return 4096
  if (version < 307) return 8192
  if (version < 405) return family === 'opus' ? 32_000 : 64_000
  return version < 406 ? 64_000 : 128_000
}
