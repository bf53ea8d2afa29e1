import { background, createContextKey, withValue } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { defineMiddleware, parseOutput } from '@geppetto/engine'
import { createEngineBuilder, type EngineBuilderOptions } from '@geppetto/enginebuilder'
import { publish, runIdFrom, runTagsFrom, sessionIdFrom, withEventSinks } from '@geppetto/events'
import { systemPrompt } from '@geppetto/middleware'
import { isSessionError, Session } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { assistantBlock, assistantText, createTurn, structuredOutputKey, userBlock, withView } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine, type Script } from '../src/scripted-engine.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'

function setUp(script: Script, options: Partial<EngineBuilderOptions> = {}) {
  const clock = createManualClock()
  const sink = createGrammarSink()
  const engine = createScriptedEngine(script)
  const builder = createEngineBuilder({ base: engine, eventSinks: [sink], ...options })
  return { clock, sink, engine, builder, session: new Session({ builder, clock, ids: createSequentialIds() }) }
}

const codeOf = (run: () => unknown): unknown => {
  try {
    run()
    return 'nothing was thrown'
  } catch (error) {
    return isSessionError(error) ? error.code : error
  }
}

describe('prepare', () => {
  it('shows the request of the whole chain, with session and tags, sends nothing and publishes nothing', async () => {
    const seen: unknown[] = []
    const probe = defineMiddleware('probe', (next) => async (ctx, turn) => {
      publish(ctx, { type: 'info', message: 'not to be heard' })
      seen.push(sessionIdFrom(ctx), runTagsFrom(ctx))
      return next(ctx, turn)
    })
    const { engine, sink } = setUp([])
    const wired = {
      ...engine,
      prepare: (_: unknown, turn: { readonly blocks: readonly unknown[] }) => ({
        model: 'script',
        method: 'POST' as const,
        path: '/',
        headers: {},
        body: JSON.stringify(turn.blocks.length),
        stream: true,
        degradations: [],
      }),
    }
    const base = createEngineBuilder({
      base: wired,
      middlewares: [systemPrompt('Be brief.'), probe],
      eventSinks: [sink],
    })
    const session = new Session({ builder: base, id: 's' })
    session.appendNewTurnFromUserPrompt('Hi')
    const before = session.latest
    const request = await session.prepare(withEventSinks(background(), sink), { tags: { team: 'one' } })
    expect(request).toMatchObject({ body: '2', degradations: [], estimate: { system: 7, messages: 5, total: 12 } })
    expect(seen).toEqual(['s', { team: 'one' }])
    expect([sink.events, engine.received, session.latest === before]).toEqual([[], [], true])
  })

  it('says so where there is no wire or no turn', async () => {
    const { session } = setUp([])
    await expect(session.prepare()).rejects.toMatchObject({ code: 'no_turn' })
    session.appendNewTurnFromUserPrompt('Hi')
    await expect(session.prepare()).rejects.toMatchObject({ code: 'not_preparable' })
  })
})

describe('what a caller says about one run', () => {
  it('has its tags on run-started and on the context', async () => {
    const seen: unknown[] = []
    const { session, sink } = setUp([[{ run: (ctx) => void seen.push(runTagsFrom(ctx)) }]])
    await session.submit('Hi', { tags: { team: 'one' } }).wait()
    expect(seen).toEqual([{ team: 'one' }])
    expect(sink.events[0]).toMatchObject({ type: 'run-started', tags: { team: 'one' } })
  })

  it('writes the form of the answer for that run, and takes it away for the next', async () => {
    const { session, engine } = setUp([[{ text: '{"n":3}' }], [{ text: 'three' }]])
    const output = z.object({ n: z.number() })
    const result = await session.submit('As JSON', { output }).wait()
    expect(parseOutput(result, output)).toEqual({ n: 3 })
    await session.run('In words')
    expect(engine.received.map((turn) => structuredOutputKey.read(turn.data)?.name)).toEqual(['answer', undefined])
  })

  it('leaves nothing behind when it is wrong: no turn, no claim, no listener', () => {
    const { session } = setUp([])
    const output = z.string().transform((text) => new Date(text))
    expect(() => session.submit('Hi', { output: z.map(z.string(), z.date()) })).toThrow()
    expect(() => session.submit('  ')).toThrow(/user block/)
    expect([session.turnCount, session.isRunning]).toEqual([0, false])
    session.appendNewTurnFromUserPrompt('Hi')
    expect(() => session.startInference(undefined, { output: z.map(z.string(), output) })).toThrow()
    expect([session.turnCount, session.isRunning]).toEqual([1, false])
  })
})

