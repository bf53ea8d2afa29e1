import { background, withTimeout } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { defineMiddleware, type Engine } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { foldEvents, publish, withEventSinks } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import { assertCompleted, type EngineBuilder, isSessionBusyError, isSessionError, Session } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import {
  appendBlocks,
  assistantBlock,
  assistantText,
  createTurn,
  inferenceConfigKey,
  providerCalls,
  userBlock,
  validateTurn,
  withData,
} from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine, type ScriptedCall } from '../src/scripted-engine.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'

const add = defineTool({
  name: 'add',
  description: 'Adds two numbers.',
  input: z.object({ a: z.number(), b: z.number() }),
  effects: 'none',
  execute: ({ a, b }) => a + b,
})

function setUp(script: readonly ScriptedCall[], options: Partial<Parameters<typeof createEngineBuilder>[0]> = {}) {
  const clock = createManualClock()
  const sink = createGrammarSink()
  const engine = createScriptedEngine(script)
  const builder = createEngineBuilder({ base: engine, tools: [add], eventSinks: [sink], ...options })
  const session = new Session({ builder, clock, ids: createSequentialIds() })
  return { clock, sink, engine, session }
}

const typesOf = (sink: { readonly events: readonly { readonly type: string }[] }) =>
  sink.events.map((event) => event.type)

