import { EngineError, TurnShrunkError } from '@geppetto/engine'
import { createEventHub, type Event, type EventDraft } from '@geppetto/events'
import {
  assistantBlock,
  assistantText,
  createTurn,
  type ProviderCallRecord,
  providerCalls,
  providerCallsKey,
  type StopReason,
  type Turn,
  toolCallBlock,
  userBlock,
  validateTurn,
  withBlocks,
  withMetadata,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { judgeRun, type RunFindings, type RunnerEnding, stopOfAbort } from './ending.ts'

const fields = (id: string) => ({ id, createdAt: 1 })
const input = createTurn({ id: 'turn', createdAt: 1, blocks: [userBlock('Hi', fields('u'))] })
const plus = (turn: Turn, ...blocks: Parameters<typeof withBlocks>[1]) => withBlocks(turn, [...turn.blocks, ...blocks])

/** What a run published: every draft with its correlation. */
function eventsOf(...drafts: readonly EventDraft[]): readonly Event[] {
  const clock = { now: () => 1, schedule: () => () => {} }
  const hub = createEventHub({ clock, sinks: [], keepsLog: true })
  for (const draft of drafts) hub.publish(draft, { runId: 'run' })
  return hub.log?.replay() ?? []
}

const said = (segmentId: string, text: string): EventDraft[] => [
  { type: 'text-started', correlation: { segmentId } },
  { type: 'text-delta', correlation: { segmentId }, delta: text },
]

function judge(ending: RunnerEnding, changes: Partial<RunFindings> = {}) {
  let ids = 0
  const start = { turn: input, seq: 0 }
  const findings: RunFindings = {
    runId: 'run',
    ending,
    input,
    committed: start,
    reached: changes.committed ?? start,
    events: [],
    handedOver: new Set(),
    takenUp: new Map(),
    aborted: undefined,
    statedStop: undefined,
    nextId: () => `made_${++ids}`,
    now: () => 1,
    ...changes,
  }
  const verdict = judgeRun(findings)
  expect(validateTurn(verdict.turn)).toEqual([])
  expect(verdict.turn.id).toBe('turn')
  return verdict
}

describe('a runner that returns', () => {
  it('completes the same turn, whatever id, place and time it gave it', () => {
    const other = createTurn({ id: 'other', parentId: 'x', createdAt: 99, blocks: [...input.blocks] })
    const verdict = judge({ how: 'returned', turn: plus(other, assistantBlock('Hello', fields('a'))) })
    expect(verdict.status).toBe('completed')
    expect([verdict.turn.createdAt, verdict.turn.parentId]).toEqual([1, undefined])
    expect(assistantText(verdict.turn)).toBe('Hello')
  })

  it('has failed when it returned nothing, or what is no turn', () => {
    for (const turn of [
      undefined,
      null,
      'turn',
      {},
      { ...input, blocks: undefined },
      { ...input, blocks: [undefined] },
    ]) {
      // Not a turn: that is what is tested.
      const verdict = judge({ how: 'returned', turn: turn as Turn }, { events: eventsOf(...said('a', 'so far')) })
      expect(verdict.status).toBe('failed')
      expect(assistantText(verdict.turn)).toBe('so far')
    }
  })

  it('has failed when blocks are missing, and keeps them', () => {
    const verdict = judge({ how: 'returned', turn: withBlocks(input, [assistantBlock('x', fields('a'))]) })
    expect(verdict.status === 'failed' && verdict.error).toMatchObject({ code: 'turn_shrunk', missing: ['u'] })
    expect(verdict.turn.blocks).toEqual(input.blocks)
  })

  it('has failed when the turn is not valid', () => {
    const twice = plus(input, assistantBlock('x', fields('a')), assistantBlock('y', fields('a')))
    const verdict = judge({ how: 'returned', turn: twice })
    expect(verdict.status === 'failed' && verdict.error).toMatchObject({ code: 'invalid_turn' })
  })

  it('answers the calls that it left open', () => {
    const call = toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: {} } }, fields('call'))
    const verdict = judge({ how: 'returned', turn: plus(input, call) })
    expect(verdict.turn.blocks.at(-1)).toMatchObject({ kind: 'tool-result', outcome: 'not-run' })
  })

  it('is cancelled when it was aborted before it returned', () => {
    const verdict = judge({ how: 'returned', turn: input }, { aborted: { reason: 'budget' } })
    expect([verdict.status, verdict.stop]).toEqual(['cancelled', 'budget'])
  })
})

