import { background, withCancel } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { foldEvents, withCorrelation, withEventSinks } from '@geppetto/events'
import { appendBlocks, createTurn, GeppettoError, providerCalls, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collectEvents } from './event-collector.test-helper.ts'
import { EngineError, type EngineInfo, type ProviderCall, startProviderCall } from './index.ts'

const info: EngineInfo = { api: 'test', host: 'embedded', model: 'm-1' }
const turn = appendBlocks(createTurn({ id: 'turn-1' }), userBlock('hello'))

function start(signal?: AbortSignal) {
  const sink = collectEvents()
  const clock = createManualClock()
  let count = 0
  const ids = { next: (prefix: string) => `${prefix}-${++count}` }
  const root = background({ clock, ids, ...(signal === undefined ? {} : { signal }) })
  const ctx = withCorrelation(withEventSinks(root, sink), { runId: 'run-1', sessionId: 's-1' })
  return { call: startProviderCall(ctx, turn, info), sink, clock }
}

/** The same for a call that nobody listens to. */
const startUnheard = (): ProviderCall => startProviderCall(background(), turn, info)

const citation = { text: 'here', url: 'https://example.org' }

it('tells with its first event what of the turn could not be said, if anything', () => {
  const sink = collectEvents()
  const ctx = withEventSinks(background(), sink)
  const degradations = [{ code: 'reasoning-dropped', message: 'of another model', blockId: 'r' }]
  startProviderCall(ctx, turn, info, degradations)
  startProviderCall(ctx, turn, info)
  expect(sink.events).toMatchObject([
    { type: 'provider-call-started', degradations },
    { type: 'provider-call-started' },
  ])
  expect(sink.events[1]).not.toHaveProperty('degradations')
})

describe('a writer', () => {
  it('says the two halves of a character together, and one that stays alone as U+FFFD', () => {
    const { call, sink } = start()
    const text = call.text()
    for (const piece of ['a\ud83d', '\ude00', 'b\ud83d', 'c\ud83d']) text.append(piece)
    text.finish()
    const deltas = sink.events.filter((event) => event.type === 'text-delta')
    expect(deltas.map(({ delta }) => delta)).toEqual(['a', '\u{1f600}', 'b', '\ufffdc', '\ufffd'])
    expect(sink.events.at(-1)).toMatchObject({ type: 'text-finished', text: 'a\u{1f600}b\ufffdc\ufffd' })
  })

  it('says the half that waits where the call breaks off', () => {
    const { call } = start()
    call.text().append('a\ud83d')
    expect(call.abort(new Error('broken')).partial?.blocks.at(-1)).toMatchObject({ text: 'a\ufffd', complete: false })
  })

  it('knows what was appended so far, half a character at its end too, and goes on knowing it', () => {
    const { call } = start()
    const text = call.text()
    expect(text.text).toBe('')
    text.append('a\ud83d')
    expect(text.text).toBe('a\ud83d')
    text.append('\ude00b')
    expect(text.text).toBe('a\u{1f600}b')
    text.finish()
    expect(text.text).toBe('a\u{1f600}b')
  })
})

