import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import {
  createEngineBuilder,
  createStepController,
  type EngineBuilderOptions,
  type Snapshot,
} from '@geppetto/enginebuilder'
import { Session } from '@geppetto/session'
import { createToolExecutor, defineTool, isToolError } from '@geppetto/tools'
import { assistantText, type Turn, toolChoiceKey, toolDefinitionsKey, validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine, type Script } from '../src/scripted-engine.ts'

const add = defineTool({
  name: 'add',
  description: 'Adds.',
  input: z.object({ a: z.number(), b: z.number() }),
  effects: 'none',
  execute: ({ a, b }) => a + b,
})
const broken = defineTool({
  name: 'broken',
  description: 'Fails.',
  input: z.object({}),
  execute: () => {
    throw new Error('no luck')
  },
})
const ask = defineTool({ name: 'ask', description: 'Asks a person.', input: z.object({}) })
const addCall = { toolCall: 'add', input: { a: 1, b: 2 } } as const

function setUp(script: Script, options: Partial<EngineBuilderOptions> = {}) {
  const clock = createManualClock()
  const sink = createGrammarSink()
  const engine = createScriptedEngine(script)
  const builder = createEngineBuilder({ base: engine, tools: [add, broken, ask], eventSinks: [sink], ...options })
  return { clock, sink, engine, builder, session: new Session({ builder, clock }) }
}

const kinds = (turn: Turn) => turn.blocks.map((block) => block.kind)
const choiceOf = (turn: Turn) => toolChoiceKey.read(turn.data)
const offeredIn = (turn: Turn) => toolDefinitionsKey.read(turn.data)?.map((tool) => tool.name)

describe('snapshots', () => {
  it('are taken at every phase in order, with whole turns, open ones marked so', async () => {
    const seen: Snapshot[] = []
    const { session } = setUp([[addCall], [{ text: '3' }]], { snapshotHook: (_, snapshot) => void seen.push(snapshot) })
    await session.run('1+2?')
    expect(seen.map(({ phase, iteration, isOpen }) => `${phase} ${iteration}${isOpen ? ' open' : ''}`)).toEqual([
      'pre_inference 1',
      'post_inference 1 open',
      'post_tools 1',
      'pre_inference 2',
      'post_inference 2',
      'final 2',
    ])
    expect(
      seen.every(({ turn, isOpen }) => Object.isFrozen(turn) && validateTurn(turn, { open: isOpen }).length === 0),
    ).toBe(true)
  })

  it('that throw are warnings, and one that hangs does not hold up a cancel', async () => {
    const failing = setUp([[{ text: 'x' }]], { snapshotHook: () => Promise.reject(new Error('disk')) })
    const result = await failing.session.submit('Hi').wait()
    expect([result.status, ...result.warnings.map(({ code }) => code)]).toEqual([
      ...['completed', 'snapshot_hook_failed', 'snapshot_hook_failed', 'snapshot_hook_failed'],
    ])
    const hanging = setUp([[{ text: 'x' }]], { snapshotHook: () => new Promise(() => {}) })
    const handle = hanging.session.submit('Hi')
    await settlePromises()
    expect(await handle.cancel()).toMatchObject({ status: 'cancelled', warnings: [] })
  })
})

