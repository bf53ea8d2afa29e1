import { background, type Context } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { correlationFrom, runIdFrom, runTagsFrom, sessionIdFrom, withCorrelation, withRunTags } from './correlation.ts'
import { createEventHub } from './hub.ts'
import type { PublicEventDraft } from './public-draft.ts'
import { eventSinksFrom, hubFrom, publish, withEventSinks, withHub } from './publish.ts'
import { collectingSink } from './rich-run.test-helper.ts'
import { openSegment } from './segment.ts'
import { coalesce } from './sink.ts'

describe('publish', () => {
  it('does nothing where there are no sinks', () => {
    expect(publish(background(), { type: 'info', message: 'nobody hears' })).toBeUndefined()
    expect(eventSinksFrom(background())).toEqual([])
  })

  it('reaches the sinks of the context and of those that it was made from, each once', () => {
    const outer = collectingSink()
    const inner = collectingSink()
    const ctx = withCorrelation(background({ clock: createManualClock() }), { sessionId: 'session', runId: 'run' })
    const withOuter = withEventSinks(ctx, outer)
    const withBoth = withCorrelation(withEventSinks(withOuter, inner, outer), { toolCallId: 'weather' })
    publish(withBoth, { type: 'info', message: 'both' })
    publish(withOuter, { type: 'info', message: 'outer' })
    expect(outer.events.map(({ seq }) => seq)).toEqual([1, 2])
    expect(inner.events).toMatchObject([
      { seq: 1, correlation: { sessionId: 'session', runId: 'run', toolCallId: 'weather' } },
    ])
    expect(eventSinksFrom(withBoth)).toEqual([outer, inner])
  })

  it('returns a promise only while a sink takes its time, and not of one that holds up nobody', async () => {
    const taken = Promise.withResolvers<void>()
    const slow = { publish: () => taken.promise }
    const ctx = background({ clock: createManualClock() })
    expect(publish(withEventSinks(ctx, collectingSink()), { type: 'info', message: 'quick' })).toBeUndefined()
    expect(publish(withEventSinks(ctx, coalesce(slow)), { type: 'info', message: 'later' })).toBeUndefined()
    const pressure = publish(withEventSinks(ctx, slow), { type: 'info', message: 'slow' })
    expect(pressure).toBeInstanceOf(Promise)
    taken.resolve()
    await expect(pressure).resolves.toBeUndefined()
  })

  it('does nothing once the run is over, and lets nobody wait for the sinks that still take what was before', () => {
    const sink = collectingSink()
    const slow = { publish: () => new Promise<void>(() => {}) }
    const hub = createEventHub({ clock: createManualClock(), sinks: [sink, slow] })
    const ctx = withHub(background(), hub)
    hub.finish({ draft: { type: 'run-cancelled', stop: 'user' }, correlation: {} })
    expect(publish(ctx, { type: 'info', message: 'late' })).toBeUndefined()
    expect(hubFrom(ctx)).toBe(hub)
    expect(sink.events.map(({ type }) => type)).toEqual(['run-cancelled'])
  })
})

describe('a context', () => {
  it('says which run it belongs to, and how that is labelled', () => {
    const ctx = withRunTags(withCorrelation(background(), { sessionId: 'session', runId: 'run' }), { team: 'one' })
    expect(sessionIdFrom(ctx)).toBe('session')
    expect(runIdFrom(ctx)).toBe('run')
    expect(runTagsFrom(withRunTags(ctx, { team: 'two', kind: 'test' }))).toEqual({ team: 'two', kind: 'test' })
    expect(runTagsFrom(ctx)).toEqual({ team: 'one' })
  })

  it('of a run within a run inherits nothing of the run around it but what it is given', () => {
    const inTool = withCorrelation(background(), { sessionId: 'outer', runId: 'outer-run', toolCallId: 'agent' })
    const inner = withCorrelation(inTool, { sessionId: 'inner', runId: 'inner-run', parentRunId: 'outer-run' })
    expect(correlationFrom(inner)).toEqual({ sessionId: 'inner', runId: 'inner-run', parentRunId: 'outer-run' })
    expect(correlationFrom(withCorrelation(inner, { runId: 'inner-run', turnId: 'turn' }))).toEqual({
      ...correlationFrom(inner),
      turnId: 'turn',
    })
  })

  it('belongs to nothing by default', () => {
    expect(correlationFrom(background())).toEqual({})
    expect(runTagsFrom(background())).toEqual({})
  })
})

