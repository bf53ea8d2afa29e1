import { type EventSink, isTerminal } from '@geppetto/events'

/** Knows of which runs a sink was told the end: of one that fails before it has sinks, it is not. */
export interface ToldEnds {
  readonly sink: EventSink
  readonly has: (runId: string) => boolean
}

/** Passes events on to `sink`. */
export function createToldEnds(sink: EventSink): ToldEnds {
  let last: string | undefined
  return {
    sink: {
      ...sink,
      publish(event) {
        if (isTerminal(event)) last = event.correlation.runId
        return sink.publish(event)
      },
    },
    has: (runId) => runId === last,
  }
}