describe('a runner that throws', () => {
  it('keeps the order of the turn that the error carries: what was put in front stays in front', () => {
    const partial = withBlocks(input, [assistantBlock('first', fields('p')), ...input.blocks])
    const verdict = judge({ how: 'threw', error: new EngineError('network', 'cut', { partial }) })
    expect(verdict.turn.blocks.map((block) => block.id)).toEqual(['p', 'u'])
  })

  it('takes nothing from the turn of something else that failed meanwhile, and folds the events', () => {
    const summary = createTurn({ id: 'summary', blocks: [userBlock('Sum up', fields('s'))] })
    const error = new EngineError('network', 'cut', { partial: summary })
    const verdict = judge({ how: 'threw', error }, { events: eventsOf(...said('a', 'seen')) })
    expect(verdict.turn.blocks.map((block) => block.id)).toEqual(['u', 'a'])
  })

  it('puts what the error carries behind the turn where it carries this turn shortened', () => {
    const partial = createTurn({ ...input, blocks: [assistantBlock('only this', fields('p'))] })
    const verdict = judge({ how: 'threw', error: new EngineError('network', 'cut', { partial }) })
    expect(verdict.turn.blocks.map((block) => block.id)).toEqual(['u', 'p'])
  })

  it('uses what the error carries or the events, never both', () => {
    const partial = plus(input, assistantBlock('seen', { ...fields('own-id'), complete: false }))
    const error = new EngineError('network', 'cut', { partial })
    const verdict = judge({ how: 'threw', error }, { events: eventsOf(...said('a', 'seen')) })
    expect(verdict.turn.blocks.map((block) => block.id)).toEqual(['u', 'own-id'])
  })

  it('folds only what came after the newest state', () => {
    const committed = { turn: plus(input, assistantBlock('one', fields('own-id'))), seq: 2 }
    const events = eventsOf(...said('a', 'one'), ...said('b', 'two'))
    const verdict = judge({ how: 'threw', error: new Error('x') }, { committed, events })
    expect(verdict.turn.blocks.map((block) => block.id)).toEqual(['u', 'own-id', 'b'])
  })

  it('keeps both texts of an engine that gives two segments one id', () => {
    const committed = { turn: plus(input, assistantBlock('one', fields('text-0'))), seq: 2 }
    const events = eventsOf(...said('text-0', 'one'), ...said('text-0', 'two'))
    const verdict = judge({ how: 'threw', error: new Error('x') }, { committed, events })
    expect(assistantText(verdict.turn)).toBe('onetwo')
  })

  it('keeps what fits when an engine gives two calls one id', () => {
    const call = (id: string) =>
      toolCallBlock({ callId: 'call-0', name: 'f', input: { state: 'parsed', value: {} } }, fields(id))
    const partial = plus(input, call('one'), call('two'), assistantBlock('and text', fields('a')))
    const reached = { turn: partial, seq: 0 }
    const verdict = judge({ how: 'threw', error: new Error('x') }, { reached })
    expect(verdict.turn.blocks.map((block) => block.kind)).toEqual(['user', 'tool-call', 'assistant', 'tool-result'])
  })

  it('says what became of a call by what is known of it, and that nobody knows where it may have run', () => {
    const call = (callId: string) =>
      toolCallBlock({ callId, name: 'f', input: { state: 'parsed', value: {} } }, fields(callId))
    const callIds = ['started', 'handed-over', 'denied', 'said-ok', 'waiting']
    const error = new EngineError('internal', 'x', { partial: plus(input, ...callIds.map(call)) })
    const correlation = (toolCallId: string) => ({ toolCallId, segmentId: `r-${toolCallId}` })
    const finished = (toolCallId: string, outcome: 'denied' | 'ok') =>
      ({
        type: 'tool-execution-finished',
        ...{ name: 'f', content: [], durationMs: 0, outcome, correlation: correlation(toolCallId) },
      }) as const
    const events = eventsOf(
      { type: 'tool-execution-started', name: 'f', input: {}, correlation: correlation('started') },
      finished('denied', 'denied'),
      finished('said-ok', 'ok'),
    )
    const handedOver = new Set(callIds.slice(1, 4))
    const outcomes = (aborted: RunFindings['aborted']) =>
      judge({ how: 'threw', error }, { events, handedOver, aborted }).turn.blocks.flatMap((block) =>
        block.kind === 'tool-result' ? [block.outcome] : [],
      )
    expect(outcomes(undefined)).toEqual(['unknown', 'unknown', 'denied', 'unknown', 'not-run'])
    expect(outcomes({ reason: 'user' })).toEqual(['unknown', 'unknown', 'denied', 'unknown', 'cancelled'])
  })

  it('stopped from inside is cancelled, by a time limit of its call failed with deadline', () => {
    const inside = judge({ how: 'threw', error: new EngineError('cancelled', 'x', { cause: 'budget' }) })
    expect([inside.status, inside.stop]).toEqual(['cancelled', 'budget'])
    const late = judge({ how: 'threw', error: new EngineError('timeout', 'x') })
    expect([late.status, late.stop]).toEqual(['failed', 'deadline'])
    expect(judge({ how: 'threw', error: new TurnShrunkError('m', ['u']) }).stop).toBe('error')
  })

  it('ends also with ids that throw and with records that are none', () => {
    const throwing = () => {
      throw new Error('no ids')
    }
    const call = toolCallBlock({ callId: 'c', name: 'f', input: { state: 'parsed', value: {} } }, fields('call'))
    const error = new EngineError('internal', 'x', { partial: plus(input, call) })
    expect(judge({ how: 'threw', error }, { nextId: throwing }).turn).toBe(input)
    const odd = createTurn({ ...input, metadata: { [providerCallsKey.name]: 'nonsense' } })
    expect(judge({ how: 'returned', turn: odd }).status).toBe('completed')
  })
})

