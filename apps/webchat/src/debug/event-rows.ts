import { compareCursors, type Event } from '@geppetto/events'

/** An event in a list; pieces of the same text that follow each other are one. */
export interface EventRow {
  readonly key: string
  readonly first: Event
  /** The last of them; the same where there is one. */
  readonly last: Event
  readonly count: number
  /** In a line, what is not in its type. */
  readonly detail: string
  /** What a block, or another event, must have one of to belong to it: ids of blocks, tool calls and provider calls. */
  readonly ids: readonly string[]
}

/** The events as rows, each once, in their order. */
export function rowsOf(events: readonly Event[]): readonly EventRow[] {
  const rows: EventRow[] = []
  for (const event of events) {
    const before = rows.at(-1)
    if (before !== undefined && isPieceOf(before.first, event)) {
      const detail = before.detail + detailOf(event)
      rows[rows.length - 1] = { ...before, last: event, count: before.count + 1, detail: detail.slice(0, maxDetail) }
    } else {
      const detail = detailOf(event).slice(0, maxDetail)
      rows.push({ key: keyOf(event), first: event, last: event, count: 1, detail, ids: idsOf(event) })
    }
  }
  return rows
}

/** The events of both, each once, in the order of their cursors. */
export function joined(one: readonly Event[], other: readonly Event[]): readonly Event[] {
  const all = new Map([...one, ...other].map((event) => [keyOf(event), event]))
  return [...all.values()].sort((a, b) => compareCursors(cursorOf(a), cursorOf(b)))
}

/** As much of a text as a line can hold. */
const maxDetail = 160

const cursorOf = ({ epoch = 0, seq }: Event) => ({ epoch, seq })

const keyOf = ({ epoch = 0, seq }: Event) => `${epoch}.${seq}`

function isPieceOf(first: Event, next: Event): boolean {
  const isDelta = next.type === 'text-delta' || next.type === 'reasoning-delta' || next.type === 'tool-call-delta'
  return isDelta && first.type === next.type && first.correlation.segmentId === next.correlation.segmentId
}

function idsOf({ correlation: { segmentId, toolCallId, providerCallId } }: Event): readonly string[] {
  // What is of a block or a tool call belongs there; only what is of the call as a whole to that.
  const own = [segmentId, toolCallId].filter((id) => id !== undefined)
  return own.length > 0 ? own : [providerCallId].filter((id) => id !== undefined)
}

function detailOf(event: Event): string {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'tool-call-delta':
      return event.delta
    case 'text-finished':
    case 'reasoning-finished':
      return event.text
    case 'provider-call-started':
      return `${event.model}, ${event.api}`
    case 'tool-call-started':
    case 'tool-call-finished':
    case 'tool-execution-started':
    case 'custom':
      return event.name
    case 'tool-execution-finished':
      return event.outcome
    case 'debugger-paused':
      return event.phase.replace('_', ' ')
    case 'debugger-continued':
      return `by ${event.by}`
    case 'run-failed':
      return event.error.message
    case 'run-cancelled':
    case 'run-finished':
      return event.stop
    case 'log':
    case 'info':
      return event.message
    default:
      return ''
  }
}
