import type { TurnView } from '@geppetto/client'
import { type Cost, costOf, sumCosts } from '@geppetto/settings/cost'
import { defined, type ProviderCallRecord, sumUsage, type Usage, type UsageTotals, usageTotals } from '@geppetto/turns'
import type { ModelFacts } from '../../shared/facts.ts'
import type { KnownProfiles } from '../state/profiles.ts'

/** What a conversation used. */
export interface UsedTokens {
  readonly usage: Usage
  readonly totals: UsageTotals
  /** Undefined where nothing is known of any price. */
  readonly cost?: Cost
  /** How much of the model's window the last call filled, from 0 to 1. */
  readonly share?: number
  readonly contextWindow?: number
}

/** What the turns used; undefined where nothing was counted. */
export function usageOf(
  turns: readonly TurnView[],
  profile: string | undefined,
  { list, facts }: Pick<KnownProfiles, 'list' | 'facts'>,
): UsedTokens | undefined {
  const calls = turns.flatMap((turn) => turn.calls)
  const usage = sumUsage(calls.map((call) => call.usage))
  if (usage === undefined) return undefined
  const factsOf = ({ model }: ProviderCallRecord): ModelFacts | undefined => {
    const known = (list?.profiles ?? []).flatMap(({ id }) => facts[id] ?? [])
    return known.find(({ model: asked }) => asked !== undefined && (model === asked || model.startsWith(`${asked}-`)))
  }
  const isPriced = calls.some((call) => factsOf(call)?.prices !== undefined)
  const cost = isPriced ? sumCosts(calls.map((call) => costOf(call.usage, pricesOf(factsOf(call))))) : undefined
  const { contextWindow } = facts[profile ?? ''] ?? {}
  const last = calls.findLast((call) => call.usage !== undefined)?.usage
  const share =
    contextWindow === undefined || last === undefined ? undefined : Math.min(usageTotals(last).total / contextWindow, 1)
  return { usage, totals: usageTotals(usage), ...defined({ cost, share, contextWindow }) }
}

function pricesOf(facts: ModelFacts | undefined): Parameters<typeof costOf>[1] {
  return facts?.prices
}
