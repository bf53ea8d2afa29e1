import { type EventSink, isTerminal } from '@geppetto/events'

/** Knows of which runs a sink was told the end: of one that fails before it has sinks, it is not. */
export interface ToldEnds {
  readonly sink: EventSink
  readonly has: (runId: string) => boolean
  /** Called before the sink is told that a run has begun. */
  onStart: (runId: string) => void
}

/** Passes events on to `sink`. */
export function createToldEnds(sink: EventSink): ToldEnds {
  let last: string | undefined
  const told: ToldEnds = {
    sink: {
      ...sink,
      publish(event) {
        const { runId = '' } = event.correlation
        if (event.type === 'run-started') told.onStart(runId)
        if (isTerminal(event)) last = runId
        return sink.publish(event)
      },
    },
    has: (runId) => runId === last,
    onStart: () => {},
  }
  return told
}
