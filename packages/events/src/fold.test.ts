import { createManualClock } from '@geppetto/context/manual-clock'
import { type Block, contentText, createTurn, sealTurn, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import type { Event, EventDraft } from './event.ts'
import { createEventFold, foldEvents } from './fold.ts'
import { createEventHub } from './hub.ts'
import { playRichRun, recordRichRun } from './rich-run.test-helper.ts'

const rich = recordRichRun()

function stamp(drafts: readonly EventDraft[]): Event[] {
  return drafts.map((draft, index) => ({
    ...draft,
    v: 1,
    seq: index + 1,
    time: 1,
    correlation: draft.correlation ?? {},
  }))
}

const show = (blocks: readonly Block[]) =>
  blocks.map((block) => {
    const mark = block.complete === false ? ' (cut off)' : ''
    switch (block.kind) {
      case 'assistant':
      case 'reasoning':
        return `${block.kind}: ${block.text}${mark}`
      case 'tool-call':
        return `call ${block.callId}: ${block.input.state === 'parsed' ? JSON.stringify(block.input.value) : block.input.raw}${mark}`
      case 'tool-result':
        return `result ${block.callId}: ${contentText(block.content)}`
      default:
        return `${block.kind}${mark}`
    }
  })

/** What a reader of exactly these events has seen and must not lose: the text of each segment that was not rolled back. */
function seenTexts(events: readonly Event[]): string[] {
  const texts = new Map<string, { text: string; seq: number }>()
  for (const event of events) {
    if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
      const known = texts.get(event.correlation.segmentId ?? '') ?? { text: '', seq: event.seq }
      texts.set(event.correlation.segmentId ?? '', { ...known, text: known.text + event.delta })
    }
    if (event.type === 'run-rolled-back') for (const [id, { seq }] of texts) if (seq >= event.fromSeq) texts.delete(id)
  }
  return [...texts.values()].map(({ text }) => text)
}

