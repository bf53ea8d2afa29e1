import type { Report } from '@geppetto/engine'
import { defined, type InferenceConfig, type JsonObject } from '@geppetto/turns'
import type { ModelTraits } from './models.ts'
import type { WireMessage } from './said-conversation.ts'

type Reasoning = NonNullable<InferenceConfig['reasoning']>
type Effort = NonNullable<Reasoning['effort']>

/** What a request says of thinking. */
export interface Thinking {
  readonly thinking?: JsonObject
  readonly effort?: string
  /** Whether the model will, or may, think. */
  readonly isOn: boolean
}

/** The least that the API takes. */
const minBudget = 1024

/** What an effort is worth in tokens, for models that are told a budget. */
const budgets: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: minBudget,
  low: 4096,
  medium: 10_000,
  high: 20_000,
  xhigh: 26_000,
  max: 32_000,
}

/** What bears upon thinking beside the wish for it. */
export interface ThinkingSituation {
  readonly traits: ModelTraits
  /** The last messages. */
  readonly messages: readonly WireMessage[]
  /** Whether the request forces a call, which the API refuses together with thinking. */
  readonly isForced: boolean
  /** The caller's limit of what is answered, beside which thinking has its budget. */
  readonly maxTokens: number | undefined
}

/**
 * How the model is to think.
 * @see https://platform.claude.com/docs/en/build-with-claude/thinking
 */
export function toThinking(reasoning: Reasoning | undefined, situation: ThinkingSituation, report: Report): Thinking {
  const { traits, isForced } = situation
  if (reasoning === undefined) {
    if (isForced) return off(traits)
    return { isOn: traits.thinksUnasked !== 'no' }
  }
  if (reasoning.effort === 'none') {
    if (traits.thinksUnasked !== 'always') return off(traits)
    report('reasoning-kept', 'this model always thinks: it is asked for the least effort')
    return { effort: 'low', isOn: true }
  }
  if (traits.thinking === 'none') {
    report('reasoning-not-supported', 'this model does not think')
    return { isOn: false }
  }
  if (isForced && traits.thinksUnasked !== 'always') {
    report('reasoning-off', 'a forced tool call and thinking exclude each other')
    return off(traits)
  }
  const isBudget = traits.thinking === 'budget' || (traits.thinking === 'both' && reasoning.budget !== undefined)
  return isBudget ? byBudget(reasoning, situation, report) : byEffort(reasoning, traits, report)
}

function off(traits: ModelTraits): Thinking {
  if (traits.thinksUnasked === 'always') return { isOn: true }
  return traits.thinksUnasked === 'no' ? { isOn: false } : { thinking: { type: 'disabled' }, isOn: false }
}

function byEffort(reasoning: Reasoning, traits: ModelTraits, report: Report): Thinking {
  if (reasoning.budget !== undefined)
    report('reasoning-budget-dropped', 'this model decides itself how much it thinks: use the effort')
  const effort = knownEffort(reasoning.effort, traits)
  if (effort !== reasoning.effort) report('reasoning-effort-changed', `effort ${reasoning.effort} is sent as ${effort}`)
  return {
    thinking: { type: 'adaptive', ...display(reasoning, report) },
    ...(traits.effort === 'none' ? undefined : defined({ effort })),
    isOn: true,
  }
}

/** The next effort that the model knows: `xhigh` came with those that think only as much as they want. */
function knownEffort(effort: Effort | undefined, traits: ModelTraits): Effort | undefined {
  if (effort === 'minimal') return 'low'
  return effort === 'xhigh' && traits.thinking !== 'adaptive' ? 'high' : effort
}

function byBudget(reasoning: Reasoning, situation: ThinkingSituation, report: Report): Thinking {
  const { traits, maxTokens = 1, messages } = situation
  const wanted =
    reasoning.budget ??
    budgets[reasoning.effort === undefined || reasoning.effort === 'none' ? 'medium' : reasoning.effort]
  // The API counts both in one: the answer keeps its part of what the model gives.
  const most = traits.maxOutput - maxTokens
  const budget = Math.max(minBudget, Math.min(wanted, most))
  if (budget > most) {
    report('reasoning-off', `maxOutputTokens of ${maxTokens} leaves no room for thinking`)
    return { isOn: false }
  }
  if (goesOnUnthought(messages)) {
    report('reasoning-off', 'the step that is gone on with began without thinking that can be sent back')
    return { isOn: false }
  }
  if (budget !== wanted) report('reasoning-budget-changed', `a budget of ${wanted} is sent as ${budget}`)
  return {
    thinking: { type: 'enabled', budget_tokens: budget, ...display(reasoning, report) },
    isOn: true,
  }
}

function display({ summary }: Reasoning, report: Report): { readonly display?: 'summarized' } {
  if (summary === undefined) return {}
  if (summary !== 'auto') report('reasoning-summary-changed', `a ${summary} summary is sent as summarized`)
  return { display: 'summarized' }
}

/** Whether the model is to go on after results with a step that did not begin with thinking: the API refuses that with a budget. */
function goesOnUnthought(last: readonly WireMessage[]): boolean {
  const messages = last.filter(({ role }) => role !== 'system')
  if (messages.at(-1)?.parts.every((part) => part.type !== 'tool_result')) return false
  const step = messages.at(-2)?.parts[0]
  return step !== undefined && step.type !== 'thinking' && step.type !== 'redacted_thinking'
}
