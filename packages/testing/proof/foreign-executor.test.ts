import { background } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder, isBuilderError } from '@geppetto/enginebuilder'
import { sessionIdFrom } from '@geppetto/events'
import { createMemoryStore, isSessionError, Session, type SessionStore, type StoredRecord } from '@geppetto/session'
import { defineTool, type ToolExecutor } from '@geppetto/tools'
import { type Turn, toolResultBlock, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { collectAll } from '../src/conformance-case.ts'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { untoldResults } from '../src/lost-in-run.ts'
import { createScriptedEngine, type ScriptedCall } from '../src/scripted-engine.ts'
import { createLab, until } from './run-lab.test-helper.ts'

const pay = defineTool({ name: 'pay', description: 'Pays.', input: z.object({}), execute: () => 'paid' })
const payCall = { toolCall: 'pay', input: {} } as const

const look = defineTool({ ...pay, name: 'look', effects: 'none' })

function start(execute: ToolExecutor['execute'], calls: ScriptedCall = [payCall, payCall], store?: SessionStore) {
  const sink = createGrammarSink()
  const base = createScriptedEngine([calls, [{ text: 'Done' }]])
  const builder = createEngineBuilder({ base, tools: [pay, look], toolExecutor: { execute }, eventSinks: [sink] })
  const session = new Session({ builder, ...(store && { store }) })
  return { handle: session.submit('Pay', {}, background()), session, sink }
}

const paid: ToolExecutor['execute'] = async (_, { calls }) => ({
  results: calls.map(({ callId, name }) => toolResultBlock({ callId, name, outcome: 'ok', content: 'paid' })),
})

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

describe('before an executor that does not say that it records what it starts gets calls', () => {
  const startsIn = (records: readonly StoredRecord[]) => records.filter(({ type }) => type === 'call-started').length
  const mixed: ScriptedCall = [payCall, { ...payCall, toolCall: 'look' }, { ...payCall, toolCall: 'nobody' }]
  const brokenAt = (inner: SessionStore, commit: number, how: () => Promise<never>): SessionStore => {
    let commits = 0
    return { ...inner, commit: (...args) => (++commits === commit ? how() : inner.commit(...args)) }
  }

  it('all of the step that may have effects are recorded, and it is not asked to', async () => {
    const store = createMemoryStore()
    const seen: unknown[] = []
    const execute: ToolExecutor['execute'] = async (ctx, request) => {
      seen.push(startsIn(await collectAll(store.read(sessionIdFrom(ctx) ?? ''))), request.recordStart)
      return paid(ctx, request)
    }
    const { handle } = start(execute, mixed, store)
    expect((await handle.wait()).status).toBe('completed')
    expect(seen).toEqual([2, undefined])
  })

  it('and it gets none of them where one cannot be', async () => {
    const full = () => Promise.reject(new Error('disk full'))
    let executed = 0
    const execute: ToolExecutor['execute'] = (ctx, request) => {
      executed++
      return paid(ctx, request)
    }
    const { handle, sink } = start(execute, mixed, brokenAt(createMemoryStore(), 3, full))
    const result = await handle.wait()
    expect(result.status === 'failed' && isSessionError(result.error) && result.error.cause).toEqual(
      new Error('disk full'),
    )
    expect([executed, ...outcomes(result.turn)]).toEqual([0, 'not-run', 'not-run', 'not-run'])
    sink.assertComplete()
  })

  it('and it gets none of them where the run is cancelled meanwhile', async () => {
    const lab = createLab({
      parts: { toolExecutor: { execute: () => Promise.reject(new Error('not reached')) } },
      store: (inner) => brokenAt(inner, 2, () => new Promise(() => {})),
    })
    const handle = lab.submit()
    await settlePromises()
    const result = await until(lab.clock, handle.cancel())
    expect([result.status, result.stop, ...outcomes(result.turn)]).toEqual(['failed', 'user', 'cancelled'])
  })

  it.each([
    ['throws', () => Promise.reject(new Error('connection lost after paying'))],
    ['forgets it', () => Promise.resolve({ results: [] })],
  ])('a call that waited and was handed over waits no more where it %s', async (_, second) => {
    let count = 0
    const { handle, session, sink } = start(
      async (_, { calls }) => {
        if (++count === 2) return second()
        return {
          results: calls.map(({ callId, name }) => toolResultBlock({ callId, name, outcome: 'pending', content: '' })),
        }
      },
      [payCall],
    )
    expect((await handle.wait()).status).toBe('waiting')
    const result = await session.startInference().wait()
    expect([result.status, ...outcomes(result.turn)]).toEqual(['failed', 'unknown'])
    expect(untoldResults(sink.events, result)).toEqual([])
    sink.assertComplete()
  })
})
