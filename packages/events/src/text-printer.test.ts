import { createManualClock } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import type { Event, EventDraft } from './event.ts'
import { parseEvent } from './event-text.ts'
import { createEventHub } from './hub.ts'
import type { PrinterOptions } from './printer.ts'
import { playRichRun, recordRichRun, runContext } from './rich-run.test-helper.ts'
import { openSegment } from './segment.ts'
import { textPrinter } from './text-printer.ts'

function printEvents(events: readonly Event[], options?: PrinterOptions): string {
  let printed = ''
  const printer = textPrinter({ write: (text: string) => (printed += text) }, options)
  for (const event of events) printer.publish(event)
  return printed
}

function print(drafts: readonly EventDraft[], options?: PrinterOptions): string {
  const events = drafts.map((draft, index): Event => {
    return { ...draft, v: 1, seq: index + 1, time: 1, correlation: draft.correlation ?? {} }
  })
  return printEvents(events, options)
}

const correlation = { segmentId: 'text' }
const delta = (text: string, segmentId = 'text'): EventDraft => ({
  type: 'text-delta',
  delta: text,
  correlation: { segmentId },
})
const finished = (text: string, facts: object = {}, segmentId = 'text'): EventDraft => ({
  type: 'text-finished',
  text,
  outcome: 'completed',
  correlation: { segmentId },
  ...facts,
})
const runFinished: EventDraft = { type: 'run-finished', stop: 'end_turn' }
const callCut: EventDraft = {
  type: 'tool-call-finished',
  name: 'pay',
  input: { state: 'incomplete', raw: '{"am' },
  outcome: 'cancelled',
}

