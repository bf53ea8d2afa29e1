import { createGrammarChecker, type Event, type EventSink, type EventType } from '@geppetto/events'

export interface EventCollector extends EventSink {
  readonly events: readonly Event[]
  readonly types: readonly EventType[]
  /** All text, reasoning and argument deltas by segment. */
  readonly seen: ReadonlyMap<string, string>
  /** What the grammar says against the events of one engine call; undefined when nothing. */
  problem(): string | undefined
}

/** A sink that keeps what it gets and checks it. `onEvent` is called for each, to misbehave in. */
export function collectEvents(onEvent?: (event: Event) => void | Promise<void>): EventCollector {
  const events: Event[] = []
  const seen = new Map<string, string>()
  return {
    events,
    seen,
    get types() {
      return events.map(({ type }) => type)
    },
    publish(event) {
      events.push(event)
      if ('delta' in event) {
        const { segmentId = '' } = event.correlation
        seen.set(segmentId, (seen.get(segmentId) ?? '') + event.delta)
      }
      return onEvent?.(event)
    },
    problem() {
      const checker = createGrammarChecker('engine-call')
      for (const event of events) {
        const problem = checker.accept(event)
        if (problem !== undefined) return problem.message
      }
      return checker.end()?.message
    },
  }
}