describe('the tools that are offered', () => {
  it('are written for each run, and deleted where there are none any more', async () => {
    const { session, engine } = setUp([[{ text: 'one' }]])
    await session.run('first')
    expect(offeredIn(engine.received[0] ?? session.getTurn(0))).toEqual(['add', 'broken', 'ask'])
    const without = createScriptedEngine([[{ text: 'two' }]])
    const other = new Session({ builder: createEngineBuilder({ base: without }) })
    other.append(session.getTurn(0))
    await other.run('second')
    expect(offeredIn(session.getTurn(0))).toHaveLength(3)
    expect(without.received[0]?.data).toEqual({})
  })

  it('are not run where they are disabled, whatever the model calls', async () => {
    const { session, engine } = setUp([[addCall], [{ text: 'well' }]], { toolConfig: { enabled: false } })
    const turn = await session.run('1+2?')
    expect(offeredIn(engine.received[0] ?? turn)).toBeUndefined()
    expect(turn.blocks.find((block) => block.kind === 'tool-result')).toMatchObject({ outcome: 'error' })
  })

  it('are forced for the first call only', async () => {
    const { session, engine } = setUp([[addCall], [{ text: '3' }], [{ text: 'x' }]], {
      toolConfig: { choice: { tool: 'add' } },
    })
    await session.run('1+2?')
    await session.run('again')
    expect(engine.received.map(choiceOf)).toEqual([{ tool: 'add' }, 'auto', { tool: 'add' }])
  })

  it('are never run on arguments that did not arrive whole or do not fit (P6)', async () => {
    const { session, sink } = setUp([
      [
        { toolCall: 'add', raw: '{"a":1' },
        { toolCall: 'add', input: { a: 'x' } },
        { toolCall: 'nobody', input: {} },
      ],
      [{ text: 'sorry' }],
    ])
    const turn = await session.run('1+2?')
    expect(turn.blocks.flatMap((block) => (block.kind === 'tool-result' ? [block.outcome] : []))).toEqual(
      Array(3).fill('error'),
    )
    expect(sink.events.some((event) => event.type === 'tool-execution-started')).toBe(false)
    sink.assertComplete()
  })
})

describe('the loop', () => {
  it('calls again on pause_turn, also without tools, and commits each step', async () => {
    const { session, engine, sink } = setUp([[{ text: 'Let me ' }, { stop: 'pause_turn' }], [{ text: 'see.' }]], {
      tools: [],
    })
    expect(assistantText(await session.run('Think'))).toBe('Let me see.')
    expect(engine.received).toHaveLength(2)
    expect(sink.events.filter((event) => event.type === 'step-committed')).toHaveLength(1)
  })

  it('ends a provider that pauses for ever at the limit', async () => {
    const { session } = setUp(() => [{ text: '…' }, { stop: 'pause_turn' }], { loopConfig: { maxIterations: 3 } })
    expect(await session.submit('Think').wait()).toMatchObject({ status: 'completed', stop: 'max_iterations' })
  })

  it('lets the calls decide, not the provider’s word', async () => {
    const { session, engine } = setUp([
      [addCall, { stop: 'end_turn' }],
      [{ text: '3' }, { stop: 'tool_calls' }],
    ])
    expect((await session.submit('1+2?').wait()).status).toBe('completed')
    expect(engine.received).toHaveLength(2)
  })

  it('ends with the error where a failed tool shall end it, and keeps the results', async () => {
    const { session, sink, engine } = setUp([[{ text: 'I try' }, { toolCall: 'broken', input: {} }]], {
      toolConfig: { errorHandling: 'abort' },
    })
    const result = await session.submit('Go').wait()
    expect(result.status === 'failed' && isToolError(result.error) && result.error.code).toBe('execution_failed')
    expect(kinds(result.turn)).toEqual(['user', 'assistant', 'tool-call', 'tool-result'])
    expect(sink.events.some((event) => event.type === 'step-committed')).toBe(true)
    engine.assertUsedUp()
    sink.assertComplete()
  })

  it('runs calls that waited first, commits them, and then asks the provider', async () => {
    let allows = false
    const hooks = { authorize: () => ({ decision: allows ? ('allow' as const) : ('wait' as const) }) }
    const { session, sink, engine } = setUp([[addCall], [{ fail: 'quota' }], [{ text: '3' }]], {
      toolExecutor: createToolExecutor({ hooks }),
    })
    expect((await session.submit('1+2?').wait()).status).toBe('waiting')
    expect((await session.startInference().wait()).status).toBe('waiting')
    allows = true
    const failed = await session.startInference().wait()
    expect([failed.status, ...kinds(failed.turn)]).toEqual(['failed', 'user', 'tool-call', 'tool-result'])
    expect(failed.turn.blocks.at(-1)).toMatchObject({ outcome: 'ok' })
    const done = await session.startInference().wait()
    expect(assistantText(done.turn)).toBe('3')
    expect(engine.received).toHaveLength(3)
    sink.assertComplete()
  })

  it('cancelled while a call that had waited runs, says what became of it', async () => {
    const slow = defineTool({
      name: 'slow',
      description: 'Takes its time.',
      input: z.object({}),
      execute: () => new Promise<string>(() => {}),
    })
    let allows = false
    const hooks = { authorize: () => ({ decision: allows ? ('allow' as const) : ('wait' as const) }) }
    const { session, clock, sink } = setUp([[{ toolCall: 'slow', input: {} }]], {
      tools: [slow],
      toolExecutor: createToolExecutor({ hooks }),
    })
    await session.submit('Go').wait()
    allows = true
    const handle = session.startInference()
    await settlePromises()
    const cancelled = handle.cancel()
    await clock.advance(1_000)
    const { turn, status } = await cancelled
    expect(status).toBe('cancelled')
    expect(turn.blocks.at(-1)).toMatchObject({ kind: 'tool-result', outcome: 'unknown' })
    expect(kinds(turn)).toEqual(['user', 'tool-call', 'tool-result'])
    sink.assertComplete()
  })

  it('keeps what the engine returned, not what its events tell, when something fails beside it', async () => {
    const native = { api: 'x', host: 'x', model: 'x', group: 'g', payload: 'signature' }
    const { session } = setUp([[{ text: 'thought' }, addCall]], {
      middlewares: [
        (next) => async (ctx, turn) => {
          const made = await next(ctx, turn)
          const blocks = made.blocks.map((block) => (block.kind === 'assistant' ? { ...block, native } : block))
          return { ...made, blocks }
        },
      ],
      stepController: { pause: () => Promise.reject(new Error('no debugger')) },
    })
    const result = await session.submit('Go').wait()
    expect(result.status === 'failed' && result.error).toEqual(new Error('no debugger'))
    expect(result.turn.blocks.find((block) => block.kind === 'assistant')).toMatchObject({ native })
    expect(result.turn.blocks.at(-1)).toMatchObject({ kind: 'tool-result', outcome: 'not-run' })
  })
})