describe('a provider call that ends well', () => {
  it('publishes each piece and makes the same blocks of it', async () => {
    const { call, sink, clock } = start()
    const text = call.text()
    text.append('Hel')
    text.append('lo')
    await clock.advance(250)
    text.finish()
    call.stop('end_turn', 'stop')
    const answer = call.finish()
    expect(sink.types).toEqual([
      'provider-call-started',
      'text-started',
      'text-delta',
      'text-delta',
      'text-finished',
      'provider-call-finished',
    ])
    expect(sink.problem()).toBeUndefined()
    expect(answer.id).toBe('turn-1')
    expect(answer.blocks.slice(0, 1)).toEqual(turn.blocks)
    expect(answer.blocks.slice(1)).toEqual(foldEvents(sink.events).blocks)
    expect(answer.blocks[1]).toMatchObject({ kind: 'assistant', text: 'Hello', runId: 'run-1' })
    expect(providerCalls(answer)).toEqual([
      {
        id: call.id,
        runId: 'run-1',
        api: 'test',
        host: 'embedded',
        model: 'm-1',
        outcome: 'completed',
        stop: 'end_turn',
        providerStop: 'stop',
        startedAt: 1_000,
        finishedAt: 1_250,
      },
    ])
  })

  it('keeps pieces that are open side by side apart, and in the order in which they began', () => {
    const { call, sink } = start()
    const reasoning = call.reasoning('summary')
    const first = call.toolCall('add')
    const text = call.text()
    const second = call.toolCall('time')
    first.append('{"a":')
    second.append('')
    text.append('Let me ')
    reasoning.append('Two tools.')
    first.append('1}')
    text.append('see.')
    second.finish()
    text.finish()
    first.finish()
    reasoning.finish()
    call.stop('tool_calls')
    const { blocks } = call.finish()
    expect(sink.problem()).toBeUndefined()
    expect(blocks.slice(1)).toEqual(foldEvents(sink.events).blocks)
    expect(blocks.slice(1)).toMatchObject([
      { kind: 'reasoning', text: 'Two tools.', form: 'summary' },
      { kind: 'tool-call', name: 'add', callId: first.callId, input: { state: 'parsed', value: { a: 1 } } },
      { kind: 'assistant', text: 'Let me see.' },
      { kind: 'tool-call', name: 'time', callId: second.callId, input: { state: 'parsed', value: {} } },
    ])
    expect(first.callId).not.toBe(second.callId)
  })

  it('writes usage, response and model into the record, and replay data under one group and the model that was asked', () => {
    const { call, sink } = start()
    call.update({ responseId: 'resp-1', model: 'm-1-2026' })
    const usage = { input: { uncached: 3 }, output: { text: 2 }, source: 'reported' } as const
    call.update({ usage })
    const reasoning = call.reasoning('redacted')
    reasoning.finish({ payload: { signature: 'xyz' } })
    const text = call.text()
    text.append('a')
    text.finish({ payload: null, refusal: true, citations: [citation] })
    const search = call.serverTool('web_search_call', 'web_search')
    search.progress({ status: 'searching' })
    search.finish({ input: { query: 'q' }, output: ['found'], payload: { id: 'ws-1' } })
    call.stop('refusal', 'refused')
    call.stop('end_turn', 'too late')
    const answer = call.finish()
    expect(sink.problem()).toBeUndefined()
    expect(providerCalls(answer)[0]).toMatchObject({
      model: 'm-1-2026',
      responseId: 'resp-1',
      usage,
      stop: 'refusal',
      providerStop: 'refused',
    })
    const native = { api: 'test', host: 'embedded', model: 'm-1', group: call.id }
    expect(answer.blocks.slice(1)).toMatchObject([
      { kind: 'reasoning', text: '', form: 'redacted', native: { ...native, payload: { signature: 'xyz' } } },
      { kind: 'assistant', refusal: true, citations: [citation], native: { ...native, payload: null } },
      {
        kind: 'provider',
        type: 'web_search_call',
        name: 'web_search',
        input: { query: 'q' },
        output: ['found'],
        native: { ...native, payload: { id: 'ws-1' } },
      },
    ])
  })

  it('publishes a citation when it is made, and keeps it on the block', () => {
    const { call, sink } = start()
    const text = call.text()
    text.append('See here.')
    text.cite(citation)
    text.finish({ citations: [{ text: 'there' }] })
    call.stop('end_turn')
    expect(call.finish().blocks[1]).toMatchObject({ citations: [citation, { text: 'there' }] })
    const event = sink.events.find(({ type }) => type === 'citation')
    expect(event).toMatchObject({ citation, correlation: { segmentId: call.finish().blocks[1]?.id } })
    expect(sink.problem()).toBeUndefined()
  })

  it('makes the same turn when nobody listens', () => {
    const call = startUnheard()
    const text = call.text()
    text.append('Hello')
    text.finish()
    call.stop('end_turn')
    expect(call.finish().blocks[1]).toMatchObject({ kind: 'assistant', text: 'Hello' })
    expect(call.pressure).toBeUndefined()
  })

  it('counts as activity what begins, grows and ends, but no empty delta', () => {
    const call = startUnheard()
    const text = call.text()
    const opened = call.activity
    expect(opened).toBeGreaterThan(0)
    text.append('')
    expect(call.activity).toBe(opened)
    text.append('x')
    const grown = call.activity
    expect(grown).toBeGreaterThan(opened)
    text.finish()
    expect(call.activity).toBeGreaterThan(grown)
  })
})

