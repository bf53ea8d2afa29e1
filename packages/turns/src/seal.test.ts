import { describe, expect, it } from 'vitest'
import type { Block, ToolCallBlock, ToolOutcome, Turn } from './index.ts'
import {
  assistantBlock,
  contentText,
  createTurn,
  decodeBlock,
  providerBlock,
  reasoningBlock,
  sealedResult,
  sealTurn,
  systemBlock,
  toolCallBlock,
  toolResultBlock,
  userBlock,
  validateTurn,
} from './index.ts'

const call = (callId: string, input: ToolCallBlock['input'] = { state: 'parsed', value: {} }): ToolCallBlock =>
  toolCallBlock({ callId, name: `tool-${callId}`, input }, { id: callId })
const result = (callId: string): Block =>
  toolResultBlock({ callId, name: `tool-${callId}`, outcome: 'ok', content: '' }, { id: `r${callId}` })
const user = userBlock('hi', { id: 'user' })
const text = assistantBlock('hm', { id: 'text' })
const turnOf = (...blocks: Block[]): Turn => createTurn({ blocks })

/** Seals, checks that all is valid then, and tells each block by its id, an added result by the call that it answers. */
function sealed(...blocks: Block[]): string {
  const turn = sealTurn(turnOf(...blocks))
  expect(validateTurn(turn)).toEqual([])
  expect(sealTurn(turn)).toBe(turn)
  const known = new Set(blocks.map(({ id }) => id))
  return turn.blocks
    .map((block) => (block.kind === 'tool-result' && !known.has(block.id) ? `+${block.callId}` : block.id))
    .join(' ')
}

describe('sealTurn', () => {
  it('returns the same object when there is nothing to do', () => {
    const turn = turnOf(user, call('1'), result('1'), assistantBlock('cut o', { complete: false }))
    expect(sealTurn(turn)).toBe(turn)
  })

  it('answers an open call as unknown: nobody can say what became of it', () => {
    const turn = sealTurn(turnOf(user, call('1')))
    expect(turn.blocks.at(-1)).toMatchObject({ kind: 'tool-result', callId: '1', name: 'tool-1', outcome: 'unknown' })
  })

  it.each<[Exclude<ToolOutcome, 'ok'>, string]>([
    ['error', 'The tool failed.'],
    ['denied', 'Not run: the call was denied.'],
    ['timed-out', 'not known'],
    ['cancelled', 'Not run: cancelled'],
    ['not-run', 'Not run.'],
    ['unknown', 'may or may not have had its effect'],
    ['pending', 'no result yet'],
  ])('says %s honestly, as the caller knows it', (outcome, words) => {
    const turn = sealTurn(turnOf(call('1')), { outcomeOf: () => outcome })
    const added = turn.blocks.at(-1)
    expect(added).toMatchObject({ kind: 'tool-result', outcome })
    expect(added?.kind === 'tool-result' && contentText(added.content)).toContain(words)
    expect(validateTurn(turn)).toEqual([])
  })

  it('asks for the outcome of each call that is open, and of no other', () => {
    const asked: string[] = []
    sealTurn(turnOf(call('1'), call('2'), call('3'), result('2')), {
      outcomeOf: ({ callId }) => {
        asked.push(callId)
        return 'cancelled'
      },
    })
    expect(asked).toEqual(['1', '3'])
  })

  it.each(['incomplete', 'malformed'] as const)('calls %s arguments not run, whatever the caller says', (state) => {
    const turn = sealTurn(turnOf(call('1', { state, raw: '{"a' })), { outcomeOf: () => 'unknown' })
    expect(turn.blocks.at(-1)).toMatchObject({
      outcome: 'not-run',
      content: [{ type: 'text', text: 'Not run: its arguments did not arrive whole.' }],
    })
  })

  it('marks reasoning that was cut off, and only that', () => {
    const cut = reasoningBlock('I thi', {
      id: 'cut',
      complete: false,
      native: { api: 'a', host: 'h', model: 'm', group: 'g', payload: { a: [] } },
    })
    const turn = turnOf(reasoningBlock('done'), cut, assistantBlock('par', { complete: false }))
    const after = sealTurn(turn)
    expect(after.blocks.map((block) => block.kind === 'reasoning' && block.replayable)).toEqual([
      undefined,
      false,
      false,
    ])
    expect(after.blocks[1]).toEqual({ ...cut, replayable: false })
    expect(Object.isFrozen(after.blocks[1])).toBe(true)
    expect(after.blocks[0]).toBe(turn.blocks[0])
    expect(sealTurn(after)).toBe(after)
  })

  it('writes the ids, the time and the run that it is given', () => {
    let count = 0
    const turn = sealTurn(turnOf(call('1'), call('2')), {
      nextId: () => `added_${++count}`,
      now: () => 77,
      runId: 'run',
    })
    expect(turn.blocks.slice(2)).toMatchObject([
      { id: 'added_1', createdAt: 77, runId: 'run' },
      { id: 'added_2', createdAt: 77, runId: 'run' },
    ])
  })

  it('leaves the turn it was given as it was', () => {
    const turn = turnOf(call('1'))
    sealTurn(turn)
    expect(turn.blocks).toHaveLength(1)
  })
})

describe('an added result stands', () => {
  it('behind the last of parallel calls', () => expect(sealed(user, call('1'), call('2'))).toBe('user 1 2 +1 +2'))

  it('behind the results that are there', () =>
    expect(sealed(user, call('1'), call('2'), result('1'))).toBe('user 1 2 r1 +2'))

  it('before the next user', () => expect(sealed(call('1'), user, text)).toBe('1 +1 user text'))

  it('before the next system text', () => expect(sealed(call('1'), systemBlock('x', { id: 's' }))).toBe('1 +1 s'))

  it('behind all that the model said in the same message, so that the message stays whole', () =>
    expect(
      sealed(reasoningBlock('', { id: 'think' }), call('1'), text, providerBlock('p', { id: 'p' }), call('2')),
    ).toBe('think 1 text p 2 +1 +2'))

  it('in its own step when later steps follow', () =>
    expect(sealed(call('1'), call('2'), result('1'), text, call('3'), result('3'))).toBe('1 2 r1 +2 text 3 r3'))

  it('in its own step when the next step begins with a call', () =>
    expect(sealed(call('1'), call('2'), result('1'), call('3'))).toBe('1 2 r1 +2 3 +3'))

  it('behind all of a later message too, which earlier results do not tear apart', () =>
    expect(sealed(call('1'), result('1'), call('2'), text, call('3'))).toBe('1 r1 2 text 3 +2 +3'))

  it('behind a block of unknown kind, which says nothing about steps', () =>
    expect(sealed(call('1'), decodeBlock({ id: 'odd', kind: 'odd' }, 'x'), call('2'))).toBe('1 odd 2 +1 +2'))
})

it('sealedResult answers one call', () => {
  expect(sealedResult(call('1'), { nextId: () => 'x', outcomeOf: () => 'not-run' })).toMatchObject({
    id: 'x',
    callId: '1',
    outcome: 'not-run',
  })
})
