import type { Event } from '@geppetto/events'
import { type Usage, usageTotals, visibleText } from '@geppetto/turns'
import { endMark } from '../drawing.ts'
import { durationText } from './durations.ts'
import type { Item } from './item.ts'
import { tokensText } from './token-text.ts'

/** How an answer ended, and what it took. */
export function answerEnd(event: Event, startedAt: number): Item {
  const mark = endMark(event)
  const took = [
    ...(startedAt === 0 ? [] : [durationText(event.time - startedAt)]),
    ...('usage' in event ? usageText(event.usage) : []),
  ]
  const text = [...(mark === undefined ? [] : [visibleText(mark.text)]), ...took].join(' · ')
  return { kind: 'end', text, tone: mark?.style ?? 'dim' }
}

function usageText(usage: Usage | undefined): string[] {
  if (usage === undefined) return []
  const { input, output } = usageTotals(usage)
  return [`${tokensText(input)} in, ${tokensText(output)} out`]
}