describe('an answer that is not whole', () => {
  it('is refused while a piece is open, and the call can then still be aborted', () => {
    const { call, sink } = start()
    call.text().append('half')
    call.stop('end_turn')
    expect(() => call.finish()).toThrowError(expect.objectContaining({ code: 'protocol', retryable: true }))
    expect(sink.types).not.toContain('provider-call-finished')
    const error = call.abort(new EngineError('protocol', 'cut'))
    expect(error.partial?.blocks[1]).toMatchObject({ text: 'half', complete: false })
    expect(sink.problem()).toBeUndefined()
  })

  it('is refused when it was not stopped', () => {
    const call = startUnheard()
    const text = call.text()
    text.finish()
    expect(() => call.finish()).toThrowError(expect.objectContaining({ code: 'protocol' }))
  })

  it('is refused when the provider reported an error in it', () => {
    const call = startUnheard()
    call.stop('end_turn')
    call.fail({ type: 'overloaded' })
    call.fail('a second one does not count')
    expect(() => call.finish()).toThrowError(expect.objectContaining({ message: '{"type":"overloaded"}' }))
  })

  it('never has arguments to run for a call that was cut off, even when they look whole', () => {
    const { call, sink } = start()
    const whole = call.toolCall('whole')
    whole.append('{}')
    whole.finish()
    const looksWhole = call.toolCall('looks_whole')
    looksWhole.append('{"amount":1}')
    const atLimit = call.toolCall('at_limit')
    atLimit.cutOff()
    atLimit.finish()
    const error = call.abort(new EngineError('network', 'gone'))
    expect(error.partial?.blocks.slice(1)).toMatchObject([
      { input: { state: 'parsed', value: {} } },
      { input: { state: 'incomplete', raw: '{"amount":1}' }, complete: false },
      { input: { state: 'incomplete', raw: '' }, complete: false },
    ])
    expect(sink.problem()).toBeUndefined()
  })

  it('can be finished with a call in it that a token limit cut off', () => {
    const { call, sink } = start()
    call.toolCall('add').cutOff({ payload: { id: 'call_1' } })
    call.stop('max_tokens', 'length')
    const native = { payload: { id: 'call_1' } }
    expect(call.finish().blocks[1]).toMatchObject({ complete: false, input: { state: 'incomplete', raw: '' }, native })
    expect(sink.problem()).toBeUndefined()
  })

  it('refuses tools without a name before anything is published', () => {
    const { call, sink } = start()
    expect(() => call.toolCall(' ')).toThrowError(expect.objectContaining({ code: 'protocol' }))
    expect(() => call.serverTool('')).toThrowError(expect.objectContaining({ code: 'protocol' }))
    expect(sink.types).toEqual(['provider-call-started'])
    expect(call.abort(new EngineError('protocol', 'x')).visible).toBe(false)
  })
})

describe('a provider call that is aborted', () => {
  it('keeps what had come, marked as cut off, and tells the sinks how each piece ended', () => {
    const { call, sink } = start()
    const done = call.text()
    done.append('Done.')
    done.finish({ payload: 1 })
    const half = call.text()
    half.append('Ha')
    half.cite(citation)
    call.text()
    call.reasoning().append('hm')
    call.serverTool('web_search_call', 'web_search')
    const usage = { input: { uncached: 3 }, output: {}, source: 'partial' } as const
    call.update({ usage })
    const error = call.abort(new EngineError('cancelled', 'stop'))
    expect(error).toMatchObject({ code: 'cancelled', visible: true, retryable: false })
    expect(error.partial?.blocks.slice(1)).toEqual([
      expect.objectContaining({ text: 'Done.', native: expect.objectContaining({ payload: 1 }) }),
      expect.objectContaining({ text: 'Ha', complete: false, citations: [citation] }),
      expect.objectContaining({ kind: 'reasoning', text: 'hm', complete: false }),
      expect.objectContaining({ kind: 'provider', type: 'web_search_call', name: 'web_search', complete: false }),
    ])
    expect(error.partial?.blocks[1]).not.toHaveProperty('complete')
    expect(error.partial && providerCalls(error.partial)[0]).toMatchObject({
      outcome: 'cancelled',
      stop: 'user',
      usage,
      error: { code: 'cancelled' },
    })
    expect(sink.problem()).toBeUndefined()
    expect(foldEvents(sink.events).blocks).toEqual(
      // What cannot be told by events is the opaque part.
      error.partial?.blocks.slice(1).map(({ native: _, ...block }) => block),
    )
  })

  it('was visible when a delta or a tool was published, not when a piece was only opened', () => {
    const opened = startUnheard()
    opened.text()
    opened.reasoning().append('')
    expect(opened.abort(new EngineError('network', 'x')).visible).toBe(false)
    const called = startUnheard()
    called.toolCall('add')
    expect(called.abort(new EngineError('network', 'x')).visible).toBe(true)
    const thought = startUnheard()
    thought.reasoning().append('hm')
    expect(thought.abort(new EngineError('network', 'x')).visible).toBe(true)
  })

  it('takes anything that was thrown: as cancelled when the context has aborted, else as internal', () => {
    const bug = new TypeError('x is undefined')
    expect(startUnheard().abort(bug)).toMatchObject({ code: 'internal', cause: bug, message: 'x is undefined' })
    const { ctx, cancel } = withCancel(background())
    const call = startProviderCall(ctx, turn, info)
    cancel('superseded')
    const error = call.abort(bug)
    expect(error).toMatchObject({ code: 'cancelled', cause: 'superseded' })
    expect(error.partial && providerCalls(error.partial)[0]).toMatchObject({ outcome: 'cancelled', stop: 'superseded' })
  })

  it.each([
    ['user', new Error('whatever'), 'user'],
    ['the end of time', Object.assign(new Error('late'), { name: 'TimeoutError' }), 'deadline'],
    ['a stop reason', 'shutdown', 'shutdown'],
    ['a word that is none', 'because', 'user'],
  ])('writes into the record why: %s', (_what, reason, stop) => {
    const controller = new AbortController()
    const { call } = start(controller.signal)
    controller.abort(reason)
    const { partial } = call.abort(new Error('x'))
    expect(partial && providerCalls(partial)[0]?.stop).toBe(stop)
  })

  it('takes the error of another copy of the package', () => {
    const foreign = new GeppettoError('geppetto/engine', 'rate_limit', 'slow down')
    const error = startUnheard().abort(foreign)
    expect(error).toMatchObject({ code: 'rate_limit', message: 'slow down', retryable: true })
    expect(error.partial?.blocks).toEqual(turn.blocks)
  })
})

