import { createEventHub, type Event, type EventDraft } from '@geppetto/events'
import {
  type AssistantBlock,
  assistantBlock,
  type Block,
  createTurn,
  userBlock,
  validateTurn,
  withBlocks,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { withSeenText } from './kept-text.ts'

const input = createTurn({ id: 'turn', createdAt: 1, blocks: [userBlock('Hi', { id: 'u', createdAt: 1 })] })

function eventsOf(...drafts: readonly EventDraft[]): readonly Event[] {
  const hub = createEventHub({ clock: { now: () => 1, schedule: () => () => {} }, sinks: [], keepsLog: true })
  for (const draft of drafts) hub.publish(draft, { runId: 'run', turnId: 'turn' })
  return hub.log?.replay() ?? []
}

const says = (segmentId: string, text: string, turnId = 'turn'): EventDraft[] => [
  { type: 'text-started', correlation: { segmentId, turnId } },
  { type: 'text-delta', correlation: { segmentId, turnId }, delta: text },
]
const said = (id: string, text: string): AssistantBlock => assistantBlock(text, { id, createdAt: 1 })

function keep(events: readonly Event[], ...blocks: readonly Block[]) {
  const turn = withBlocks(input, [...input.blocks, ...blocks])
  const kept = withSeenText(turn, input, events)
  expect(validateTurn(kept)).toEqual([])
  return kept.blocks.map((block) => `${block.id}${block.complete === false ? ' cut off' : ''}`)
}

describe('text that a sink saw', () => {
  it('is kept in front of the attempt that took its place, in order', () => {
    const events = eventsOf(...says('a', 'one'), ...says('b', 'two'), ...says('c', 'three'))
    expect(keep(events, said('c', 'three'))).toEqual(['u', 'a cut off', 'b cut off', 'c'])
    expect(keep(events, said('b', 'two'))).toEqual(['u', 'a cut off', 'b', 'c cut off'])
  })

  it('is not kept where an event rolled it back', () => {
    const back: EventDraft = { type: 'run-rolled-back', fromSeq: 1, reason: 'again' }
    expect(keep(eventsOf(...says('a', 'one'), back, ...says('c', 'three')), said('c', 'three'))).toEqual(['u', 'c'])
  })

  it('is not kept twice where the engine gives its blocks other ids', () => {
    const events = eventsOf(...says('a', 'one '), ...says('b', 'two'))
    expect(keep(events, said('own', 'one two'))).toEqual(['u', 'own'])
  })

  it('is not kept where it was said for another turn, as a summary is', () => {
    expect(keep(eventsOf(...says('a', 'in short', 'summary')), said('c', 'three'))).toEqual(['u', 'c'])
  })
})
