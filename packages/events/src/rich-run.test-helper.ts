import { background, type Context, withSources } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { ProviderCallRecord } from '@geppetto/turns'
import { correlationFrom, withCorrelation } from './correlation.ts'
import type { Event, EventDraft } from './event.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { hubFrom, withHub } from './publish.ts'
import { openSegment } from './segment.ts'
import type { EventSink } from './sink.ts'

/** A sink that keeps what it gets. */
export function collectingSink(): EventSink & { readonly events: Event[] } {
  const events: Event[] = []
  return {
    events,
    publish(event) {
      events.push(event)
    },
  }
}

export const runCorrelation = { sessionId: 'session', runId: 'run', turnId: 'turn' }

/** A context whose events go to `hub`, as in a run. */
export function runContext(hub: EventHub): Context {
  return withCorrelation(withHub(withSources(background(), { clock: hub.clock }), hub), runCorrelation)
}

/** The events of {@link playRichRun}. */
export function recordRichRun(): readonly Event[] {
  const sink = collectingSink()
  playRichRun(createEventHub({ clock: createManualClock(), sinks: [sink] }))
  return sink.events
}

/**
 * A run with all that can be in one: a rewrite that each request needs, interleaved blocks, two tools at once, a server tool, a pause, a call that fails after it had
 * said something and is rolled back, and a second answer.
 */
export function playRichRun(hub: EventHub): void {
  const ctx = runContext(hub)
  publish(ctx, { type: 'run-started', tags: { from: 'test' } })
  firstCall(ctx)
  runTools(ctx)
  publish(ctx, { type: 'step-committed', step: 1 })
  const before = hub.sequence.last
  failedCall(ctx)
  publish(ctx, { type: 'run-rolled-back', fromSeq: before + 1, reason: 'the provider was overloaded' })
  publish(ctx, {
    type: 'provider-call-retried',
    attempt: 2,
    delayMs: 500,
    error: { name: 'EngineError', code: 'overloaded', message: 'overloaded' },
  })
  lastCall(ctx)
  hub.finish({ draft: { type: 'run-finished', stop: 'end_turn' }, correlation: runCorrelation })
}

/** As the owners of events publish. */
function publish(ctx: Context, draft: EventDraft): void {
  hubFrom(ctx)?.publish(draft, correlationFrom(ctx))
}

function startCall(parent: Context, id: string): Context {
  const ctx = withCorrelation(parent, { providerCallId: id })
  const degradations = [{ code: 'reasoning-dropped', message: 'reasoning of another model', blockId: 'blk-old' }]
  publish(ctx, { type: 'provider-call-started', api: 'test-api', host: 'test.example', model: 'test-1', degradations })
  return ctx
}

function finishCall(ctx: Context, id: string, facts: Partial<ProviderCallRecord>): void {
  const at = { startedAt: ctx.clock.now(), finishedAt: ctx.clock.now() + 40 }
  const info = { api: 'test-api', host: 'test.example', model: 'test-1' }
  const record = { id, runId: 'run', ...info, ...at, outcome: 'completed', stop: 'end_turn', ...facts } as const
  publish(ctx, { type: 'provider-call-finished', record })
}

function firstCall(parent: Context): void {
  const ctx = startCall(parent, 'call-1')
  const usage = { input: { uncached: 10 }, output: {}, source: 'partial' } as const
  publish(ctx, { type: 'provider-call-updated', model: 'test-1-large', responseId: 'response-1', usage })
  const reasoning = openSegment(ctx, 'reasoning', 'blk-thought')
  reasoning.publish({ type: 'reasoning-started' })
  reasoning.append('Two cities, ')
  const text = openSegment(ctx, 'text', 'blk-text')
  text.publish({ type: 'text-started' })
  text.append('I look ')
  reasoning.append('so two calls.')
  reasoning.publish({ type: 'reasoning-finished', text: reasoning.text, outcome: 'completed', form: 'summary' })
  const search = withCorrelation(ctx, { segmentId: 'blk-search' })
  publish(search, { type: 'server-tool-started', tool: 'web_search_call', name: 'search' })
  text.append('at both.')
  publish(search, { type: 'server-tool-progress', tool: 'web_search_call', status: 'searching' })
  publish(search, { type: 'citation', citation: { url: 'https://example.com' } })
  publish(search, { type: 'server-tool-finished', tool: 'web_search_call', outcome: 'completed', output: ['found'] })
  text.publish({ type: 'text-finished', text: text.text, outcome: 'completed' })
  const paris = openSegment(ctx, 'tool-call', 'blk-paris', 'paris')
  paris.publish({ type: 'tool-call-started', name: 'get_weather' })
  const oslo = openSegment(ctx, 'tool-call', 'blk-oslo', 'oslo')
  oslo.publish({ type: 'tool-call-started', name: 'get_weather' })
  paris.append('{"city":')
  oslo.append('{"city":"Oslo"}')
  paris.append('"Paris"}')
  const finish = (call: typeof paris, city: string) =>
    call.publish({
      type: 'tool-call-finished',
      name: 'get_weather',
      input: { state: 'parsed', value: { city } },
      outcome: 'completed',
    })
  finish(oslo, 'Oslo')
  finish(paris, 'Paris')
  finishCall(ctx, 'call-1', { stop: 'tool_calls', providerStop: 'tool_use', usage: { ...usage, source: 'reported' } })
}

function runTools(parent: Context): void {
  publish(parent, { type: 'debugger-paused', pauseId: 'pause', phase: 'post_inference' })
  publish(parent, { type: 'debugger-continued', pauseId: 'pause', by: 'request' })
  const start = (toolCallId: string, city: string): Context => {
    const ctx = withCorrelation(parent, { toolCallId, segmentId: `blk-${toolCallId}-result` })
    publish(ctx, { type: 'tool-execution-started', name: 'get_weather', input: { city } })
    return ctx
  }
  const paris = start('paris', 'Paris')
  const oslo = start('oslo', 'Oslo')
  publish(oslo, { type: 'tool-execution-progress', message: 'asking' })
  const finish = (ctx: Context, text: string) =>
    publish(ctx, {
      type: 'tool-execution-finished',
      name: 'get_weather',
      outcome: 'ok',
      content: [{ type: 'text', text }],
      durationMs: 12,
    })
  finish(oslo, 'snow')
  finish(paris, 'rain')
}

function failedCall(parent: Context): void {
  const ctx = startCall(parent, 'call-2')
  const text = openSegment(ctx, 'text', 'blk-failed')
  text.publish({ type: 'text-started' })
  text.append('It is ra')
  text.publish({ type: 'text-finished', text: text.text, outcome: 'failed' })
  const error = { name: 'EngineError', code: 'overloaded', message: 'overloaded' }
  finishCall(ctx, 'call-2', { outcome: 'failed', stop: 'error', error })
}

function lastCall(parent: Context): void {
  const ctx = startCall(parent, 'call-3')
  publish(ctx, { type: 'log', level: 'warn', message: 'slow' })
  publish(ctx, { type: 'info', message: 'almost there' })
  const text = openSegment(ctx, 'text', 'blk-answer')
  text.publish({ type: 'text-started' })
  for (const word of ['Rain ', 'in Paris, ', 'snow in Oslo.']) text.append(word)
  text.publish({ type: 'text-finished', text: text.text, outcome: 'completed' })
  publish(ctx, { type: 'custom', name: 'acme.mood', data: 'wet' })
  finishCall(ctx, 'call-3', { usage: { input: { uncached: 50 }, output: { text: 9 }, source: 'estimated' } })
}