describe('after its end', () => {
  it('a writer refuses what is added, and no sink gets it', () => {
    const { call, sink } = start()
    const text = call.text()
    const tool = call.toolCall('add')
    const server = call.serverTool('web_search_call')
    text.finish()
    tool.finish()
    const count = sink.events.length
    const isOver = expect.objectContaining({ code: 'internal', message: expect.stringContaining('finished') })
    expect(() => text.append('more')).toThrowError(isOver)
    expect(() => text.cite(citation)).toThrowError(isOver)
    expect(() => tool.append('more')).toThrowError(isOver)
    expect(sink.events.length).toBe(count)
    call.abort(new EngineError('cancelled', 'stop'))
    expect(() => server.progress({ status: 'late' })).toThrowError(isOver)
    expect(sink.problem()).toBeUndefined()
  })

  it('a writer may be finished again, which changes nothing', () => {
    const { call, sink } = start()
    const text = call.text()
    text.append('once')
    text.finish()
    text.finish({ refusal: true, payload: 'late' })
    call.stop('end_turn')
    const answer = call.finish()
    text.finish()
    expect(answer.blocks[1]).not.toHaveProperty('refusal')
    expect(answer.blocks[1]).not.toHaveProperty('native')
    expect(sink.types.filter((type) => type === 'text-finished')).toHaveLength(1)
  })

  it('the call refuses everything new', () => {
    const { call, sink } = start()
    call.stop('end_turn')
    call.finish()
    const count = sink.events.length
    const isOver = expect.objectContaining({ code: 'internal', message: expect.stringContaining('over') })
    for (const late of [
      () => call.text(),
      () => call.reasoning(),
      () => call.toolCall('add'),
      () => call.serverTool('x'),
      () => call.update({ model: 'other' }),
      () => call.stop('user'),
      () => call.fail('x'),
    ])
      expect(late).toThrowError(isOver)
    expect(sink.events.length).toBe(count)
  })

  it('the call may be finished again, with the same turn', () => {
    const { call, sink } = start()
    call.stop('end_turn')
    const answer = call.finish()
    expect(call.finish()).toBe(answer)
    expect(call.abort(new EngineError('internal', 'late')).partial).toBe(answer)
    expect(call.finish()).toBe(answer)
    expect(sink.problem()).toBeUndefined()
  })

  it('the call may be aborted again, with the same error, and cannot be finished any more', () => {
    const { call, sink } = start()
    call.stop('end_turn')
    const error = call.abort(new EngineError('network', 'gone'))
    expect(call.abort(new EngineError('timeout', 'late'))).toBe(error)
    expect(() => call.finish()).toThrow(error)
    expect(sink.problem()).toBeUndefined()
  })
})