describe('a step controller', () => {
  it('pauses after inference and after tools, and a cancelled pause ends the run as cancelled', async () => {
    const controller = createStepController()
    const { session, sink } = setUp([[{ text: 'so far' }, addCall], [{ text: '3' }]], { stepController: controller })
    const handle = session.submit('1+2?')
    await settlePromises()
    expect(controller.pending.map(({ phase }) => phase)).toEqual(['after_inference'])
    controller.continue(controller.pending[0]?.pauseId ?? '')
    await settlePromises()
    expect(controller.pending.map(({ phase }) => phase)).toEqual(['after_tools'])
    controller.cancel(controller.pending[0]?.pauseId ?? '')
    const result = await handle.wait()
    expect([result.status, result.stop]).toEqual(['cancelled', 'user'])
    expect(kinds(result.turn)).toEqual(['user', 'assistant', 'tool-call', 'tool-result'])
    sink.assertComplete()
  })

  it('whose pause ends by itself lets the run go on', async () => {
    const controller = createStepController({ timeoutMs: 100, phases: ['after_inference'] })
    const { session, clock, sink } = setUp([[addCall], [{ text: '3' }]], { stepController: controller })
    const handle = session.submit('1+2?')
    await clock.advance(100)
    expect((await handle.wait()).status).toBe('completed')
    sink.assertComplete()
  })

  it('is left at once when the run is cancelled', async () => {
    const controller = createStepController()
    const { session, sink, clock } = setUp([[addCall]], { stepController: controller })
    const handle = session.submit('1+2?')
    await settlePromises()
    expect(await handle.cancel('budget')).toMatchObject({ status: 'cancelled', stop: 'budget', warnings: [] })
    expect([controller.pending.length, clock.scheduled]).toEqual([0, 0])
    sink.assertComplete()
  })
})