describe('folding the events of a run', () => {
  it('gives the blocks of each step, results in the order of the calls, without what was rolled back', () => {
    const { blocks, providerCalls } = foldEvents(rich)
    expect(show(blocks)).toEqual([
      'reasoning: Two cities, so two calls.',
      'assistant: I look at both.',
      'provider',
      'call paris: {"city":"Paris"}',
      'call oslo: {"city":"Oslo"}',
      'result paris: rain',
      'result oslo: snow',
      'assistant: Rain in Paris, snow in Oslo.',
    ])
    expect(blocks.map(({ id }) => id)).toEqual([
      'blk-thought',
      'blk-text',
      'blk-search',
      'blk-paris',
      'blk-oslo',
      'blk-paris-result',
      'blk-oslo-result',
      'blk-answer',
    ])
    expect(blocks.every(({ runId, complete }) => runId === 'run' && complete === undefined)).toBe(true)
    expect(blocks[0]).toMatchObject({ form: 'summary' })
    expect(blocks[2]).toMatchObject({ type: 'web_search_call', name: 'search', output: ['found'] })
    // The call that was rolled back was paid for.
    expect(providerCalls.map(({ id }) => id)).toEqual(['call-1', 'call-2', 'call-3'])
  })

  it('makes the same of events that are taken back and told again', () => {
    const last = rich.at(-1)
    if (last === undefined) throw new Error('there are no events')
    const { seq, time } = last
    const takenBack: Event = { type: 'run-rolled-back', v: 1, seq, time, correlation: {}, fromSeq: 1, reason: 'again' }
    expect(foldEvents([...rich, takenBack, ...rich])).toEqual(foldEvents(rich))
  })

  it.each(rich.map((_, index) => index))(
    'keeps all text that was seen when it is cut after %i events (P5)',
    (length) => {
      const events = rich.slice(0, length)
      const { blocks } = foldEvents(events)
      const texts = blocks.flatMap((block) =>
        block.kind === 'assistant' || block.kind === 'reasoning' ? block.text : [],
      )
      expect(texts.toSorted()).toEqual(seenTexts(events).toSorted())
      // Sealed, it can be sent again: no call without result, no result without call, no id twice.
      expect(validateTurn(sealTurn(createTurn({ blocks })))).toEqual([])
    },
  )

  it('makes the same of the log of a run as of its events', () => {
    const hub = createEventHub({ clock: createManualClock(), sinks: [], keepsLog: true })
    playRichRun(hub)
    expect(foldEvents(hub.log?.replay() ?? [])).toEqual(foldEvents(rich))
  })

  it('makes the same blocks of finished events alone, as after a gap, in the order in which they finished', () => {
    const lossy = rich.filter(
      ({ type }) => !type.endsWith('-delta') && !/^(text|reasoning|server-tool)-started$/.test(type),
    )
    const { blocks } = foldEvents(lossy)
    expect(show(blocks).toSorted()).toEqual(show(foldEvents(rich).blocks).toSorted())
    expect(show(blocks).at(-1)).toBe('assistant: Rain in Paris, snow in Oslo.')
  })

  it('marks what was cut off', () => {
    const cut = rich.findIndex((event) => event.type === 'tool-call-finished')
    expect(show(foldEvents(rich.slice(0, cut)).blocks).slice(-2)).toEqual([
      'call paris: {"city":"Paris"} (cut off)',
      'call oslo: {"city":"Oslo"} (cut off)',
    ])
  })

  it('goes back into the middle of a segment', () => {
    const correlation = { segmentId: 'text' }
    const events = stamp([
      { type: 'text-started', correlation },
      { type: 'text-delta', delta: 'kept', correlation },
      { type: 'text-delta', delta: ', not stored', correlation },
      { type: 'text-finished', text: 'kept, not stored', outcome: 'completed', correlation },
      { type: 'run-rolled-back', fromSeq: 3, reason: 'the process died' },
    ])
    expect(show(foldEvents(events).blocks)).toEqual(['assistant: kept (cut off)'])
  })

  it('takes back the results of calls that were rolled back', () => {
    const correlation = { segmentId: 'call', toolCallId: 'weather' }
    const events = stamp([
      { type: 'tool-call-started', name: 'weather', correlation },
      {
        type: 'tool-call-finished',
        name: 'weather',
        input: { state: 'parsed', value: {} },
        outcome: 'completed',
        correlation,
      },
      {
        type: 'tool-execution-finished',
        name: 'weather',
        outcome: 'ok',
        content: [],
        durationMs: 1,
        correlation: { toolCallId: 'weather' },
      },
      { type: 'run-rolled-back', fromSeq: 1, reason: 'test' },
    ])
    expect(foldEvents(events).blocks).toEqual([])
  })

  it('puts a result behind its own call, also when it comes after the next call has begun', () => {
    const inCall = { providerCallId: 'one', segmentId: 'call', toolCallId: 'slow' }
    const events = stamp([
      { type: 'provider-call-started', api: 'a', host: 'h', model: 'm', correlation: { providerCallId: 'one' } },
      {
        type: 'tool-call-finished',
        name: 'slow',
        input: { state: 'parsed', value: 1 },
        outcome: 'completed',
        correlation: inCall,
      },
      { type: 'provider-call-started', api: 'a', host: 'h', model: 'm', correlation: { providerCallId: 'two' } },
      {
        type: 'text-finished',
        text: 'next',
        outcome: 'completed',
        correlation: { providerCallId: 'two', segmentId: 'text' },
      },
      {
        type: 'tool-execution-finished',
        name: 'slow',
        outcome: 'unknown',
        content: [],
        durationMs: 1,
        correlation: { toolCallId: 'slow' },
      },
    ])
    expect(show(foldEvents(events).blocks)).toEqual(['call slow: 1', 'result slow: ', 'assistant: next'])
  })

  it('keeps results of calls that an earlier run made', () => {
    const correlation = { toolCallId: 'earlier', segmentId: 'result' }
    const content = [{ type: 'text', text: 'approved' }] as const
    const events = stamp([
      { type: 'tool-execution-finished', name: 'pay', outcome: 'ok', content, durationMs: 1, correlation },
    ])
    expect(show(foldEvents(events).blocks)).toEqual(['result earlier: approved'])
  })

  it('leaves out what cannot be a block, and does not throw', () => {
    const events = stamp([
      { type: 'tool-call-started', name: '', correlation: { segmentId: 'one', toolCallId: 'one' } },
      { type: 'tool-call-started', name: 'no id', correlation: { segmentId: 'two' } },
      { type: 'tool-call-delta', delta: '{}', correlation: { segmentId: 'three', toolCallId: 'three' } },
      { type: 'tool-execution-finished', name: 'x', outcome: 'ok', content: [], durationMs: 1 },
      { type: 'server-tool-finished', tool: '', outcome: 'completed', correlation: { segmentId: 'four' } },
      { type: 'text-started', correlation: { segmentId: 'five' } },
    ])
    expect(foldEvents(events)).toEqual({ blocks: [], providerCalls: [] })
  })
  it('leaves out events that were damaged on their way, and does not throw', () => {
    const names = ['correlation', 'type', 'name', 'content', 'record', 'delta', 'text', 'outcome', 'input', 'tool']
    for (const name of names) {
      const damaged = recordRichRun().map((event) => {
        const copy = { ...event }
        Reflect.deleteProperty(copy, name)
        return copy
      })
      expect(() => foldEvents(damaged), name).not.toThrow()
    }
    const [first] = recordRichRun()
    const empty: Event[] = new Array(1)
    expect(foldEvents(first === undefined ? empty : [...empty, first]).blocks).toEqual([])
  })
})

describe('folding as events come', () => {
  it('gives at every event what folding all of them gives, also where something is rolled back', () => {
    const fold = createEventFold()
    for (const [index, event] of rich.entries()) {
      fold.push(event)
      expect(fold.blocks).toEqual(foldEvents(rich.slice(0, index + 1)).blocks)
      expect(fold.providerCalls).toEqual(foldEvents(rich.slice(0, index + 1)).providerCalls)
    }
  })

  it('makes only those blocks anew that something was added to', () => {
    const fold = createEventFold()
    const said = (segmentId: string, delta: string): EventDraft => ({
      type: 'text-delta',
      correlation: { segmentId },
      delta,
    })
    const [one, two, three] = stamp([said('a', 'one'), said('b', 'two'), said('b', ' three')])
    for (const event of [one, two]) if (event) fold.push(event)
    const before = fold.blocks
    expect(fold.blocks).toBe(before)
    if (three) fold.push(three)
    expect(fold.blocks[0]).toBe(before[0])
    expect(show(fold.blocks)).toEqual(['assistant: one (cut off)', 'assistant: two three (cut off)'])
  })
})
