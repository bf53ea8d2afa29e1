import type { Event, EventDraft } from '@geppetto/events'
import { userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { Conversation } from './conversation.ts'
import type { SessionSnapshot, SessionStatus, TurnView } from './protocol/views.ts'

const turn = (turnId: string, parentId?: string): TurnView => ({
  turnId,
  ...(parentId === undefined ? {} : { parentId }),
  createdAt: 1,
  blocks: [userBlock(`asked ${turnId}`, { id: `asked ${turnId}`, createdAt: 1 })],
  branches: [],
  calls: [],
})

const status = (changes: Partial<SessionStatus> = {}): SessionStatus => ({
  sessionId: 's',
  cursor: { epoch: 1, seq: 10 },
  head: 'one',
  run: { status: 'idle' },
  queue: [],
  ...changes,
})

const snapshot: SessionSnapshot = { ...status(), turns: [turn('one')], earlier: 0, known: [] }

function event(seq: number, draft: EventDraft, epoch = 1): Event {
  const correlation = { sessionId: 's', runId: 'run', turnId: 'two', segmentId: 'text', ...draft.correlation }
  return { ...draft, v: 1, seq, epoch, time: 1, correlation }
}

const delta = (seq: number, text: string, epoch?: number) => event(seq, { type: 'text-delta', delta: text }, epoch)
const rollback = (seq: number, fromSeq: number, epoch?: number) =>
  event(seq, { type: 'run-rolled-back', fromSeq, reason: 'test', correlation: {} }, epoch)

/** A conversation in which a second turn has begun. */
function begun(): Conversation {
  const conversation = new Conversation()
  conversation.load(snapshot)
  conversation.takeTurn({ ...turn('two', 'one'), begins: { runId: 'run' } })
  conversation.takeEvent(event(11, { type: 'run-started' }))
  return conversation
}

const saidIn = ({ turns }: Conversation) => {
  const block = turns.at(-1)?.blocks[1]
  return block?.kind === 'assistant' ? block.text : undefined
}

describe('a conversation', () => {
  it('takes each event once, however often it comes', () => {
    const conversation = begun()
    for (const text of [delta(12, 'a'), delta(13, 'b'), delta(12, 'a'), delta(13, 'b'), delta(14, 'c')])
      conversation.takeEvent(text)
    expect([saidIn(conversation), conversation.cursor]).toEqual(['abc', { epoch: 1, seq: 14 }])
    expect(conversation.takeEvent(delta(14, 'c'))).toBe(false)
  })

  it('takes back what did not happen, and hears it again under the cursors that it had', () => {
    const conversation = begun()
    for (const text of [delta(12, 'a'), delta(13, 'b'), delta(14, 'lost')]) conversation.takeEvent(text)
    conversation.takeEvent(rollback(14, 12))
    expect([saidIn(conversation), conversation.cursor]).toEqual([undefined, { epoch: 1, seq: 11 }])
    conversation.takeEvent(delta(13, 'ab'))
    expect([saidIn(conversation), conversation.isLost]).toEqual(['ab', false])
  })

  it('takes back what another attempt made in vain, and goes on behind it', () => {
    const conversation = begun()
    conversation.takeEvent(delta(12, 'in vain'))
    conversation.takeEvent(rollback(13, 12))
    conversation.takeEvent(delta(14, 'again'))
    expect([saidIn(conversation), conversation.cursor]).toEqual(['again', { epoch: 1, seq: 14 }])
  })

  it.each([
    ['events are gone', () => event(20, { type: 'gap', fromSeq: 12, toSeq: 20, count: 9 })],
    ['what is taken back is in a turn that stands', () => rollback(11, 5)],
  ])('is lost where %s', (_, next) => {
    const conversation = begun()
    conversation.takeEvent(next())
    expect(conversation.isLost).toBe(true)
    conversation.load(snapshot)
    expect(conversation.isLost).toBe(false)
  })

  it('is lost where the session is on another branch than its events have led to, once it has heard them', () => {
    const conversation = begun()
    conversation.takeStatus(status({ head: 'two', cursor: { epoch: 1, seq: 12 } }))
    expect(conversation.isLost).toBe(false)
    conversation.takeStatus(status({ head: 'one', cursor: { epoch: 1, seq: 12 } }))
    expect(conversation.isLost).toBe(false)
    conversation.takeEvent(event(12, { type: 'run-finished', stop: 'end_turn' }))
    expect(conversation.isLost).toBe(true)
  })

  it('is lost where a run ends on a branch that was left meanwhile: a turn that is shown has one more beside it', () => {
    const conversation = begun()
    conversation.takeEvent(event(12, { type: 'run-finished', stop: 'end_turn' }))
    const elsewhere = { runId: 'run2', turnId: 'beside two' }
    conversation.takeEvent(event(13, { type: 'run-started', correlation: elsewhere }))
    conversation.takeEvent(event(14, { type: 'text-delta', delta: 'never shown', correlation: elsewhere }))
    expect(conversation.isLost).toBe(false)
    conversation.takeEvent(event(15, { type: 'run-cancelled', stop: 'user', correlation: elsewhere }))
    expect(conversation.isLost).toBe(true)
  })

  it('goes on from a turn in the middle where another one is put beside those that follow', () => {
    const conversation = begun()
    conversation.takeTurn(turn('three', 'two'))
    conversation.takeTurn(turn('other', 'one'))
    expect(conversation.turns.map(({ turnId }) => turnId)).toEqual(['one', 'other'])
    conversation.takeTurn(turn('first'))
    expect(conversation.turns.map(({ turnId }) => turnId)).toEqual(['first'])
    conversation.takeTurn(turn('stray', 'unknown'))
    expect(conversation.isLost).toBe(true)
  })

  it('runs from when a turn begins until its end is heard, whatever an older record says', () => {
    const conversation = begun()
    expect(conversation.run).toEqual({ status: 'running', runId: 'run' })
    conversation.takeStatus(status({ head: 'two', cursor: { epoch: 1, seq: 12 } }))
    expect(conversation.run.status).toBe('running')
    conversation.takeEvent(event(12, { type: 'run-finished', stop: 'end_turn' }))
    expect(conversation.run.status).toBe('idle')
  })

  it('that is loaded in the middle of a run goes on until its end is heard, also where the record knows of it already', () => {
    const conversation = new Conversation()
    conversation.load({ ...snapshot, run: { status: 'running', runId: 'run' } })
    const last = { runId: 'run', turnId: 'one', status: 'completed', stop: 'end_turn' } as const
    conversation.takeStatus(status({ cursor: { epoch: 1, seq: 12 }, run: { status: 'idle', last } }))
    expect(conversation.run).toEqual({ status: 'running', runId: 'run', last })
    const ofOne = { correlation: { turnId: 'one' } }
    conversation.takeEvent(event(11, { type: 'text-delta', delta: 'Hello', ...ofOne }))
    expect([conversation.run.status, saidIn(conversation)]).toEqual(['running', 'Hello'])
    conversation.takeEvent(event(12, { type: 'run-finished', stop: 'end_turn', ...ofOne }))
    expect(conversation.run).toEqual({ status: 'idle', last })
  })

  it('knows which tools run, and what they say', () => {
    const conversation = begun()
    const of = { toolCallId: 'call' }
    conversation.takeEvent(event(12, { type: 'tool-execution-started', name: 'look', input: {}, correlation: of }))
    conversation.takeEvent(event(13, { type: 'tool-execution-progress', message: 'half', correlation: of }))
    expect(conversation.progress).toEqual({ call: { name: 'look', startedAt: 1, message: 'half' } })
    const ended = { type: 'tool-execution-finished', name: 'look', outcome: 'ok', content: [], durationMs: 1 } as const
    conversation.takeEvent(event(14, { ...ended, correlation: of }))
    expect(conversation.progress).toEqual({})
  })

  it('leaves alone what a run says that a tool has started', () => {
    const conversation = begun()
    conversation.takeEvent(delta(12, 'mine'))
    const inner = { runId: 'inner', parentRunId: 'run', turnId: 'inner turn', sessionId: 'other' }
    conversation.takeEvent(event(13, { type: 'text-delta', delta: 'not mine', correlation: inner }))
    conversation.takeEvent(event(14, { type: 'run-finished', stop: 'end_turn', correlation: inner }))
    conversation.takeEvent(delta(15, ' still'))
    expect([saidIn(conversation), conversation.run.status]).toEqual(['mine still', 'running'])
  })
})
