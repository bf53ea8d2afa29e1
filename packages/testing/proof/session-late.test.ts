import type { Context } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { isEngineError } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { publish } from '@geppetto/events'
import {
  createMemoryStore,
  type EngineBuilder,
  type InferenceRunner,
  type RunScope,
  Session,
  type SessionOptions,
} from '@geppetto/session'
import { appendBlocks, assistantBlock, assistantText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createGrammarSink } from '../src/grammar-sink.ts'
import { createScriptedEngine } from '../src/scripted-engine.ts'

function setUp(build: EngineBuilder['build'], options: Partial<SessionOptions> = {}) {
  const clock = createManualClock()
  const session = new Session({ builder: { build }, clock, ...options })
  return { clock, session }
}

/** A runner that does what it is told to, from outside. */
function createPuppet(changes: Partial<InferenceRunner> = {}) {
  const sink = createGrammarSink()
  const ended = Promise.withResolvers<Turn>()
  let entered: { readonly ctx: Context; readonly turn: Turn; readonly scope: RunScope } | undefined
  const runner: InferenceRunner = {
    eventSinks: [sink],
    runInference(ctx, turn, scope) {
      if (scope === undefined) throw new Error('a session gives a scope')
      entered = { ctx, turn, scope }
      return ended.promise
    },
    ...changes,
  }
  return {
    sink,
    runner,
    end: ended,
    get inside() {
      if (entered === undefined) throw new Error('the runner has not been called')
      return entered
    },
  }
}

describe('what comes after a run was abandoned counts for nothing', () => {
  it('a builder: it is waited for during a grace, and what it makes late is let go', async () => {
    const building = Promise.withResolvers<InferenceRunner>()
    const puppet = createPuppet()
    const { session, clock } = setUp(() => building.promise)
    const handle = session.submit('Hi')
    await settlePromises()
    const cancelled = handle.cancel()
    await clock.advance(1_500)
    const result = await cancelled
    expect(result.warnings.map(({ code }) => code)).toEqual(['abandoned'])
    building.resolve(puppet.runner)
    await settlePromises()
    expect([puppet.sink.events, session.isRunning]).toEqual([[], false])
    expect(() => puppet.inside).toThrow()
  })

  it('a builder that comes while the run is being settled: its sinks and its persister are not called', async () => {
    const building = Promise.withResolvers<InferenceRunner>()
    const writing = Promise.withResolvers<void>()
    const calls: string[] = []
    const puppet = createPuppet({ persister: { persistTurn: () => void calls.push('persisted') } })
    const clock = createManualClock()
    const inner = createMemoryStore({ clock })
    let commits = 0
    const store = {
      ...inner,
      async commit(...args: Parameters<typeof inner.commit>) {
        if (++commits === 2) await writing.promise
        return inner.commit(...args)
      },
    }
    const session = new Session({ builder: { build: () => building.promise }, clock, store })
    const handle = session.submit('Hi')
    await settlePromises()
    const cancelled = handle.cancel()
    await clock.advance(1_500)
    building.resolve(puppet.runner)
    await settlePromises()
    writing.resolve()
    expect((await cancelled).status).toBe('cancelled')
    expect([puppet.sink.events, calls]).toEqual([[], []])
  })

  it('a runner: it is not heard while the run is being settled, and its steps are refused', async () => {
    const persisting = Promise.withResolvers<void>()
    const puppet = createPuppet({ persister: { persistTurn: () => persisting.promise } })
    const { session, clock } = setUp(() => puppet.runner)
    const handle = session.submit('Hi')
    await settlePromises()
    const { ctx, turn, scope } = puppet.inside
    const cancelled = handle.cancel()
    await clock.advance(1_500)
    publish(ctx, { type: 'info', message: 'late' })
    const late = appendBlocks(turn, assistantBlock('late'))
    const refused = await scope.commitStep(late).catch((error: unknown) => error)
    expect(isEngineError(refused) && refused.code).toBe('cancelled')
    scope.noteTurn(late)
    scope.endWith('max_iterations')
    persisting.resolve()
    const result = await cancelled
    puppet.end.resolve(late)
    await settlePromises()
    expect([result.stop, session.latest, assistantText(result.turn)]).toEqual(['user', result.turn, ''])
    expect(puppet.sink.events.map((event) => event.type)).toEqual(['run-started', 'run-cancelled'])
    puppet.sink.assertComplete()
  })

  it('a step whose write was under way is not told of any more', async () => {
    const writing = Promise.withResolvers<void>()
    const puppet = createPuppet()
    const clock = createManualClock()
    const inner = createMemoryStore({ clock })
    let commits = 0
    const store = {
      ...inner,
      async commit(...args: Parameters<typeof inner.commit>) {
        if (++commits === 2) await writing.promise
        return inner.commit(...args)
      },
    }
    const session = new Session({ builder: { build: () => puppet.runner }, clock, store, id: 's' })
    const handle = session.submit('Hi')
    await settlePromises()
    const { turn, scope } = puppet.inside
    const step = scope.commitStep(appendBlocks(turn, assistantBlock('step'))).catch((error: unknown) => error)
    const cancelled = handle.cancel()
    await clock.advance(1_500)
    writing.resolve()
    const result = await cancelled
    expect(isEngineError(await step)).toBe(true)
    expect([result.status, assistantText(result.turn)]).toEqual(['cancelled', 'step'])
    puppet.sink.assertComplete()
    expect(puppet.sink.events.map((event) => event.type)).not.toContain('step-committed')
    const opened = await Session.open(store, 's', { builder: { build: () => puppet.runner } })
    expect(opened.latest).toEqual(session.latest)
  })

  it('a lease: it is given back at once', async () => {
    const granting = Promise.withResolvers<void>()
    const clock = createManualClock()
    const inner = createMemoryStore({ clock })
    let asks = 0
    const store = {
      ...inner,
      async acquire(...args: Parameters<typeof inner.acquire>) {
        const lease = await inner.acquire(...args)
        if (++asks === 1) await granting.promise
        return lease
      },
    }
    const builder = createEngineBuilder({ base: createScriptedEngine([[{ text: 'next' }]]) })
    const session = new Session({ builder, clock, store })
    const handle = session.submit('Hi')
    await settlePromises()
    const cancelled = handle.cancel()
    await clock.advance(1_500)
    expect((await cancelled).status).toBe('cancelled')
    const next = session.submit('Hello')
    await settlePromises()
    granting.resolve()
    expect((await next.wait()).status).toBe('completed')
    expect(clock.scheduled).toBe(0)
  })
})

