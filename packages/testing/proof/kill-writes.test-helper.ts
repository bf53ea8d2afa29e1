import type { EventCursor } from '@geppetto/events'
import type { EventBatch, SessionStore } from '@geppetto/session'
import { defined } from '@geppetto/turns'

/** When the store was asked to write, and when it answered, one after the other. */
export interface Write {
  readonly what: 'asked' | 'answered'
  /** By the clock, in milliseconds. */
  readonly time: number
  /** How many records it has, as it answered. */
  readonly head?: number
  /** The last one of the events that it was given; deltas may be thrown away. */
  readonly last?: EventCursor
}

/** The store, with `tell` called when it is asked to write and when it has answered. */
export function storeWithWrites(store: SessionStore, tell: (write: Omit<Write, 'time'>) => void): SessionStore {
  const told = async <T>(write: () => Promise<T>, answerOf: (given: T) => Omit<Write, 'time' | 'what'>): Promise<T> => {
    tell({ what: 'asked' })
    let answer: Omit<Write, 'time' | 'what'> = {}
    try {
      const given = await write()
      answer = answerOf(given)
      return given
    } finally {
      tell({ what: 'answered', ...answer })
    }
  }
  const lastOf = (batch: EventBatch | undefined) => {
    const last = batch?.events.findLast(({ deltaOf }) => deltaOf === undefined)
    return defined({ last: last && { epoch: last.epoch, seq: last.seq } })
  }
  return {
    ...store,
    commit: (lease, head, commit) =>
      told(
        () => store.commit(lease, head, commit),
        (next) => ({ head: next, ...lastOf(commit.events) }),
      ),
    appendEvents: (lease, batch) =>
      told(
        () => store.appendEvents(lease, batch),
        () => lastOf(batch),
      ),
  }
}

/** How much of the time since then, to the end, the store did not owe an answer: what waits for one is not the journal's. */
export function timeWithAnswers(writes: readonly Write[], end: number): (since: number) => number {
  return (since) =>
    writes.reduce((rest, { what, time }, index) => {
      const until = writes[index + 1]?.time ?? end
      return what === 'asked' ? rest - Math.max(0, until - Math.max(time, since)) : rest
    }, end - since)
}

/** What the store had promised of the session, and does not have. */
export async function brokenWrites(
  writes: readonly Write[],
  store: SessionStore,
  sessionId: string,
): Promise<readonly string[]> {
  const head = (await store.find(sessionId))?.head ?? 0
  const stored = new Set<string>()
  for await (const { epoch, seq } of store.readEvents(sessionId)) stored.add(`${epoch}/${seq}`)
  return writes.flatMap(({ head: promised = 0, last }) => [
    ...(promised > head ? [`${promised} records were promised, and ${head} are there`] : []),
    ...(last !== undefined && !stored.has(`${last.epoch}/${last.seq}`)
      ? [`the event ${last.epoch}/${last.seq} was promised, and is not there`]
      : []),
  ])
}
