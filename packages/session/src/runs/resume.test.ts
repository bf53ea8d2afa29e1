import { background } from '@geppetto/context'
import {
  assistantBlock,
  type Block,
  createTurn,
  type ToolCallInput,
  type ToolOutcome,
  toolCallBlock,
  toolResultBlock,
  userBlock,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { resumptionOf, turnToResume } from './resume.ts'

const call = (callId: string, input: ToolCallInput = { state: 'parsed', value: {} }) =>
  toolCallBlock({ callId, name: 'work', input }, { id: `call ${callId}` })
const result = (callId: string, outcome: ToolOutcome) =>
  toolResultBlock({ callId, name: 'work', outcome, content: 'x' }, { id: `result ${callId}`, createdAt: 7 })
const resumed = (...blocks: readonly Block[]) => {
  const { turn, unsureCalls } = turnToResume(createTurn({ blocks: [userBlock('Go'), ...blocks] }))
  const outcomes = turn.blocks.flatMap((block) =>
    block.kind === 'tool-result' ? [`${block.id}: ${block.outcome}`] : [],
  )
  return { outcomes, unsure: [...unsureCalls] }
}

describe('a turn that is resumed', () => {
  it('lets calls wait that were never started, names those that may have run, and leaves what is known', () => {
    const outcomes = ['ok', 'error', 'denied', 'timed-out', 'cancelled', 'not-run', 'unknown', 'pending'] as const
    const blocks = [...outcomes.map((outcome) => call(outcome)), ...outcomes.map((outcome) => result(outcome, outcome))]
    expect(resumed(...blocks)).toEqual({
      outcomes: [
        ...['result ok: ok', 'result error: error', 'result denied: denied', 'result timed-out: timed-out'],
        ...['result cancelled: pending', 'result not-run: pending', 'result unknown: unknown'],
        'result pending: pending',
      ],
      unsure: ['unknown'],
    })
  })

  it('leaves calls that the model has answered already', () => {
    expect(resumed(call('a'), result('a', 'unknown'), assistantBlock('I see.'))).toEqual({
      outcomes: ['result a: unknown'],
      unsure: [],
    })
  })

  it('P6: never lets a call wait whose arguments did not arrive whole', () => {
    const cut: ToolCallInput = { state: 'incomplete', raw: '{"ci' }
    expect(resumed(call('a', cut), result('a', 'not-run'))).toEqual({ outcomes: ['result a: not-run'], unsure: [] })
  })
})

describe('what becomes of a call that may have run', () => {
  const ctx = background()

  it('is that the model is told, unless the caller says otherwise', async () => {
    const decided = async (...asked: Parameters<typeof resumptionOf>) => resumptionOf(...asked).decide(ctx, call('a'))
    expect(await decided(new Set(), {})).toEqual({ decision: 'tell' })
    expect(await decided(new Set(), { unsureCalls: 'run' })).toEqual({ decision: 'run' })
    expect(await decided(new Set(), { unsureCalls: () => 'run' })).toEqual({ decision: 'run' })
    const answer = { decision: 'answer', content: 'It was sent.' } as const
    expect(await decided(new Set(), { unsureCalls: async () => answer })).toEqual(answer)
  })

  it('is refused where it is none of the choices', async () => {
    const asked: unknown = { unsureCalls: 'perhaps' }
    expect(() => resumptionOf(new Set(), Object(asked))).toThrow(/tell, run or a function, not "perhaps"/)
    const wrong: unknown = { unsureCalls: () => ({ decision: 'maybe' }) }
    await expect(resumptionOf(new Set(), Object(wrong)).decide(ctx, call('a'))).rejects.toMatchObject({
      code: 'invalid_options',
    })
  })
})