describe('a runner that is not ours', () => {
  it('may not lose what it had committed, and is told so', async () => {
    const puppet = createPuppet()
    const { session } = setUp(() => puppet.runner)
    const handle = session.submit('Hi')
    await settlePromises()
    const { turn, scope } = puppet.inside
    const step = appendBlocks(turn, assistantBlock('one', { id: 'a' }))
    await scope.commitStep({ ...step, id: 'other' })
    expect(session.latest?.id).toBe(turn.id)
    await expect(scope.commitStep(turn)).rejects.toMatchObject({ code: 'turn_shrunk' })
    puppet.end.resolve(turn)
    const result = await handle.wait()
    expect(result.status === 'failed' && result.error).toMatchObject({ code: 'turn_shrunk', missing: ['a'] })
    expect(assistantText(result.turn)).toBe('one')
    puppet.sink.assertComplete()
  })

  it('is no runner at all: the run fails and says so', async () => {
    // Not a runner: that is what is tested.
    const { session } = setUp(() => undefined as never)
    const result = await session.submit('Hi').wait()
    expect(result.status === 'failed' && result.error).toMatchObject({ code: 'invalid_options' })
  })
})

it('a persister of a cancelled run has a signal of its own, which ends with its time', async () => {
  const signals: AbortSignal[] = []
  const puppet = createPuppet({
    persister: {
      persistTurn(ctx) {
        signals.push(ctx.signal)
        return new Promise(() => {})
      },
    },
  })
  const { session, clock } = setUp(() => puppet.runner)
  const handle = session.submit('Hi')
  await settlePromises()
  void handle.cancel()
  puppet.end.resolve(puppet.inside.turn)
  await settlePromises()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  await clock.advance(5_000)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  expect((await handle.wait()).warnings.map(({ code }) => code)).toEqual(['persister_failed'])
})