describe('a run that completes', () => {
  it('completes the appended turn: same id, same index, same length of history', async () => {
    const { session, sink, engine } = setUp([[{ text: ['Hel', 'lo'] }]])
    const turn = session.appendNewTurnFromUserPrompt('Hi')
    const result = await session.startInference().wait()
    assertCompleted(result)
    expect(result.turn.id).toBe(turn.id)
    expect(session.turnCount).toBe(1)
    expect(session.latest).toBe(result.turn)
    expect(assistantText(result.turn)).toBe('Hello')
    expect(result.stop).toBe('end_turn')
    expect(validateTurn(result.turn)).toEqual([])
    engine.assertUsedUp()
    sink.assertComplete()
    expect(typesOf(sink)).toEqual([
      'run-started',
      'provider-call-started',
      'text-started',
      'text-delta',
      'text-delta',
      'text-finished',
      'provider-call-finished',
      'run-finished',
    ])
  })

  it('runs tools until the model asks for none, and commits each step', async () => {
    const { session, sink, engine } = setUp([
      [
        { toolCall: 'add', input: { a: 1, b: 2 } },
        { toolCall: 'add', input: { a: 3, b: 4 } },
      ],
      [{ text: '3 and 7' }],
    ])
    session.appendNewTurnFromUserPrompt('1+2 and 3+4?')
    const result = await session.startInference().wait()
    assertCompleted(result)
    sink.assertComplete()
    expect(result.turn.blocks.map((block) => block.kind)).toEqual([
      'user',
      'tool-call',
      'tool-call',
      'tool-result',
      'tool-result',
      'assistant',
    ])
    expect(engine.received).toHaveLength(2)
    expect(typesOf(sink).filter((type) => type === 'step-committed')).toHaveLength(1)
  })

  it('carries the data, not the metadata, into the next turn, and no system prompt that a middleware sends', async () => {
    const { session, engine } = setUp([[{ text: 'one' }], [{ text: 'two' }]], {
      middlewares: [systemPrompt('Be brief.')],
    })
    const config = { temperature: 0.5 }
    session.append(withData(createTurn({ blocks: [userBlock('first')] }), inferenceConfigKey, config))
    await session.startInference().wait()
    const turn = await session.run('second')
    expect(inferenceConfigKey.read(turn.data)).toEqual(config)
    expect(providerCalls(turn)).toHaveLength(1)
    expect(turn.blocks.map((block) => block.kind)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(engine.received.map(({ blocks }) => blocks.map((block) => block.kind))).toEqual([
      ['system', 'user'],
      ['system', 'user', 'assistant', 'user'],
    ])
    expect(session.turnCount).toBe(2)
  })
})

describe('P3: one run at a time', () => {
  it('refuses a second start in the same tick, an append, and names the active run', async () => {
    const { session } = setUp([[{ text: 'x' }]])
    session.appendNewTurnFromUserPrompt('Hi')
    const handle = session.startInference()
    let thrown: unknown
    try {
      session.startInference()
    } catch (error) {
      thrown = error
    }
    expect(isSessionBusyError(thrown) && thrown.runId).toBe(handle.runId)
    expect(() => session.appendNewTurnFromUserPrompt('again')).toThrow(/active run/)
    await handle.wait()
    expect(() => session.startInference()).toThrow(/already completed/)
  })

  it('accepts the next run from inside the terminal event (P2)', async () => {
    const { session } = setUp([[{ text: 'one' }], [{ text: 'two' }]])
    session.appendNewTurnFromUserPrompt('first')
    const second = Promise.withResolvers<string>()
    const ctx = withEventSinks(background(), {
      publish(event) {
        if (event.type !== 'run-finished') return
        session.appendNewTurnFromUserPrompt('second')
        session
          .startInference()
          .wait()
          .then((result) => second.resolve(assistantText(result.turn)), second.reject)
      },
    })
    await session.startInference(ctx).wait()
    expect(await second.promise).toBe('two')
  })
})

describe('P5: a run that is cancelled or fails keeps what any sink saw', () => {
  it('keeps the text received before an abort, marked', async () => {
    const { session, sink } = setUp([[{ text: 'Once upon' }, { hang: true }]])
    session.appendNewTurnFromUserPrompt('Tell')
    const handle = session.startInference()
    await settlePromises()
    const result = await handle.cancel()
    expect(result.status).toBe('cancelled')
    expect(result.stop).toBe('user')
    expect(assistantText(result.turn)).toBe('Once upon')
    sink.assertComplete()
    expect(session.isRunning).toBe(false)
  })

  it('keeps the text of an attempt that a middleware made again, and ends as the second one did', async () => {
    const again = defineMiddleware('again', (next) => async (ctx, turn) => {
      try {
        return await next(ctx, turn)
      } catch {
        return next(ctx, turn)
      }
    })
    const { session, sink } = setUp([[{ text: 'shown' }, { fail: 'overloaded' }], [{ text: 'final' }]], {
      middlewares: [again],
    })
    const result = await session.submit('Tell').wait()
    expect([result.status, result.stop]).toEqual(['completed', 'end_turn'])
    expect(result.turn.blocks.slice(1)).toMatchObject([{ text: 'shown', complete: false }, { text: 'final' }])
    expect(providerCalls(result.turn).map(({ outcome }) => outcome)).toEqual(['failed', 'completed'])
    sink.assertComplete()
  })

  it('keeps what is there when an engine gives what it says an id that is taken', async () => {
    const base: Engine = {
      info: { api: 'a', host: 'h', model: 'm' },
      async runInference(_, turn) {
        return appendBlocks(turn, assistantBlock('Hello', { id: turn.blocks[0]?.id ?? '' }))
      },
    }
    const { session } = setUp([], { base })
    for (const prompt of ['first', 'second']) {
      const { status, turn } = await session.submit(prompt).wait()
      expect(status).toBe('completed')
      expect(turn.blocks.at(-2)).toMatchObject({ kind: 'user', content: [{ text: prompt }] })
      expect(assistantText(turn)).toBe('Hello')
    }
    expect(session.latest?.blocks).toHaveLength(4)
  })

  it('folds the events of an engine that throws without a partial turn', async () => {
    const { session, sink } = setUp([[{ text: 'so far' }, { crash: new Error('oops') }]])
    session.appendNewTurnFromUserPrompt('Tell')
    const result = await session.startInference().wait()
    expect(result.status).toBe('failed')
    expect(assistantText(result.turn)).toBe('so far')
    sink.assertComplete()
  })

  it('abandons an engine that does not listen, after a grace', async () => {
    const { session, sink, clock } = setUp([[{ text: 'so far' }, { hang: 'deaf' }]])
    session.appendNewTurnFromUserPrompt('Tell')
    const handle = session.startInference()
    await clock.advance(0)
    const cancelled = handle.cancel()
    await clock.advance(2_000)
    const result = await cancelled
    expect(result.status).toBe('cancelled')
    expect(assistantText(result.turn)).toBe('so far')
    expect(result.warnings.map((warning) => warning.code)).toContain('abandoned')
    sink.assertComplete()
    expect(clock.scheduled).toBe(0)
  })

  it('keeps finished steps when a later call fails, and runs on from there', async () => {
    const { session, sink } = setUp([
      [{ toolCall: 'add', input: { a: 1, b: 2 } }],
      [{ text: 'part' }, { fail: 'overloaded' }],
      [{ text: '3' }],
    ])
    session.appendNewTurnFromUserPrompt('1+2?')
    const failed = await session.startInference().wait()
    expect(failed.status).toBe('failed')
    expect(failed.turn.blocks.map((block) => block.kind)).toEqual(['user', 'tool-call', 'tool-result', 'assistant'])
    expect(validateTurn(failed.turn)).toEqual([])
    const completed = await session.startInference().wait()
    expect(completed.status).toBe('completed')
    sink.assertComplete()
  })

  it('says deadline when the time limit of the context stops it', async () => {
    const { session, clock } = setUp([[{ hang: true }]])
    session.appendNewTurnFromUserPrompt('Tell')
    const limited = withTimeout(background({ clock }), 50)
    const handle = session.startInference(limited.ctx)
    await clock.advance(60)
    const result = await handle.wait()
    expect([result.status, result.stop]).toEqual(['cancelled', 'deadline'])
    limited.release()
    expect(clock.scheduled).toBe(0)
  })
})

describe('the iteration limit', () => {
  it('does not run the last calls, says so, and completes with max_iterations', async () => {
    const { session, sink } = setUp(
      [[{ toolCall: 'add', input: { a: 1, b: 2 } }], [{ toolCall: 'add', input: { a: 1, b: 2 } }]],
      { loopConfig: { maxIterations: 2 } },
    )
    session.appendNewTurnFromUserPrompt('loop')
    const result = await session.startInference().wait()
    expect([result.status, result.stop]).toEqual(['completed', 'max_iterations'])
    const last = result.turn.blocks.at(-1)
    expect(last?.kind === 'tool-result' && last.outcome).toBe('not-run')
    sink.assertComplete()
    // Whoever has only the events makes the same blocks of them.
    expect(foldEvents(sink.events).blocks.map(({ id }) => id)).toEqual(result.turn.blocks.slice(1).map(({ id }) => id))
  })
})

describe('waiting', () => {
  const ask = defineTool({ name: 'ask', description: 'Asks a person.', input: z.object({ question: z.string() }) })

  it('ends as waiting when a tool runs elsewhere, stays valid, and goes on with the answer', async () => {
    const { session, sink, engine } = setUp([[{ toolCall: 'ask', input: { question: 'ok?' } }], [{ text: 'done' }]], {
      tools: [ask],
    })
    session.appendNewTurnFromUserPrompt('go')
    const waiting = await session.startInference().wait()
    expect(waiting.status).toBe('waiting')
    if (waiting.status !== 'waiting') return
    expect(validateTurn(waiting.turn)).toEqual([])
    const callId = waiting.pending[0]?.callId ?? ''
    session.answerToolCalls([{ callId, content: 'yes' }])
    const done = await session.startInference().wait()
    expect(done.status).toBe('completed')
    expect(engine.received[1]?.blocks.map((block) => block.kind)).toEqual(['user', 'tool-call', 'tool-result'])
    sink.assertComplete()
  })

  it('takes an answer that says that it failed, and refuses one that nobody waits for', async () => {
    const { session } = setUp([[{ toolCall: 'ask', input: { question: 'ok?' } }]], { tools: [ask] })
    session.appendNewTurnFromUserPrompt('go')
    const waiting = await session.startInference().wait()
    const callId = waiting.status === 'waiting' ? (waiting.pending[0]?.callId ?? '') : ''
    const turn = session.answerToolCalls([{ callId, outcome: 'denied', content: 'no' }])
    expect(turn.blocks.at(-1)).toMatchObject({ kind: 'tool-result', callId, outcome: 'denied' })
    for (const unknown of [callId, 'nobody'])
      expect(() => session.answerToolCalls([{ callId: unknown, content: 'x' }])).toThrow(/does not wait for an answer/)
  })

  it('lets the user go on without the answer', async () => {
    const { session } = setUp([[{ toolCall: 'ask', input: { question: 'ok?' } }], [{ text: 'fine' }]], { tools: [ask] })
    session.appendNewTurnFromUserPrompt('go')
    await session.startInference().wait()
    const turn = await session.run('never mind')
    const result = turn.blocks.find((block) => block.kind === 'tool-result')
    expect(result?.kind === 'tool-result' && result.outcome).toBe('not-run')
  })
})

describe('submit', () => {
  it('queues, interrupts, and knows a request again', async () => {
    const { session, sink } = setUp([[{ text: 'one' }, { hang: true }], [{ text: 'two' }], [{ text: 'three' }]])
    const first = session.submit('first')
    await settlePromises()
    expect(() => session.submit('x')).toThrow(/active run/)
    const third = session.submit('third', { whenBusy: 'queue', requestId: 'r' })
    expect(session.submit('third', { whenBusy: 'queue', requestId: 'r' })).toBe(third)
    const second = session.submit('second', { whenBusy: 'interrupt' })
    expect((await first.wait()).stop).toBe('superseded')
    expect(assistantText((await second.wait()).turn)).toBe('two')
    expect(assistantText((await third.wait()).turn)).toBe('three')
    sink.assertComplete()
    expect(session.turnCount).toBe(3)
  })

  it('withdraws a queued prompt that is cancelled', async () => {
    const { session } = setUp([[{ text: 'one' }, { hang: true }]])
    const first = session.submit('first')
    const queued = session.submit('second', { whenBusy: 'queue' })
    expect((await queued.cancel()).status).toBe('cancelled')
    await first.cancel()
    expect(session.turnCount).toBe(1)
    expect(session.isRunning).toBe(false)
  })
})

describe('a builder or its parts at fault', () => {
  it('fails the run, with its two events, when the builder throws', async () => {
    const sink = createGrammarSink()
    const builder: EngineBuilder = {
      build() {
        throw new Error('no engine')
      },
    }
    const session = new Session({ builder })
    session.appendNewTurnFromUserPrompt('Hi')
    const result = await session.startInference(withEventSinks(background(), sink)).wait()
    expect(result.status === 'failed' && result.error).toEqual(new Error('no engine'))
    expect(typesOf(sink)).toEqual(['run-started', 'run-failed'])
    sink.assertComplete()
  })

  it('keeps the input when a middleware loses blocks', async () => {
    const { session, sink } = setUp([[{ text: 'x' }]], {
      middlewares: [(next) => async (ctx, turn) => ({ ...(await next(ctx, turn)), blocks: [] })],
    })
    session.appendNewTurnFromUserPrompt('Hi')
    const result = await session.startInference().wait()
    expect(result.status === 'failed' && result.error).toMatchObject({ code: 'turn_shrunk' })
    expect(result.turn.blocks.map((block) => block.kind)).toEqual(['user', 'assistant'])
    sink.assertComplete()
  })

  it('warns of a persister that fails and of one that hangs, and completes', async () => {
    const { session, clock } = setUp([[{ text: 'x' }]], { persister: { persistTurn: () => new Promise(() => {}) } })
    session.appendNewTurnFromUserPrompt('Hi')
    const handle = session.startInference()
    await clock.advance(6_000)
    const result = await handle.wait()
    expect(result.status).toBe('completed')
    expect(result.warnings.map((warning) => warning.code)).toEqual(['persister_failed'])
  })

  it('says what to do when there is nothing to run', () => {
    const { session } = setUp([])
    try {
      session.startInference()
      expect.unreachable()
    } catch (error) {
      expect(isSessionError(error) && error.code).toBe('no_turn')
    }
  })
})

describe('handle.events()', () => {
  it('replays the past with deltas merged, then the rest', async () => {
    const { session } = setUp([[{ text: ['a', 'b', 'c'] }]])
    session.appendNewTurnFromUserPrompt('Hi')
    const handle = session.startInference()
    await handle.wait()
    const types: string[] = []
    for await (const event of handle.events()) types.push(event.type === 'text-delta' ? event.delta : event.type)
    expect(types).toEqual([
      'run-started',
      'provider-call-started',
      'text-started',
      'abc',
      'text-finished',
      'provider-call-finished',
      'run-finished',
    ])
  })

  it('delivers nothing of a run after it has settled (P4)', async () => {
    let late = () => {}
    const { session, sink } = setUp([
      [
        {
          run: (ctx) => {
            late = () => publish(ctx, { type: 'info', message: 'late' })
          },
        },
        { text: 'x' },
      ],
    ])
    session.appendNewTurnFromUserPrompt('Hi')
    await session.startInference().wait()
    const before = sink.events.length
    late()
    expect(sink.events).toHaveLength(before)
  })
})
