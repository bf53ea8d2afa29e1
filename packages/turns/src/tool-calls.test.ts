import { describe, expect, it } from 'vitest'
import { toolCallBlock, toolResultBlock, userBlock } from './build-block.ts'
import { pendingCalls, unansweredCalls } from './tool-calls.ts'
import { createTurn } from './turn.ts'

const call = (callId: string) => toolCallBlock({ callId, name: 'tool', input: { state: 'parsed', value: {} } })
const result = (callId: string, outcome: 'ok' | 'pending') =>
  toolResultBlock({ callId, name: 'tool', outcome, content: 'x' })

describe('the calls of a turn', () => {
  const turn = createTurn({
    blocks: [userBlock('Hi'), call('a'), call('b'), call('c'), result('b', 'ok'), result('a', 'pending')],
  })

  it('that have no result', () => expect(unansweredCalls(turn).map(({ callId }) => callId)).toEqual(['c']))

  it('whose result is still to come', () => expect(pendingCalls(turn).map(({ callId }) => callId)).toEqual(['a']))

  it('stand in the order in which they were made, whichever result came first', () => {
    const blocks = [call('a'), call('b'), result('b', 'pending'), result('a', 'pending')]
    expect(pendingCalls(createTurn({ blocks })).map(({ callId }) => callId)).toEqual(['a', 'b'])
  })

  it('are none where there are none', () => {
    expect(unansweredCalls(createTurn())).toEqual([])
    expect(pendingCalls(createTurn())).toEqual([])
  })
})