describe('the text printer', () => {
  it('prints a run for people', () => {
    expect(printEvents(recordRichRun())).toBe(`[reasoning-dropped] reasoning of another model
I look at both.
[web_search_call]
[call get_weather] {"city":"Oslo"}
[call get_weather] {"city":"Paris"}
[paused: post_inference]
[result get_weather: ok] snow
[result get_weather: ok] rain
It is ra [cut off: failed]
[rolled back] the answer above does not count: the provider was overloaded
[trying again in 0.5 s] overloaded
[warn] slow
Rain in Paris, snow in Oslo.
`)
  })

  it('prints everything with `full`', () => {
    expect(printEvents(recordRichRun(), { full: true }).split('\n')).toEqual([
      '[reasoning-dropped] reasoning of another model',
      '[reasoning] Two cities, ',
      'I look ',
      '[reasoning] so two calls.',
      'at both.',
      '[web_search_call] ["found"]',
      '[call get_weather] {"city":"Oslo"}',
      '[call get_weather] {"city":"Paris"}',
      '[paused: post_inference]',
      '[continued by request]',
      '[progress] asking',
      '[result get_weather: ok] snow',
      '[result get_weather: ok] rain',
      '[step 1 committed]',
      'It is ra [cut off: failed]',
      '[rolled back] the answer above does not count: the provider was overloaded',
      '[trying again in 0.5 s] overloaded',
      '[warn] slow',
      '[info] almost there',
      'Rain in Paris, snow in Oslo.',
      '[acme.mood] "wet"',
      '',
    ])
  })

  it('prints a line for each provider call with `withMetadata`', () => {
    const lines = printEvents(recordRichRun(), { withMetadata: true }).split('\n')
    expect(lines.filter((line) => line.startsWith('[provider call'))).toEqual([
      '[provider call test-api test.example test-1] stop tool_calls (tool_use), 10 tokens in, 0 out, 40 ms',
      '[provider call test-api test.example test-1] failed, stop error, usage unknown, 40 ms, overloaded: overloaded',
      '[provider call test-api test.example test-1] stop end_turn, 50 tokens in, 9 out (estimated), 40 ms',
    ])
    expect(lines).toContain('[result get_weather: ok] rain (12 ms)')
  })

  it('tells each kind of rewrite of a request once, and what the others were', () => {
    const started = (...degradations: { code: string; message: string; blockId?: string }[]): EventDraft => ({
      type: 'provider-call-started',
      api: 'a',
      host: 'h',
      model: 'm',
      ...(degradations.length === 0 ? undefined : { degradations }),
    })
    const moved = { code: 'media-moved', message: 'an image\nof a result' }
    const long = { code: 'option-dropped', message: 'x'.repeat(300) }
    const printed = print([
      started({ ...moved, blockId: '1' }, { ...moved, blockId: '2' }),
      delta('Hello'),
      started({ ...moved, blockId: '1' }, long),
      delta(' again'),
      started(),
    ])
    expect(printed.split('\n')).toEqual([
      '[media-moved] an image of a result',
      'Hello',
      `[option-dropped] ${'x'.repeat(200)}… (300 characters)`,
      ' again',
    ])
  })

  it('says what of the usage was cached, was reasoning, and is only part', () => {
    const record = { id: '1', api: 'a', host: 'h', model: 'm', outcome: 'completed', stop: 'end_turn' } as const
    const usage = {
      input: { uncached: 5, cacheRead: 90 },
      output: { text: 1, reasoning: 7 },
      source: 'partial',
    } as const
    const event = { type: 'provider-call-finished', record: { ...record, usage, startedAt: 5, finishedAt: 9 } } as const
    expect(print([event], { withMetadata: true })).toBe(
      '[provider call a h m] stop end_turn, 95 tokens in (90 cached), 8 out (7 reasoning) (partial), 4 ms\n',
    )
  })

  it('writes each delta as it comes', () => {
    const writes: string[] = []
    const hub = createEventHub({
      clock: createManualClock(),
      sinks: [textPrinter({ write: (text) => writes.push(text) })],
    })
    const text = openSegment(runContext(hub), 'text', 'text')
    for (const word of ['one ', 'two ', 'three']) text.append(word)
    expect(writes).toEqual(['one ', 'two ', 'three'])
  })

  it('ends with a line break for an engine that is used directly', () => {
    const call = { type: 'provider-call-finished', record: { id: '1', api: 'a', host: 'h', model: 'm' } } as const
    const record = { ...call.record, outcome: 'completed', stop: 'end_turn', startedAt: 1, finishedAt: 2 } as const
    expect(print([delta('Hello.'), finished('Hello.'), { ...call, record }])).toBe('Hello.\n')
  })

  it('says that an answer does not count only where there is one on the screen', () => {
    const back = (fromSeq: number): EventDraft => ({ type: 'run-rolled-back', fromSeq, reason: 'cut' })
    const line = '[rolled back] the answer above does not count: cut\n'
    expect(print([delta('Once'), back(1)])).toBe(`Once\n${line}`)
    expect(print([callCut, back(1)])).toContain(line)
    expect(print([delta('Once'), finished('Once'), back(3)])).toBe('Once')
    const reasoning = { type: 'reasoning-delta', delta: 'Hm.', correlation } as const
    expect(print([reasoning, back(1)])).toBe('')
    expect(print([reasoning, back(1)], { full: true })).toBe(`[reasoning] Hm.\n${line}`)
  })

  it('does not break a line twice', () => {
    expect(print([delta('Hello.\n'), finished('Hello.\n'), runFinished])).toBe('Hello.\n')
    expect(print([runFinished])).toBe('')
  })

  it.each([
    ['the whole text where no delta came', [finished('All of it.')], 'All of it.\n'],
    ['the rest where the last deltas are missing', [delta('All '), finished('All of it.')], 'All of it.\n'],
    [
      'the whole again where the middle is missing',
      [delta('All it.'), finished('All of it.')],
      'All it.\nAll of it.\n',
    ],
    ['nothing twice', [delta('All '), delta('of it.'), finished('All of it.')], 'All of it.\n'],
  ])('prints, after a gap, %s', (_what, events, expected) => {
    expect(print([...events, runFinished])).toBe(expected)
  })

  it.each([
    ['behind the text', [delta('Half'), finished('Half', { outcome: 'cancelled' })], 'Half [cut off: cancelled]\n'],
    [
      'on a new line where the text ended with one',
      [delta('Half\n'), finished('Half\n', { outcome: 'failed' })],
      'Half\n[cut off: failed]\n',
    ],
    [
      'on its own line where something came between',
      [delta('Half'), { type: 'log', level: 'error', message: 'lost' }, finished('Half', { outcome: 'failed' })],
      'Half\n[error] lost\n[cut off: failed]\n',
    ],
    ['behind a refusal', [finished('No.', { refusal: true })], 'No. [refusal]\n'],
    ['not at all where there is no text', [finished('', { outcome: 'cancelled' })], ''],
    ['behind the arguments of a call', [callCut], '[call pay] {"am [cut off: cancelled]\n'],
  ] as const)('marks what was cut off, %s', (_where, events, expected) => {
    expect(print([...events, runFinished])).toBe(expected)
  })

  it('begins each block on a new line, and continues one that was interrupted on its own', () => {
    expect(print([delta('a', 'one'), delta('b', 'two'), delta('c', 'one'), runFinished])).toBe('a\nb\nc\n')
  })

  it('clips long arguments and results at 200 characters, and indents lines', () => {
    const long = 'x'.repeat(300)
    const call: EventDraft = {
      type: 'tool-call-finished',
      name: 'read',
      input: { state: 'parsed', value: long },
      outcome: 'completed',
    }
    const content = [
      { type: 'text', text: 'one\ntwo' },
      { type: 'image', source: { type: 'url', url: 'https://example.com' }, mediaType: 'image/png' },
    ] as const
    const result: EventDraft = {
      type: 'tool-execution-finished',
      name: 'read',
      outcome: 'error',
      content,
      durationMs: 1,
    }
    expect(print([call, result])).toBe(
      `[call read] "${'x'.repeat(199)}… (302 characters)\n[result read: error] one\n    two\n    (image image/png)\n`,
    )
    expect(print([call], { full: true })).toBe(`[call read] "${long}"\n`)
  })

  it.each([
    [
      { type: 'run-failed', stop: 'error', error: { name: 'E', code: 'auth', message: 'no key' } },
      '[failed: auth] no key\n',
    ],
    [{ type: 'run-cancelled', stop: 'deadline' }, '[cancelled: deadline]\n'],
    [{ type: 'run-waiting', stop: 'tool_calls', pending: ['a', 'b'] }, '[waiting for results: a, b]\n'],
    [{ type: 'run-finished', stop: 'max_iterations' }, '[stopped: max_iterations]\n'],
    [{ type: 'gap', fromSeq: 1, toSeq: 3, count: 3 }, '[gap] 3 events are missing here\n'],
    [{ type: 'log', level: 'warn', message: 'careful', data: 1 }, '[warn] careful\n'],
    [{ type: 'log', level: 'info', message: 'detail' }, ''],
    [{ ...callCut, outcome: 'completed', input: { state: 'malformed', raw: '{x}' } }, '[call pay] {x} (malformed)\n'],
  ] as const)('tells of %j', (event, expected) => {
    expect(print([event])).toBe(expected)
  })

  it('leaves out what it does not know', () => {
    let printed = ''
    const printer = textPrinter({ write: (text) => (printed += text) }, { full: true })
    printer.publish(parseEvent('{"type":"hologram-finished","v":1,"seq":1,"time":1,"correlation":{}}'))
    expect(printed).toBe('')
  })

  it('holds up the run while its output is full, and only then', async () => {
    const listeners: (() => void)[] = []
    let isFull = false
    const printer = textPrinter({
      write: () => !isFull,
      once: (_event, listener) => listeners.push(listener),
    })
    const hub = createEventHub({ clock: createManualClock(), sinks: [printer] })
    const text = openSegment(runContext(hub), 'text', 'text')
    text.append('fits')
    expect(hub.pressure).toBeUndefined()
    isFull = true
    text.append('does not')
    const { pressure } = hub
    expect(pressure).toBeInstanceOf(Promise)
    isFull = false
    for (const listener of listeners) listener()
    await pressure
    expect(hub.pressure).toBeUndefined()
  })

  it('takes the process’s own output, and outputs that know no back-pressure', () => {
    expect(textPrinter(process.stdout).publish).toBeTypeOf('function')
    expect(textPrinter({ write: () => false }).publish({ ...recordOf('x') })).toBeUndefined()
  })

  it('takes a segment for a new one when its id comes again after its end, or after the end of its run', () => {
    const half: EventDraft[] = [delta('Half'), { type: 'run-cancelled', stop: 'user' }]
    expect(print([...half, finished('Half and half'), runFinished])).toBe('Half\n[cancelled: user]\nHalf and half\n')
    expect(print([delta('Whole'), finished('Whole'), finished('Whole again'), runFinished])).toBe(
      'Whole\nWhole again\n',
    )
  })

  it('prints the next run of the same session as the first, but for what was told of its requests', () => {
    let printed = ''
    const printer = textPrinter({ write: (text) => (printed += text) })
    const hub = () => createEventHub({ clock: createManualClock(), sinks: [printer] })
    playRichRun(hub())
    const first = printed
    playRichRun(hub())
    const rewrite = '[reasoning-dropped] reasoning of another model\n'
    expect(printed).toBe(first + first.replace(rewrite, ''))
  })
})

function recordOf(text: string): Event {
  return { type: 'text-delta', v: 1, seq: 1, time: 1, correlation, delta: text }
}