describe('a segment', () => {
  it('publishes each delta with its place and one shared correlation, and adds up the text', () => {
    const sink = collectingSink()
    const ctx = withEventSinks(background({ clock: createManualClock() }), sink)
    const call = openSegment(ctx, 'tool-call', 'block', 'weather')
    for (const delta of ['{', '', '}']) call.append(delta)
    call.publish({
      type: 'tool-call-finished',
      name: 'weather',
      input: { state: 'parsed', value: {} },
      outcome: 'completed',
    })
    expect(call.text).toBe('{}')
    expect(sink.events).toMatchObject([
      { type: 'tool-call-delta', v: 1, seq: 1, time: 1_000, delta: '{' },
      { type: 'tool-call-delta', seq: 2, delta: '}' },
      { type: 'tool-call-finished', seq: 3 },
    ])
    for (const event of sink.events) expect(event.correlation).toBe(call.correlation)
    expect(call.correlation).toEqual({ segmentId: 'block', toolCallId: 'weather' })
  })

  it('adds up its text also where nobody listens', () => {
    const text = openSegment(background(), 'text', 'block')
    text.append('a')
    text.append('b')
    text.publish({ type: 'text-finished', text: text.text, outcome: 'completed' })
    expect(text.text).toBe('ab')
  })
})

describe('what is not the caller’s to publish', () => {
  const owned = [
    'run-started',
    'run-finished',
    'run-cancelled',
    'run-failed',
    'run-waiting',
    'step-committed',
    'provider-call-started',
    'provider-call-updated',
    'provider-call-finished',
    'text-started',
    'text-delta',
    'text-finished',
    'tool-call-finished',
    'tool-execution-started',
    'tool-execution-finished',
    'server-tool-finished',
    'citation',
    'gap',
    'constructor',
  ]
  it.each(owned)('is refused: %s', (type) => {
    const sink = collectingSink()
    const ctx = withEventSinks(background(), sink)
    // What a caller in JavaScript may give.
    const draft = JSON.parse(JSON.stringify({ type }))
    expect(() => publish(ctx, draft)).toThrow(expect.objectContaining({ code: 'event_not_public' }))
    // Also where nobody listens: a mistake must not wait for the first sink.
    expect(() => publish(background(), draft)).toThrow(`publish takes no ${type}`)
    expect(sink.events).toEqual([])
  })

  it('is no event of a tool, a middleware or an application', () => {
    const sink = collectingSink()
    const ctx = withEventSinks(background(), sink)
    const error = { name: 'EngineError', code: 'overloaded', message: 'overloaded' }
    const allowed: readonly PublicEventDraft[] = [
      { type: 'custom', name: 'acme.mood', data: 'wet' },
      { type: 'debugger-paused', pauseId: 'pause', phase: 'test' },
      { type: 'debugger-continued', pauseId: 'pause', by: 'request' },
      { type: 'info', message: 'one' },
      { type: 'log', level: 'warn', message: 'two' },
      { type: 'provider-call-retried', attempt: 2, delayMs: 1, error },
      { type: 'run-rolled-back', fromSeq: 2, reason: 'test' },
      { type: 'tool-execution-progress', message: 'half' },
    ]
    for (const draft of allowed) publish(ctx, draft)
    expect(sink.events.map(({ type }) => type)).toEqual(allowed.map(({ type }) => type))
  })
})

describe('what is no sink', () => {
  const publishes = { publish: () => {} }
  it.each([
    ['nothing', undefined, 'a sink must be an object with a method publish'],
    ['a function', () => {}, 'a sink must be an object with a method publish'],
    ['without publish', { publich: () => {} }, 'a sink must be an object with a method publish'],
    ['with an unknown policy', { ...publishes, delivery: { policy: 'wait' } }, 'block, coalesce or drop, not "wait"'],
    ['with a policy alone', { ...publishes, delivery: 'drop' }, 'block, coalesce or drop, not undefined'],
  ])('is refused where it is attached: %s', (_, given, message) => {
    // What a caller in JavaScript may give: Reflect.apply takes anything.
    const attach = (ctx: Context) => () => Reflect.apply(withEventSinks, undefined, [ctx, given])
    for (const ctx of [background(), withEventSinks(background(), collectingSink())]) {
      expect(attach(ctx)).toThrow(message)
      expect(attach(ctx)).toThrow(expect.objectContaining({ name: 'EventError', code: 'invalid_sink' }))
    }
  })
})
