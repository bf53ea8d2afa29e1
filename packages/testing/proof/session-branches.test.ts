import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { systemPrompt } from '@geppetto/middleware'
import { createMemoryStore, Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { assistantText, type Block, pendingCalls, providerCalls, type Turn, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createScriptedEngine, createSequentialIds, type Script } from '../src/index.ts'

const look = defineTool({
  name: 'look',
  description: 'Looks.',
  input: z.object({}),
  effects: 'none',
  execute: () => 'A cat.',
})
const ask = defineTool({ name: 'ask', description: 'Asks a person.', input: z.object({}) })

function setUp(script: Script) {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const engine = createScriptedEngine(script)
  const builder = createEngineBuilder({ base: engine, tools: [look, ask], middlewares: [systemPrompt('Be brief.')] })
  const options = { builder, clock, ids: createSequentialIds() }
  const session = new Session({ ...options, store, id: 's' })
  return { session, engine, reopen: () => Session.open(store, 's', options) }
}

/** What a model gets of it. */
const sent = ({ blocks, data }: Turn) => ({ data, blocks: blocks.map(({ id: _, ...said }: Block) => said) })

describe('a branch', () => {
  it('asks exactly what was asked first: the same system prompt, tools and words', async () => {
    const { session, engine, reopen } = setUp([
      [{ toolCall: 'look', input: {} }],
      [{ text: 'One.' }],
      [{ text: 'Two.' }],
      [{ text: 'Three.' }],
    ])
    await session.run('What is there?')
    session.regenerate()
    await session.startInference().wait()
    const [first, , again] = engine.received
    expect(first && again && [sent(first), sent(again)]).toEqual([first && sent(first), first && sent(first)])
    const opened = await reopen()
    opened.regenerate()
    const result = await opened.startInference().wait()
    expect(engine.received[3] && sent(engine.received[3])).toEqual(first && sent(first))
    expect(result.status).toBe('completed')
    expect(providerCalls(result.turn)).toHaveLength(1)
    expect(opened.branches()).toHaveLength(3)
    for (const { tipId } of opened.branches()) expect(validateTurn(opened.checkout(tipId))).toEqual([])
  })

  it('leaves a call that waits to the branch that has it, which goes on when it is answered', async () => {
    const { session, reopen } = setUp([
      [{ toolCall: 'ask', input: {} }],
      [{ text: 'Then not.' }],
      [{ text: 'Thanks.' }],
    ])
    const waiting = await session.submit('May I?').wait()
    expect(waiting.status).toBe('waiting')
    session.regenerate()
    await session.startInference().wait()
    const opened = await reopen()
    const [callId = ''] = pendingCalls(waiting.turn).map((call) => call.callId)
    expect(() => opened.answerToolCalls([{ callId, content: 'yes' }])).toThrow(/does not wait/)
    opened.checkout(waiting.turn.id)
    opened.answerToolCalls([{ callId, content: 'yes' }])
    const result = await opened.startInference().wait()
    expect([result.status, assistantText(result.turn)]).toEqual(['completed', 'Thanks.'])
    const again = await reopen()
    expect([again.latest, again.branches().length]).toEqual([result.turn, 2])
  })
})
