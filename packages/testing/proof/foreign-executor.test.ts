import { background } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder, isBuilderError } from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { defineTool, type ToolExecutor } from '@geppetto/tools'
import { type Turn, toolResultBlock, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine } from '../src/scripted-engine.ts'

const pay = defineTool({ name: 'pay', description: 'Pays.', input: z.object({}), execute: () => 'paid' })
const payCall = { toolCall: 'pay', input: {} } as const

function start(execute: ToolExecutor['execute']) {
  const sink = createGrammarSink()
  const base = createScriptedEngine([[payCall, payCall], [{ text: 'Done' }]])
  const builder = createEngineBuilder({ base, tools: [pay], toolExecutor: { execute }, eventSinks: [sink] })
  return { handle: new Session({ builder }).submit('Pay', {}, background()), sink }
}

const outcomes = (turn: Turn) => turn.blocks.flatMap((block) => (block.kind === 'tool-result' ? [block.outcome] : []))

describe('with an executor of somebody else, that tells nothing of what it does', () => {
  it('nobody says that a tool was not run where it throws', async () => {
    const { handle, sink } = start(() => Promise.reject(new Error('connection lost after paying')))
    const result = await handle.wait()
    expect(result.status === 'failed' && result.error).toMatchObject({ message: 'connection lost after paying' })
    expect(outcomes(result.turn)).toEqual(['unknown', 'unknown'])
    sink.assertComplete()
  })

  it('nor where the run is cancelled meanwhile', async () => {
    const { handle, sink } = start(
      (ctx) =>
        new Promise((_, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true }),
        ),
    )
    await settlePromises()
    const result = await handle.cancel()
    expect([result.status, ...outcomes(result.turn)]).toEqual(['cancelled', 'unknown', 'unknown'])
    sink.assertComplete()
  })

  it('the results that are there are kept where others are missing, and it is to blame', async () => {
    const { handle, sink } = start(async (_, { calls }) => ({
      results: calls
        .slice(0, 1)
        .map(({ callId, name }) => toolResultBlock({ callId, name, outcome: 'ok', content: 'paid' })),
    }))
    const result = await handle.wait()
    const error = result.status === 'failed' ? result.error : undefined
    expect(isBuilderError(error) && error.code).toBe('wrong_results')
    expect(outcomes(result.turn).toSorted()).toEqual(['ok', 'unknown'])
    expect(validateTurn(result.turn)).toEqual([])
    sink.assertComplete()
  })

  it('a result takes no id from another block', async () => {
    const { handle } = start(async (_, { calls }) => ({
      results: calls.map(({ callId, name, id }) =>
        toolResultBlock({ callId, name, outcome: 'ok', content: 'paid' }, { id }),
      ),
    }))
    const result = await handle.wait()
    expect([result.status, ...outcomes(result.turn)]).toEqual(['completed', 'ok', 'ok'])
  })
})