it('adds the records of failed attempts in front of the call that succeeded, which alone says why the run stopped', () => {
  const record = (id: string, outcome: 'completed' | 'failed', stop: StopReason): ProviderCallRecord => {
    const facts = { api: 'a', host: 'h', model: 'm', startedAt: 1, finishedAt: 1 } as const
    return { id, runId: 'run', outcome, stop, ...facts }
  }
  const earlier = { ...record('zero', 'completed', 'end_turn'), runId: 'earlier' }
  const succeeded = record('three', 'completed', 'max_tokens')
  const made = withMetadata(input, providerCallsKey, [earlier, succeeded])
  const events = eventsOf(
    { type: 'provider-call-finished', record: record('one', 'failed', 'error') },
    { type: 'provider-call-finished', record: record('two', 'failed', 'error') },
    { type: 'provider-call-finished', record: succeeded },
    { type: 'provider-call-finished', record: record('four', 'failed', 'error') },
    // A tool may publish anything: that it has no record is what is tested.
    { type: 'provider-call-finished', record: undefined as never },
  )
  const { turn, stop } = judge({ how: 'returned', turn: made }, { events })
  expect(providerCalls(turn).map(({ id }) => id)).toEqual(['zero', 'one', 'two', 'three', 'four'])
  expect(stop).toBe('max_tokens')
})

it('reads why a run was stopped from the reason', () => {
  expect(stopOfAbort(AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'))).toBe('deadline')
  expect(stopOfAbort('superseded')).toBe('superseded')
  expect(stopOfAbort(new Error('because'))).toBe('user')
  expect(stopOfAbort(undefined)).toBe('user')
})
