import { background } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { withEventSinks } from '@geppetto/events'
import {
  createMemoryStore,
  isSessionBusyError,
  isSessionConflictError,
  Session,
  type SessionOptions,
  type SessionStore,
  type StoredRecord,
} from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { assistantText } from '@geppetto/turns'
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
const ask = defineTool({ name: 'ask', description: 'Asks a person.', input: z.object({}) })

function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const records = async (from = 0): Promise<readonly StoredRecord[]> => {
    const found: StoredRecord[] = []
    for await (const record of inner.read('s', from)) found.push(record)
    return found
  }
  const open = (script: Script, options: Partial<SessionOptions> = {}) => {
    const engine = createScriptedEngine(script)
    const builder = createEngineBuilder({ base: engine, tools: [add, ask] })
    return { engine, builder, session: new Session({ id: 's', builder, store, clock, ...options }) }
  }
  return { clock, store, inner, records, open }
}

describe('two sessions on one store (P3)', () => {
  it('refuses the second while the first runs, naming holder and run; nothing is sent, and the draft stays', async () => {
    const { open } = setUp()
    const one = open([[{ hang: true }]])
    const two = open([[{ text: 'never' }]])
    const sink = createGrammarSink()
    one.session.appendNewTurnFromUserPrompt('first')
    const handle = one.session.startInference()
    await settlePromises()
    const draft = two.session.appendNewTurnFromUserPrompt('second')
    const result = await two.session.startInference(withEventSinks(background(), sink)).wait()
    expect(result.status === 'failed' && isSessionBusyError(result.error) && result.error.runId).toBe(handle.runId)
    expect(result.status === 'failed' && isSessionBusyError(result.error) && result.error.holder).toMatch(/^owner_/)
    expect(two.engine.received).toEqual([])
    expect(two.session.latest?.blocks).toEqual(draft.blocks)
    sink.assertComplete()
    await handle.cancel()
  })

  it('tells the one whose state is old of a conflict, before anything is sent, and it can be opened again', async () => {
    const { open, store } = setUp()
    const one = open([[{ text: 'one' }]])
    const two = open([[{ text: 'two' }], [{ text: 'three' }]])
    await one.session.run('first')
    two.session.appendNewTurnFromUserPrompt('second')
    const result = await two.session.startInference().wait()
    expect(result.status === 'failed' && isSessionConflictError(result.error)).toBe(true)
    expect(two.engine.received).toEqual([])
    const opened = await Session.open(store, 's', { builder: two.builder })
    expect(assistantText(await opened.run('again'))).toBe('two')
    expect(opened.turnCount).toBe(2)
  })
})

describe('what the store has', () => {
  it('is the user’s words and the run’s record before the engine is called', async () => {
    const { open, records } = setUp()
    const seen: string[] = []
    const look = async () => void seen.push(...(await records()).map((record) => record.type))
    const { session } = open([[{ run: look }]])
    await session.run('Hi')
    expect(seen).toEqual(['session', 'turn', 'run-started'])
    expect((await records(3)).map((record) => record.type)).toEqual(['turn', 'run-settled'])
    expect((await records()).at(-1)).toMatchObject({ status: 'completed', stop: 'end_turn' })
  })

  it('is the beginning and the end of a run whose context had aborted before', async () => {
    const { open, records, clock } = setUp()
    const { session, engine } = open([])
    const ctx = background({ clock, signal: AbortSignal.abort('shutdown') })
    expect((await session.submit('Hi', {}, ctx).wait()).status).toBe('cancelled')
    expect((await records()).map(({ type }) => type)).toEqual(['session', 'turn', 'run-started', 'run-settled'])
    expect(engine.received).toEqual([])
  })

  it('grows with each step, so that a later failure cannot lose it', async () => {
    const { open, store } = setUp()
    const reopened: Session[] = []
    const { session, builder } = open([
      [{ toolCall: 'add', input: { a: 1, b: 2 } }],
      [{ run: async () => void reopened.push(await Session.open(store, 's', { builder })) }, { fail: 'quota' }],
    ])
    const result = await session.submit('1+2').wait()
    expect(result.status).toBe('failed')
    expect(reopened[0]?.latest?.blocks.map((block) => block.kind)).toEqual(['user', 'tool-call', 'tool-result'])
  })

  it('is the whole session again when it is opened: turns, metadata, and what is completed', async () => {
    const { open, store } = setUp()
    const { session, builder } = open([[{ text: 'one' }], [{ text: 'part' }, { fail: 'network' }], [{ text: 'two' }]])
    session.updateMetadata({ title: 'A talk' })
    await session.run('first')
    const opened = await Session.open(store, 's', { builder })
    expect(opened.metadata).toEqual({ title: 'A talk' })
    expect(opened.latest).toEqual(session.latest)
    expect(() => opened.startInference()).toThrow(/already completed/)
    await opened.submit('second').wait()
    const again = await Session.open(store, 's', { builder })
    expect(assistantText(again.latest ?? opened.getTurn(0))).toBe('part')
    expect((await again.startInference().wait()).status).toBe('completed')
    expect([again.turnCount, again.getTurn(0)]).toEqual([2, session.getTurn(0)])
    await expect(Session.open(store, 'nobody', { builder })).rejects.toMatchObject({ code: 'no_such_session' })
  })

  it('has the answers that a waiting turn got before the user went on', async () => {
    const { open, store } = setUp()
    const { session, builder } = open([
      [
        { toolCall: 'ask', input: {} },
        { toolCall: 'ask', input: {} },
      ],
      [{ text: 'fine' }],
    ])
    const waiting = await session.submit('go').wait()
    const callId = waiting.status === 'waiting' ? (waiting.pending[0]?.callId ?? '') : ''
    session.answerToolCalls([{ callId, content: 'yes' }])
    await session.run('and now')
    const opened = await Session.open(store, 's', { builder })
    expect([opened.getTurn(0), opened.getTurn(1)]).toEqual([session.getTurn(0), session.getTurn(1)])
  })

  it('is a fork’s own, with the history up to its point', async () => {
    const { open, store } = setUp()
    const { session, builder } = open([[{ text: 'one' }], [{ text: 'two' }], [{ text: 'other' }]])
    await session.run('first')
    await session.run('second')
    const fork = session.fork({ at: 0, id: 'fork' })
    expect(() => fork.startInference()).toThrow(/already completed/)
    expect(assistantText(await fork.run('else'))).toBe('other')
    const opened = await Session.open(store, 'fork', { builder })
    expect(opened.turnCount).toBe(2)
    expect(opened.getTurn(0)).toEqual(session.getTurn(0))
    expect(opened.metadata.forkedFrom).toEqual({ sessionId: 's', turnId: session.getTurn(0).id })
    expect(session.turnCount).toBe(2)
    expect(session.fork().id).not.toBe('s')
  })
})

