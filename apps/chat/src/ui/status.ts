import { type Cost, showCost } from '@geppetto/settings'
import { defined, usageTotals, visibleText } from '@geppetto/turns'
import type { Answering } from '../answering.ts'
import type { ChatBackend } from '../backend.ts'
import type { Status } from './screen-state.ts'
import { tokensText } from './token-text.ts'

/** What the line under the input says. */
export function statusOf(
  backend: Pick<ChatBackend, 'calls' | 'name'>,
  answering: Pick<Answering, 'choice' | 'modelInfo' | 'costOfCalls'>,
): Status {
  const { choice, modelInfo } = answering
  const { calls, name } = backend
  const usages = calls.map(({ usage }) => usage).filter((usage) => usage !== undefined)
  const total = usages.reduce((sum, usage) => sum + usageTotals(usage).total, 0)
  const last = usages.at(-1)
  const cost = answering.costOfCalls(calls)
  return {
    engine: visibleText(choice.engine === 'eliza' ? 'eliza' : `${choice.model} (${choice.engine})`),
    ...defined({
      session: name === undefined ? undefined : visibleText(`session ${name}`),
      tokens: total === 0 ? undefined : `${tokensText(total)} tokens`,
      cost: cost === undefined ? undefined : costText(cost),
      context: last === undefined ? undefined : contextText(usageTotals(last).total, modelInfo.context_window),
    }),
  }
}

/** In a line there is no room for what is missing. */
function costText(cost: Cost): string | undefined {
  if (cost.usd !== undefined) return showCost(cost)
  return cost.atLeastUsd === 0 ? undefined : `at least ${showCost({ ...cost, usd: cost.atLeastUsd, unknown: [] })}`
}

function contextText(used: number, window: number | undefined): string | undefined {
  if (used === 0) return undefined
  if (window === undefined) return `context ${tokensText(used)}`
  return `context ${Math.min(100, Math.round((100 * used) / window))}% of ${tokensText(window)}`
}
