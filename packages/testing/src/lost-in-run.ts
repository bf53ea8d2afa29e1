import type { Event } from '@geppetto/events'
import { changedBy } from '@geppetto/middleware'
import type { RunResult } from '@geppetto/session'
import type { Turn } from '@geppetto/turns'

/** The texts that a sink saw of this run and that are neither in the turn nor rolled back. A block that a middleware changed is its own business. */
export function lostTexts(events: readonly Event[], { runId, turn }: RunResult): readonly string[] {
  const kept = new Map(
    turn.blocks.flatMap((block) =>
      (block.kind === 'assistant' || block.kind === 'reasoning') && changedBy(block).length === 0
        ? [[block.id, block.text] as const]
        : [],
    ),
  )
  const changed = new Set(turn.blocks.filter((block) => changedBy(block).length > 0).map((block) => block.id))
  const texts = [...seenTexts(events.filter((event) => event.correlation.runId === runId))]
  return texts.filter(([id, text]) => !changed.has(id) && kept.get(id) !== text).map(([, text]) => text)
}

/** The texts that the turn has more often than a sink saw them. */
export function doubledTexts(events: readonly Event[], { runId, turn }: RunResult): readonly string[] {
  const seen = [...seenTexts(events.filter((event) => event.correlation.runId === runId)).values()]
  const kept = turn.blocks.flatMap((block) =>
    (block.kind === 'assistant' || block.kind === 'reasoning') && block.runId === runId ? [block.text] : [],
  )
  const count = (texts: readonly string[], text: string) => texts.filter((other) => other === text).length
  return [...new Set(seen)].filter((text) => count(kept, text) > count(seen, text))
}

/** What deltas said, by segment, without what was rolled back. */
function seenTexts(events: readonly Event[]): ReadonlyMap<string, string> {
  let deltas: { readonly seq: number; readonly id: string; readonly delta: string }[] = []
  for (const event of events)
    if (event.type === 'run-rolled-back') deltas = deltas.filter(({ seq }) => seq < event.fromSeq)
    else if (event.type === 'text-delta' || event.type === 'reasoning-delta')
      deltas.push({ seq: event.seq, id: event.correlation.segmentId ?? '', delta: event.delta })
  const texts = new Map<string, string>()
  for (const { id, delta } of deltas) texts.set(id, (texts.get(id) ?? '') + delta)
  return texts
}

/** The calls of this run whose result in the turn no event told of. */
export function untoldResults(events: readonly Event[], { runId, turn }: RunResult): readonly string[] {
  const told = new Map<string | undefined, string>()
  for (const event of events)
    if (event.type === 'tool-execution-finished') told.set(event.correlation.toolCallId, event.outcome)
  return turn.blocks.flatMap((block: Turn['blocks'][number]) =>
    block.kind === 'tool-result' && block.runId === runId && told.get(block.callId) !== block.outcome
      ? [block.callId]
      : [],
  )
}
