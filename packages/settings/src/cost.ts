import { type ProviderCallRecord, providerCalls, type Turn, type Usage } from '@geppetto/turns'
import { isSameModel } from './model-name.ts'
import type { ResolvedSettings } from './resolved-settings.ts'
import type { ModelCost, ModelInfo } from './schema/core-schema.ts'

/** What something cost, in US dollars. */
export interface Cost {
  /** Absent where it is unknown. */
  readonly usd?: number
  /** What is known of it: it cost that or more. */
  readonly atLeastUsd: number
  /** Whether a provider did not count, and tokens were estimated. */
  readonly isEstimated: boolean
  /** What would have to be known: `the price of cache_read`. Empty where it is known. */
  readonly unknown: readonly string[]
}

const perMillion = 1_000_000

/** What tokens cost by these prices. Of tokens without a price, or that may not all have been counted, the cost is unknown. */
export function costOf(usage: Usage | undefined, prices: ModelCost | undefined): Cost {
  if (usage === undefined) return { atLeastUsd: 0, isEstimated: false, unknown: ['the tokens that were used'] }
  const { input, output, source } = usage
  const buckets = [
    ['input', input.uncached],
    ['cache_read', input.cacheRead],
    ['cache_write', input.cacheWrite],
    ['output', sumOf(output.text, output.reasoning)],
  ] as const
  const used = buckets.flatMap(([name, tokens]) =>
    tokens === undefined || tokens === 0 ? [] : [{ name, tokens, price: prices?.[name] }],
  )
  const atLeastUsd = used.reduce((sum, { tokens, price = 0 }) => sum + (tokens * price) / perMillion, 0)
  const unpriced = used.filter(({ price }) => price === undefined).map(({ name }) => `the price of ${name}`)
  const unknown = source === 'partial' ? [...unpriced, 'all of the tokens that were used'] : unpriced
  return {
    atLeastUsd,
    isEstimated: source === 'estimated',
    unknown,
    ...(unknown.length === 0 ? { usd: atLeastUsd } : undefined),
  }
}

/** Costs together: unknown where one of them is. */
export function sumCosts(costs: readonly Cost[]): Cost {
  const atLeastUsd = costs.reduce((sum, cost) => sum + cost.atLeastUsd, 0)
  const unknown = [...new Set(costs.flatMap((cost) => cost.unknown))]
  const isEstimated = costs.some((cost) => cost.isEstimated)
  return { atLeastUsd, isEstimated, unknown, ...(unknown.length === 0 ? { usd: atLeastUsd } : undefined) }
}

/**
 * What the provider calls of a turn cost, failed ones too.
 * @param runId counts the calls of this run alone
 * @param modelInfo what is known of the model of a call, such as {@link modelInfoFor} settings; undefined for one of which nothing is
 */
export function costOfTurn(
  turn: Turn,
  modelInfo: (call: ProviderCallRecord) => ModelInfo | undefined,
  runId?: string,
): Cost {
  const calls = providerCalls(turn).filter((call) => runId === undefined || call.runId === runId)
  return sumCosts(calls.map((call) => costOf(call.usage, modelInfo(call)?.cost)))
}

/** What settings know of the model of a call: of the one that they ask, also under its dated name, and of no other. */
export function modelInfoFor(
  settings: ResolvedSettings,
): (call: Pick<ProviderCallRecord, 'model'>) => ModelInfo | undefined {
  const { modelInfo } = settings
  const asked = settings.chat.engine
  return ({ model }) => (asked !== undefined && isSameModel(asked, model) ? modelInfo : undefined)
}

/** A cost in a few characters: `$0.0042`, `at least $0.01 (unknown: the price of cache_read)`. */
export function showCost({ usd, atLeastUsd, isEstimated, unknown }: Cost): string {
  if (usd !== undefined) return `${isEstimated ? 'about ' : ''}${dollars(usd)}`
  const why = `unknown: ${unknown.join(', ')}`
  return atLeastUsd === 0 ? why : `at least ${dollars(atLeastUsd)} (${why})`
}

function dollars(usd: number): string {
  if (usd === 0) return '$0'
  if (usd < 0.0001) return 'less than $0.0001'
  return usd >= 1 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0)
}