describe('a lease that is lost', () => {
  it('ends the run with owner_lost while there is time left to write that', async () => {
    const { open, clock, records } = setUp(() => ({ renew: () => Promise.reject(new Error('unreachable')) }))
    const { session } = open([[{ text: 'so far' }, { hang: true }]])
    const handle = session.submit('Hi')
    await clock.advance(13_000)
    const result = await handle.wait()
    expect([result.status, result.stop]).toEqual(['cancelled', 'owner_lost'])
    expect((await records()).at(-1)).toMatchObject({ type: 'run-settled', stop: 'owner_lost' })
    expect(clock.scheduled).toBe(0)
  })

  it.each(['before the provider call', 'before the tool'])(
    'is noticed by a process that was stopped and goes on, %s: nothing is begun, and no write lands',
    async (where) => {
      const { open, clock, inner, records } = setUp()
      let asleepMs = 0
      const stop = async () => {
        asleepMs += 20_000
        await clock.advance(16_000)
        await inner.acquire('s', { ttlMs: 60_000, holder: 'other', runId: 'other' })
      }
      const isBefore = where === 'before the provider call'
      const executed: string[] = []
      const write = defineTool({
        name: 'write',
        description: 'Writes.',
        input: z.object({}),
        execute: () => void executed.push('written'),
      })
      const engine = createScriptedEngine([[{ run: stop }, { toolCall: 'write', input: {} }]])
      const snapshotHook = async () => {
        if (isBefore) await stop()
      }
      const builder = createEngineBuilder({ base: engine, tools: [write], snapshotHook })
      const { session } = open([], { builder })
      const sleeper = { now: () => clock.now() + asleepMs, schedule: () => () => {} }
      const result = await session.submit('Hi', {}, background({ clock: sleeper })).wait()
      expect(result.status === 'failed' && isSessionConflictError(result.error)).toBe(true)
      expect(result.stop).toBe('owner_lost')
      expect([engine.received.length, executed]).toEqual([isBefore ? 0 : 1, []])
      expect((await records()).map((record) => record.type)).toEqual(['session', 'turn', 'run-started'])
    },
  )
})

describe('a store that fails', () => {
  it('at the end makes the run failed, keeps the turn, and gets it with the next run', async () => {
    let commits = 0
    const { open, store } = setUp((inner) => ({
      commit: (...args) => (++commits === 2 ? Promise.reject(new Error('disk full')) : inner.commit(...args)),
    }))
    const { session, builder } = open([[{ text: 'one' }], [{ text: 'two' }]])
    const result = await session.submit('first').wait()
    expect(result.status === 'failed' && result.error).toMatchObject({ code: 'store_failed' })
    expect(assistantText(result.turn)).toBe('one')
    expect(() => session.startInference()).toThrow(/already completed/)
    await session.run('second')
    const opened = await Session.open(store, 's', { builder })
    expect(opened.getTurn(0)).toEqual(session.getTurn(0))
  })

  it('while the run is cancelled leaves the reason of the cancel', async () => {
    let commits = 0
    const { open } = setUp((inner) => ({
      commit: (...args) => (++commits === 2 ? Promise.reject(new Error('disk full')) : inner.commit(...args)),
    }))
    const { session } = open([[{ hang: true }]])
    const handle = session.submit('first')
    await settlePromises()
    const result = await handle.cancel('budget')
    expect([result.status, result.stop]).toEqual(['failed', 'budget'])
  })
})