describe('a handle', () => {
  it('cancels at the end of its scope, and is not stopped by leaving its events', async () => {
    const { session } = setUp([[{ text: 'so far' }, { hang: true }], [{ text: 'whole' }]])
    session.appendNewTurnFromUserPrompt('first')
    const { promise, resolve } = Promise.withResolvers<unknown>()
    {
      await using handle = session.startInference()
      void handle.wait().then(resolve)
      for await (const event of handle.events()) if (event.type === 'text-delta') break
      expect(handle.isRunning).toBe(true)
    }
    expect(await promise).toMatchObject({ status: 'cancelled', stop: 'user' })
    const next = session.submit('second')
    for await (const _ of next.events()) break
    expect((await next.wait()).status).toBe('completed')
  })

  it('is one join for all who wait and cancel, before and after the end', async () => {
    const { session } = setUp([[{ hang: true }]])
    const handle = session.submit('Hi')
    await settlePromises()
    const waiting = [handle.wait(), handle.cancel('budget'), handle.cancel('user'), handle.wait()]
    const results = await Promise.all(waiting)
    expect(new Set(results).size).toBe(1)
    expect(results[0]?.stop).toBe('budget')
    expect(await handle.cancel()).toBe(results[0])
    expect([handle.state, handle.isRunning]).toEqual(['settled', false])
  })

  it('of a context that had aborted before ends as cancelled, without building anything', async () => {
    const { session, engine, sink } = setUp([[{ text: 'never' }]])
    const ctx = withEventSinks(background({ signal: AbortSignal.abort('shutdown') }), sink)
    expect(await session.submit('Hi', {}, ctx).wait()).toMatchObject({ status: 'cancelled', stop: 'shutdown' })
    expect(engine.received).toEqual([])
    sink.assertComplete()
  })
})

describe('a run inside a tool', () => {
  it('names the run around it, and takes nothing else of the call that it is in', async () => {
    const sink = createGrammarSink()
    const child = new Session({
      builder: createEngineBuilder({ base: createScriptedEngine([[{ text: 'inner' }]]) }),
      id: 'child',
    })
    const delegate = defineTool({
      name: 'delegate',
      description: 'Asks another agent.',
      input: z.object({}),
      execute: async (_, ctx) => assistantText(await child.run('Help', ctx)),
    })
    const { session } = setUp([[{ toolCall: 'delegate', input: {} }], [{ text: 'outer' }]], { tools: [delegate] })
    const handle = session.submit('Go', {}, withEventSinks(background(), sink))
    const { turn } = await handle.wait()
    expect(turn.blocks.find((block) => block.kind === 'tool-result')).toMatchObject({ outcome: 'ok' })
    const inner = sink.events.filter((event) => event.correlation.sessionId === 'child')
    expect(inner.map((event) => event.type)).toContain('run-finished')
    for (const { correlation } of inner) {
      expect(correlation.parentRunId).toBe(handle.runId)
      expect(correlation.toolCallId).toBeUndefined()
    }
    sink.assertComplete()
  })

  it('ends with the run around it', async () => {
    const child = new Session({
      builder: createEngineBuilder({ base: createScriptedEngine([[{ text: 'half' }, { hang: true }]]) }),
    })
    const delegate = defineTool({
      name: 'delegate',
      description: 'Asks another agent.',
      input: z.object({}),
      execute: async (_, ctx) => assistantText(await child.run('Help', ctx)),
    })
    const { session } = setUp([[{ toolCall: 'delegate', input: {} }]], { tools: [delegate] })
    const handle = session.submit('Go')
    await settlePromises()
    expect((await handle.cancel()).status).toBe('cancelled')
    expect([child.isRunning, assistantText(child.getTurn(0))]).toEqual([false, 'half'])
  })
})

describe('submit', () => {
  it('keeps the order of prompts that interrupt each other, and answers the last', async () => {
    const { session, engine, sink } = setUp([
      [{ text: 'one' }, { hang: true }],
      [{ text: 'last' }],
      [{ text: 'patient' }],
    ])
    const first = session.submit('1')
    await settlePromises()
    const patient = session.submit('4', { whenBusy: 'queue' })
    const second = session.submit('2', { whenBusy: 'interrupt' })
    const third = session.submit('3', { whenBusy: 'interrupt' })
    expect(second.state).toBe('queued')
    const results = await Promise.all([first, second, third, patient].map((handle) => handle.wait()))
    expect(results.map(({ status, stop }) => `${status} ${stop}`)).toEqual([
      ...['cancelled superseded', 'cancelled superseded', 'completed end_turn', 'completed end_turn'],
    ])
    expect(engine.received).toHaveLength(3)
    const said = session.latest?.blocks.flatMap((block) => (block.kind === 'user' ? block.content : []))
    expect(said).toMatchObject([{ text: '1' }, { text: '2' }, { text: '3' }, { text: '4' }])
    sink.assertComplete()
  })

  it('says why a prompt that waited was withdrawn', async () => {
    const { session } = setUp([[{ hang: true }]])
    const first = session.submit('1')
    const queued = session.submit('2', { whenBusy: 'queue' }, background({ signal: AbortSignal.abort('deadline') }))
    expect(await queued.wait()).toMatchObject({ status: 'cancelled', stop: 'deadline' })
    const other = session.submit('3', { whenBusy: 'queue' })
    expect(await other.cancel('budget')).toMatchObject({ stop: 'budget' })
    for await (const event of other.events()) expect.unreachable(event.type)
    await first.cancel()
    expect(session.turnCount).toBe(1)
  })

  it('fails a prompt that cannot begin, and begins the next', async () => {
    const { engine, builder } = setUp([[{ hang: true }], [{ text: 'three' }]])
    const ids = createSequentialIds()
    let fails = false
    const session = new Session({
      builder,
      ids: {
        next(prefix) {
          if (fails && prefix === 'turn') {
            fails = false
            throw new Error('no more ids')
          }
          return ids.next(prefix)
        },
      },
    })
    const first = session.submit('1')
    await settlePromises()
    const second = session.submit('2', { whenBusy: 'queue' })
    const third = session.submit('3', { whenBusy: 'queue' })
    fails = true
    await first.cancel()
    expect(await second.wait()).toMatchObject({ status: 'failed', error: new Error('no more ids') })
    expect(assistantText((await third.wait()).turn)).toBe('three')
    engine.assertUsedUp()
  })

  it('does not remember a request that was refused', async () => {
    const { session } = setUp([[{ hang: true }], [{ text: 'two' }]])
    const first = session.submit('1')
    await settlePromises()
    expect(codeOf(() => session.submit('2', { requestId: 'r' }))).toBe('session_busy')
    await first.cancel()
    expect(assistantText((await session.submit('2', { requestId: 'r' }).wait()).turn)).toBe('two')
  })
})

