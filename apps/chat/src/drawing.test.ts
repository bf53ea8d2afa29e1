import { background } from '@geppetto/context'
import { type EventDraft, hubFrom, withEventSinks } from '@geppetto/events'
import { textPart } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { drawing } from './drawing.ts'

/** What the last drawing has dimmed. */
let dimmed: string[] = []

function draw(...events: EventDraft[]): string {
  let screen = ''
  dimmed = []
  const sink = drawing(
    (text) => {
      screen += text
    },
    (style, text) => {
      if (style !== 'dim') return `<${style}>${text}`
      dimmed.push(text)
      return text
    },
  )
  const ctx = withEventSinks(background(), sink)
  for (const event of events) hubFrom(ctx)?.publish(event, {})
  return screen
}

const first = { segmentId: 'blk_1' }
const delta = (text: string, correlation = first): EventDraft => ({ type: 'text-delta', delta: text, correlation })
const finished = (text: string, correlation = first): EventDraft => ({
  type: 'text-finished',
  text,
  outcome: 'completed',
  correlation,
})
const end: EventDraft = { type: 'run-finished', stop: 'end_turn' }
const cancelled: EventDraft = { type: 'run-cancelled', stop: 'user' }

describe('drawing', () => {
  it('draws an answer as it comes and ends its line', () => {
    expect(draw(delta('How '), delta('do you do?'), finished('How do you do?'), end)).toBe('How do you do?\n')
  })

  it('adds what no delta brought', () => {
    expect(draw(delta('How '), finished('How do you do?'), end)).toBe('How do you do?\n')
    expect(draw(finished('How do you do?'), end)).toBe('How do you do?\n')
  })

  it('begins another text on a line of its own', () => {
    const second = { segmentId: 'blk_2' }
    expect(draw(delta('One.'), finished('One.'), delta('Two.', second), finished('Two.', second), end)).toBe(
      'One.\nTwo.\n',
    )
  })

  it('draws what a model thinks on lines of its own, dimmed', () => {
    const thought = { segmentId: 'blk_0' }
    const thinks: EventDraft = { type: 'reasoning-delta', delta: 'Let me\u001b see', correlation: thought }
    const hasThought: EventDraft = {
      type: 'reasoning-finished',
      text: 'Let me\u001b see.',
      outcome: 'completed',
      correlation: thought,
    }
    const shown = draw(thinks, hasThought, delta('Four.'), finished('Four.'), end)
    expect(shown).toBe('Thinking: Let me\\x1b see.\n\nFour.\n')
    expect(dimmed).toEqual(['Thinking: ', 'Let me\\x1b see', '.'])
  })

  it('says that it tries again, when and why', () => {
    const error = { name: 'E', code: 'rate_limit', message: 'slow\ndown' }
    expect(draw({ type: 'provider-call-retried', attempt: 2, delayMs: 1_234, error })).toBe(
      '<yellow>[trying again in 1.2 s] slow down\n',
    )
  })

  it.each([
    ['It all be', 'It all be <yellow>[cancelled]\n'],
    ['It all ', 'It all <yellow>[cancelled]\n'],
    ['It all began.\n', 'It all began.\n<yellow>[cancelled]\n'],
  ])('marks %j as cancelled', (text, screen) => expect(draw(delta(text), cancelled)).toBe(screen))

  it('marks an answer that was cancelled before it began', () => expect(draw(cancelled)).toBe('<yellow>[cancelled]\n'))

  it.each([
    [{ type: 'run-cancelled', stop: 'deadline' }, '<yellow>[the time for this answer is up: see --timeout]\n'],
    [{ type: 'run-cancelled', stop: 'superseded' }, '<yellow>[cancelled: superseded]\n'],
    [{ type: 'run-finished', stop: 'max_tokens' }, '<yellow>[max_tokens]\n'],
    [
      { type: 'run-failed', stop: 'error', error: { name: 'E', code: 'auth', message: 'no\u001b[2J key' } },
      '<red>[failed] no\\x1b[2J key\n',
    ],
  ] as const)('says how it ended: %j', (event, screen) => expect(draw(event)).toBe(screen))

  it('shows calls and results in one line each, whatever is in them', () => {
    const call: EventDraft = {
      type: 'tool-call-finished',
      name: 'read_file',
      input: { state: 'parsed', value: { path: 'a.md' } },
      outcome: 'completed',
    }
    const result: EventDraft = {
      type: 'tool-execution-finished',
      name: 'read_file',
      outcome: 'ok',
      content: [textPart(`# A\n\n\u001b[31mred\u001b[0m ${'x'.repeat(500)}`)],
      durationMs: 1,
    }
    const lines = draw(delta('Let me see.'), finished('Let me see.'), call, result, end).split('\n')
    expect(lines).toEqual([
      'Let me see.',
      '→ read_file {"path":"a.md"}',
      expect.stringMatching(/^← read_file # A \\x1b\[31mred\\x1b\[0m x+… \(\d+ characters\)$/),
      '',
    ])
  })

  it('sets apart what a tool could not do', () => {
    const result: EventDraft = {
      type: 'tool-execution-finished',
      name: 'weather',
      outcome: 'error',
      content: [textPart('no such city')],
      durationMs: 1,
    }
    expect(draw(result)).toBe('<red>← weather (error) no such city\n')
  })

  it('shows arguments that did not arrive whole', () => {
    const call: EventDraft = {
      type: 'tool-call-finished',
      name: 'weather',
      input: { state: 'incomplete', raw: '{"ci' },
      outcome: 'cancelled',
    }
    expect(draw(call)).toBe('→ weather {"ci (incomplete)\n')
  })

  it('lets nothing that is said steer the terminal', () => {
    expect(draw(delta('a\u001b]0;title\u0007b\r'), end)).toBe('a\\x1b]0;title\\x07b\n')
  })

  it('says that an answer does not count only where there was one', () => {
    const back = (fromSeq: number): EventDraft => ({ type: 'run-rolled-back', fromSeq, reason: 'cut' })
    expect(draw(delta('Once'), back(1))).toBe('Once\n<yellow>[the answer above does not count] cut\n')
    expect(draw(delta('Once'), finished('Once'), end, back(2))).toBe('Once\n')
  })

  it('shows errors, and no other log: warnings are told at the end of an answer', () => {
    const log = (level: 'info' | 'warn' | 'error'): EventDraft => ({ type: 'log', level, message: 'a sink failed' })
    expect(draw(log('info'), log('warn'), log('error'))).toBe('<red>[error] a sink failed\n')
  })
})
