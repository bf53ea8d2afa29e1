import { History } from './history.ts'

/** The turns up to and including the one at `index`, without other branches. @throws SessionError `no_such_turn` */
export function cutHistory(history: History, index: number): History {
  history.get(index)
  const kept = new Set(history.pathIds.slice(0, index + 1))
  const cut = new History()
  for (const change of history.changes) if (kept.has(change.id)) cut.apply(change)
  for (const turnId of history.completions) if (kept.has(turnId)) cut.complete(turnId)
  return cut
}
