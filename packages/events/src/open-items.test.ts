import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createGrammarChecker } from './grammar.ts'
import { closeOpenItems } from './open-items.ts'
import { recordRichRun } from './rich-run.test-helper.ts'

const end = { outcome: 'cancelled', stop: 'user', now: 9_000 } as const

function close(events: readonly Event[]): Event[] {
  let seq = events.at(-1)?.seq ?? 0
  return closeOpenItems(events, end).map((draft) => ({
    ...draft,
    v: 1,
    seq: ++seq,
    time: end.now,
    correlation: draft.correlation ?? {},
  }))
}

function firstProblem(events: readonly Event[]): string | undefined {
  const checker = createGrammarChecker('run')
  for (const event of events) {
    const problem = checker.accept(event)
    if (problem !== undefined) return problem.message
  }
  return checker.end()?.message
}

const rich = recordRichRun()
/** Cut off before its terminal event, at every place after its first. */
const cuts = rich.slice(1).map((_, index) => index + 1)

describe('closing what is open', () => {
  it.each(cuts)('makes a run grammatical that was cut after %i events', (length) => {
    const begun = rich.slice(0, length)
    const closed = [...begun, ...close(begun)]
    const seq = (closed.at(-1)?.seq ?? 0) + 1
    const terminal: Event = { type: 'run-cancelled', stop: 'user', v: 1, seq, time: end.now, correlation: {} }
    expect(firstProblem([...closed, terminal])).toBeUndefined()
  })

  it('does not throw at events that were damaged on their way', () => {
    for (const name of ['correlation', 'type', 'name', 'delta', 'pauseId', 'time']) {
      const damaged = rich.slice(0, -1).map((event) => {
        const copy = { ...event }
        Reflect.deleteProperty(copy, name)
        return copy
      })
      expect(() => closeOpenItems(damaged, end), name).not.toThrow()
    }
  })

  it('has nothing to do where nothing is open', () => {
    expect(closeOpenItems(rich, end)).toEqual([])
    expect(closeOpenItems([], end)).toEqual([])
  })

  it('keeps the text that had come, and says that the arguments are not whole', () => {
    const cut = rich.findIndex((event) => event.type === 'tool-call-finished')
    const closed = close(rich.slice(0, cut))
    expect(closed).toMatchObject([
      {
        type: 'tool-call-finished',
        name: 'get_weather',
        input: { state: 'incomplete', raw: '{"city":"Paris"}' },
        outcome: 'cancelled',
        correlation: { toolCallId: 'paris', segmentId: 'blk-paris', runId: 'run' },
      },
      { type: 'tool-call-finished', input: { state: 'incomplete', raw: '{"city":"Oslo"}' } },
      { type: 'provider-call-finished' },
    ])
  })

  it('keeps what the provider had said of the call: usage, model, response (P10)', () => {
    const cut = rich.findIndex((event) => event.type === 'reasoning-started')
    expect(close(rich.slice(0, cut))).toMatchObject([
      {
        type: 'provider-call-finished',
        record: {
          id: 'call-1',
          runId: 'run',
          model: 'test-1-large',
          responseId: 'response-1',
          usage: { input: { uncached: 10 }, output: {}, source: 'partial' },
          outcome: 'cancelled',
          stop: 'user',
          startedAt: 1_000,
          finishedAt: 9_000,
        },
      },
    ])
  })

  it('says of a tool that was at work that its outcome is unknown', () => {
    const cut = rich.findIndex((event) => event.type === 'tool-execution-progress')
    expect(close(rich.slice(0, cut))).toMatchObject([
      { type: 'tool-execution-finished', outcome: 'unknown', durationMs: 8_000, correlation: { toolCallId: 'paris' } },
      { type: 'tool-execution-finished', outcome: 'unknown', correlation: { toolCallId: 'oslo' } },
    ])
  })
})