describe('a session', () => {
  it('takes a turn of the caller’s making as it is then, also one that is a view', async () => {
    const { session, engine } = setUp([[{ text: 'x' }]])
    const blocks = [userBlock('a'), assistantBlock('b'), userBlock('c')]
    const turn = { ...withView(createTurn({ id: 't', blocks }), blocks.slice(2)) }
    session.append(turn)
    turn.id = 'changed'
    expect(session.latest?.id).toBe('t')
    await session.startInference().wait()
    expect(engine.received[0]?.blocks).toHaveLength(1)
    expect(session.latest?.blocks).toHaveLength(2)
    expect(codeOf(() => session.append({ ...turn, id: '' }))).toMatchObject({ code: 'invalid_turn' })
  })

  it('P7: forks from a turn that waits without what it waits for: it is answered, and run, in one of them', async () => {
    const runs: string[] = []
    const pay = defineTool({
      name: 'pay',
      description: 'Pays.',
      input: z.object({}),
      execute: () => void runs.push('paid'),
    })
    let decision: 'wait' | 'allow' = 'wait'
    const builder = createEngineBuilder({
      base: createScriptedEngine((turn) =>
        turn.blocks.some((block) => block.kind === 'tool-result')
          ? [{ text: 'Done.' }]
          : [{ toolCall: 'pay', input: {} }],
      ),
      tools: [pay],
      toolExecutor: createToolExecutor({ hooks: { authorize: () => ({ decision }) } }),
    })
    const session = new Session({ builder })
    expect((await session.submit('Pay').wait()).status).toBe('waiting')
    const fork = session.fork()
    decision = 'allow'
    await fork.startInference().wait()
    await session.startInference().wait()
    expect(runs).toEqual(['paid'])
    expect(fork.latest?.blocks.find((block) => block.kind === 'tool-result')).toMatchObject({ outcome: 'not-run' })
  })

  it('forks from any point without changing', async () => {
    const { session } = setUp([[{ text: 'one' }], [{ text: 'two' }], [{ text: 'other' }]])
    await session.run('first')
    await session.run('second')
    const fork = session.fork({ at: 0 })
    expect(fork.latest).toEqual(session.getTurn(0))
    await fork.run('else')
    expect([session.turnCount, fork.turnCount]).toEqual([2, 2])
    expect(session.getTurn(1)).not.toEqual(fork.getTurn(1))
    expect(codeOf(() => session.fork({ at: 2 }))).toBe('no_such_turn')
  })

  it('lays changes over its metadata, and nobody changes it otherwise', () => {
    const { builder } = setUp([])
    const metadata = { title: 'a', ownerId: 'me' }
    const session = new Session({ builder, metadata })
    metadata.title = 'b'
    session.updateMetadata({ title: 'c' })
    expect(session.metadata).toEqual({ title: 'c', ownerId: 'me' })
    expect(Object.isFrozen(session.metadata)).toBe(true)
  })

  it('says at once what is wrong with its options', () => {
    const { builder } = setUp([])
    expect(codeOf(() => new Session({ builder: {} as never }))).toBe('invalid_options')
    expect(codeOf(() => new Session({ builder, graces: { runnerMs: -1 } }))).toBe('invalid_options')
  })

  it('hands values of the caller’s context to everything in the run', async () => {
    const key = createContextKey<string>('tenant')
    const seen: unknown[] = []
    const { session } = setUp([[{ run: (ctx) => void seen.push(ctx.get(key), runIdFrom(ctx)) }]], {
      persister: { persistTurn: (ctx) => void seen.push(ctx.get(key), ctx.signal.aborted) },
    })
    const handle = session.submit('Hi', {}, withValue(background(), key, 'acme'))
    await handle.wait()
    expect(seen).toEqual(['acme', handle.runId, 'acme', false])
  })
})
