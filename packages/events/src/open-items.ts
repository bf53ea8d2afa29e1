import { defined, type StopReason } from '@geppetto/turns'
import type { Event, EventDraft, EventOf, SegmentOutcome } from './event.ts'
import type { SegmentKind } from './segment.ts'
import { soundEvents } from './sound-events.ts'

/** A segment that has begun and not ended. */
export interface OpenSegment {
  readonly kind: SegmentKind
  readonly started: EventOf<'text-started' | 'reasoning-started' | 'tool-call-started'>
  text: string
}

/** A provider call that has begun and not ended. */
export interface OpenProviderCall {
  readonly started: EventOf<'provider-call-started'>
  /** What the provider said since. */
  news: Pick<EventOf<'provider-call-updated'>, 'model' | 'responseId' | 'usage'>
}

/** What has started and not finished, as events tell it. */
export class OpenItems {
  readonly providerCalls: Map<string, OpenProviderCall> = new Map()
  readonly segments: Map<string, OpenSegment> = new Map()
  readonly serverTools: Map<string, EventOf<'server-tool-started'>> = new Map()
  readonly executions: Map<string, EventOf<'tool-execution-started'>> = new Map()
  readonly pauses: Map<string, EventOf<'debugger-paused'>> = new Map()

  accept(event: Event): void {
    const { providerCallId = '', segmentId = '', toolCallId = '' } = event.correlation
    switch (event.type) {
      case 'provider-call-started':
        this.providerCalls.set(providerCallId, { started: event, news: {} })
        break
      case 'provider-call-updated': {
        const call = this.providerCalls.get(providerCallId)
        const { model, responseId, usage } = event
        if (call !== undefined) call.news = { ...call.news, ...defined({ model, responseId, usage }) }
        break
      }
      case 'provider-call-finished':
        this.providerCalls.delete(providerCallId)
        break
      case 'text-started':
        this.segments.set(segmentId, { kind: 'text', started: event, text: '' })
        break
      case 'reasoning-started':
        this.segments.set(segmentId, { kind: 'reasoning', started: event, text: '' })
        break
      case 'tool-call-started':
        this.segments.set(segmentId, { kind: 'tool-call', started: event, text: '' })
        break
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta': {
        const segment = this.segments.get(segmentId)
        if (segment !== undefined && typeof event.delta === 'string') segment.text += event.delta
        break
      }
      case 'text-finished':
      case 'reasoning-finished':
      case 'tool-call-finished':
        this.segments.delete(segmentId)
        break
      case 'server-tool-started':
        this.serverTools.set(segmentId, event)
        break
      case 'server-tool-finished':
        this.serverTools.delete(segmentId)
        break
      case 'tool-execution-started':
        this.executions.set(toolCallId, event)
        break
      case 'tool-execution-finished':
        this.executions.delete(toolCallId)
        break
      case 'debugger-paused':
        this.pauses.set(event.pauseId, event)
        break
      case 'debugger-continued':
        this.pauses.delete(event.pauseId)
        break
      default:
        // The others neither open nor close anything.
        break
    }
  }

  /** Names of what is open, for messages. */
  describe(): string[] {
    return [
      ...[...this.segments].map(([id, segment]) => `${segment.kind} ${id}`),
      ...[...this.serverTools.keys()].map((id) => `server tool ${id}`),
      ...[...this.executions.keys()].map((id) => `tool execution ${id}`),
      ...[...this.pauses.keys()].map((id) => `pause ${id}`),
      ...[...this.providerCalls.keys()].map((id) => `provider call ${id}`),
    ]
  }
}

/** The drafts that finish everything that `events` left open, in an order that the grammar allows: for a run whose engine or tool was abandoned. Damaged events count as not there. */
export function closeOpenItems(
  events: Iterable<Event>,
  end: { readonly outcome: Exclude<SegmentOutcome, 'completed'>; readonly stop: StopReason; readonly now: number },
): EventDraft[] {
  const open = new OpenItems()
  for (const event of soundEvents(events)) open.accept(event)
  const { outcome, stop, now } = end
  const drafts: EventDraft[] = []
  for (const { started, text } of open.segments.values()) {
    const { correlation } = started
    if (started.type === 'text-started') drafts.push({ type: 'text-finished', correlation, text, outcome })
    else if (started.type === 'reasoning-started')
      drafts.push({ type: 'reasoning-finished', correlation, text, outcome })
    else {
      const input = { state: 'incomplete', raw: text } as const
      drafts.push({ type: 'tool-call-finished', correlation, name: started.name, input, outcome })
    }
  }
  for (const { correlation, tool } of open.serverTools.values())
    drafts.push({ type: 'server-tool-finished', correlation, tool, outcome })
  for (const { correlation, name, time } of open.executions.values()) {
    const content = [
      { type: 'text', text: 'The outcome was not observed. The tool may or may not have had its effect.' },
    ] as const
    drafts.push({
      type: 'tool-execution-finished',
      correlation,
      name,
      outcome: 'unknown',
      content,
      durationMs: now - time,
    })
  }
  for (const { correlation, pauseId } of open.pauses.values())
    drafts.push({ type: 'debugger-continued', correlation, pauseId, by: 'cancel' })
  for (const [id, { started, news }] of open.providerCalls) {
    const { correlation, api, host, model, time } = started
    const { runId } = correlation
    const times = { startedAt: time, finishedAt: now }
    const record = { id, api, host, model, ...defined({ runId }), ...news, outcome, stop, ...times }
    drafts.push({ type: 'provider-call-finished', correlation, record })
  }
  return drafts
}
