import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { foldEvents, hubFrom, isTerminal } from '@geppetto/events'
import { isSessionBusyError, Session, type SessionStore } from '@geppetto/session'
import { defineTool, type Tool } from '@geppetto/tools'
import { assistantText, validateTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  answer,
  callOf,
  createCrashLab,
  engineOf,
  expectSound,
  never,
  readToEnd,
  told,
} from './crash-lab.test-helper.ts'

const none = z.object({})

it('P1, P2, P5: what a run had said when its process died is in the history, marked, and the session is free', async () => {
  const { loseHalfAnswer, open, stored } = createCrashLab()
  await loseHalfAnswer()
  const session = await open(answer)
  expect(told(session.latest)).toEqual(['user', 'cut Half an answer'])
  expect(session.isRunning).toBe(false)
  const events = await stored()
  expectSound(events)
  expect(events.filter(isTerminal).map(({ type, ...event }) => [type, 'stop' in event && event.stop])).toEqual([
    ['run-cancelled', 'owner_lost'],
  ])
  expect((await session.run('And now?')) && told(session.latest)).toEqual([
    ...['user', 'cut Half an answer', 'user', 'All done.'],
  ])
  const again = await open()
  expect(again.latest).toEqual(session.latest)
  expect((await stored()).filter(isTerminal)).toHaveLength(2)
})

it('P5: a reader who saw more than the store is told to roll back, and then has what is committed', async () => {
  const { start, open } = createCrashLab()
  const lost = await start(async (call) => {
    const text = call.text()
    text.append('This is kept')
    await new Promise<void>((resolve) => call.ctx.clock.schedule(resolve, 300))
    text.append(', and this is not')
    return never()
  })
  await lost.clock.advance(300)
  await settlePromises()
  expect(lost.seen.at(-1)).toMatchObject({ delta: ', and this is not' })
  const { seq = 0, epoch = 0 } = lost.seen.at(-1) ?? {}
  const session = await open(answer)
  const news = await readToEnd(session, { epoch, seq })
  const rollBacks = news.flatMap((event) => (event.type === 'run-rolled-back' ? [event.fromSeq] : []))
  expect(rollBacks).toEqual([2, seq])
  expect(foldEvents([...lost.seen, ...news]).blocks).toMatchObject([{ kind: 'assistant', text: 'This is kept' }])
  expect(told(session.latest)).toEqual(['user', 'cut This is kept'])
})

it('P5: a reader of an owner of whom nothing is there has nothing taken back, and goes on behind it', async () => {
  const { loseHalfAnswer, open } = createCrashLab()
  await loseHalfAnswer()
  const [first] = await readToEnd(await open(), { epoch: 0, seq: 500 })
  expect(first).toMatchObject({ type: 'run-started', seq: 1 })
})

it('P5: a reader who was told that something is taken back, of which nobody else knows, gets it again', async () => {
  const { start, open } = createCrashLab()
  const lost = await start(async (call) => {
    call.text().append('This is kept')
    await new Promise<void>((resolve) => call.ctx.clock.schedule(resolve, 300))
    hubFrom(call.ctx)?.publish({ type: 'run-rolled-back', fromSeq: 2, reason: 'it is said again' }, {})
    return never()
  })
  await lost.clock.advance(300)
  await settlePromises()
  expect(foldEvents(lost.seen).blocks).toEqual([])
  const { seq = 0, epoch = 0 } = lost.seen.at(-1) ?? {}
  const session = await open(answer)
  const news = await readToEnd(session, { epoch, seq })
  expect(foldEvents([...lost.seen, ...news]).blocks).toMatchObject([{ kind: 'assistant', text: 'This is kept' }])
  expect(told(session.latest)).toEqual(['user', 'cut This is kept'])
})

it('P7: after a crash, what tools did stays, what was never started is run, and what may have run is not', async () => {
  const ran: string[] = []
  const tool = (name: string, effects: Tool['effects'], work: () => unknown) =>
    defineTool({
      ...{ name, description: 'For tests.', input: none, effects },
      execute: async () => {
        ran.push(name)
        await work()
        return 'done'
      },
    })
  let isAlive = false
  const tools = [
    tool('note', 'side-effecting', () => {}),
    tool('look', 'none', () => (isAlive ? undefined : never())),
    tool('pay', 'side-effecting', never),
    tool('send', 'side-effecting', () => {}),
  ]
  const { start, open, stored } = createCrashLab(tools)
  const builder = (engine: ReturnType<typeof engineOf>) =>
    createEngineBuilder({ base: engine, tools, retry: false, toolConfig: { maxParallel: 2 } })
  const { session: lost } = await start(answer)
  await lost.active?.wait()
  lost.builder = builder(engineOf(callOf('note', 'look', 'pay', 'send'), answer))
  void lost.submit('Go')
  await settlePromises()
  expect(ran.toSorted()).toEqual(['look', 'note', 'pay'])
  const session = await open(answer)
  expect(told(session.latest)?.slice(-4)).toEqual(['note ok', 'look unknown', 'pay unknown', 'send not-run'])
  isAlive = true
  const result = await session.resume().wait()
  expect([result.status, assistantText(result.turn)]).toEqual(['completed', 'All done.'])
  expect(ran.slice(3)).toEqual(['look', 'send'])
  expect(told(result.turn)?.slice(-5)).toEqual(['note ok', 'look ok', 'pay unknown', 'send ok', 'All done.'])
  expect(validateTurn(result.turn)).toEqual([])
  expect((await stored()).filter(isTerminal)).toHaveLength(3)
})

it('P5, P7: a call that was begun again right before the end is told to be unknown, as it is in the turn', async () => {
  const pay = defineTool({
    ...{ name: 'pay', description: 'For tests.', input: none, effects: 'side-effecting' },
    execute: never,
  })
  const { start, open, stored, store, storeClock } = createCrashLab([pay])
  const builder = createEngineBuilder({
    base: engineOf(callOf('pay', 'pay')),
    ...{ tools: [pay], retry: false, toolConfig: { maxParallel: 1 } },
  })
  const { session: lost } = await start(answer)
  await lost.active?.wait()
  lost.builder = builder
  void lost.submit('Go')
  await settlePromises()
  await storeClock.advance(20_000)
  const again = await Session.open(store, 's', { builder, clock: createManualClock() })
  expect(told(again.latest)?.slice(-2)).toEqual(['pay unknown', 'pay not-run'])
  again.resume()
  await settlePromises()
  const copy = await open(answer)
  const last = copy.latest?.blocks.at(-1)
  expect(told(copy.latest)?.slice(-2)).toEqual(['pay unknown', 'pay unknown'])
  const ends = (await stored()).filter(({ type }) => type === 'tool-execution-finished')
  expect(ends.at(-1)).toMatchObject({ outcome: 'unknown', correlation: { segmentId: last?.id } })
})

it('P3: a run whose owner lives is left alone, can be watched, and stopped from elsewhere', async () => {
  const { start, store, storeClock } = createCrashLab()
  const own = await start((call) => {
    call.text().append('Still here')
    return never()
  })
  await own.clock.advance(250)
  const other = await Session.open(store, 's', { builder: own.session.builder, clock: storeClock })
  expect(await other.findActive()).toMatchObject({ runId: own.handle.runId })
  const refused = await other.submit('Me too').wait()
  expect(refused.status === 'failed' && isSessionBusyError(refused.error)).toBe(true)
  const watching = readToEnd(other)
  await settlePromises()
  const cancelled = other.cancelActive()
  await settlePromises()
  await own.clock.advance(250)
  // The engine does not listen.
  await own.clock.advance(1_500)
  expect(await own.handle.wait()).toMatchObject({ status: 'cancelled', stop: 'user' })
  await storeClock.advance(200)
  await cancelled
  const watched = await watching
  expectSound(watched)
  // The store threw it away at the end: it was heard before.
  expect(watched).toContainEqual(expect.objectContaining({ type: 'text-delta', delta: 'Still here' }))
})

it('P3: who finds a lost run while another settles it reads the session again, and settles nothing', async () => {
  const { store, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const options = optionsOf()
  let isFirst = true
  const slow: SessionStore = {
    ...store,
    async acquire(...args) {
      if (isFirst) {
        isFirst = false
        await Session.open(store, 's', options)
      }
      return store.acquire(...args)
    },
  }
  const session = await Session.open(slow, 's', options)
  expect(told(session.latest)).toEqual(['user', 'cut Half an answer'])
  expect((await stored()).filter(isTerminal)).toHaveLength(1)
  expect(session.latest).toEqual((await Session.open(store, 's', options)).latest)
})

it('P5: the store has each event of a run once it is over, also where it could not be written at first, and no delta', async () => {
  const { store, storeClock, stored } = createCrashLab()
  let fails = true
  const unsteady: SessionStore = {
    ...store,
    appendEvents: (...args) => (fails ? Promise.reject(new Error('disk full')) : store.appendEvents(...args)),
  }
  const wait = (clock: { schedule(wake: () => void, ms: number): unknown }) =>
    new Promise<void>((resolve) => void clock.schedule(resolve, 300))
  const engine = engineOf(async (call) => {
    const text = call.text()
    for (const delta of ['one ', 'two ', 'three']) {
      text.append(delta)
      await wait(call.ctx.clock)
      fails = !fails
    }
    text.finish()
  })
  const builder = createEngineBuilder({ base: engine, retry: false })
  const session = new Session({ id: 's', builder, store: unsteady, clock: storeClock })
  const handle = session.submit('Count')
  for (let step = 0; step < 4; step++) await storeClock.advance(300)
  expect(await handle.wait()).toMatchObject({ status: 'completed', warnings: [] })
  const events = await stored()
  expect(events.map(({ type }) => type)).toEqual([
    ...['run-started', 'provider-call-started', 'text-started', 'text-finished', 'provider-call-finished'],
    'run-finished',
  ])
})

it('P2: the end of runs that could not be written is in the store with the next one', async () => {
  const { store, storeClock, stored } = createCrashLab()
  let isFull = false
  const filling: SessionStore = {
    ...store,
    commit: (lease, head, commit) =>
      isFull && commit.release === true ? Promise.reject(new Error('disk full')) : store.commit(lease, head, commit),
  }
  const builder = createEngineBuilder({ base: engineOf(answer, answer, answer), retry: false })
  const session = new Session({ id: 's', builder, store: filling, clock: storeClock })
  isFull = true
  const failed = [await session.submit('One').wait(), await session.submit('Two').wait()]
  expect(failed.map(({ status }) => status)).toEqual(['failed', 'failed'])
  expect((await stored()).filter(isTerminal).map(({ correlation }) => correlation.runId)).toEqual([failed[0]?.runId])
  isFull = false
  await session.run('Three')
  const ends = (await stored()).filter(isTerminal)
  expect(ends.map(({ type, correlation }) => [type, correlation.runId])).toEqual([
    ...failed.map(({ runId }) => ['run-failed', runId]),
    ['run-finished', session.lastRun?.runId],
  ])
  const settled: unknown[] = []
  for await (const { type, runId, status } of store.read('s')) if (type === 'run-settled') settled.push([runId, status])
  expect(settled).toEqual([...failed.map(({ runId }) => [runId, 'failed']), [session.lastRun?.runId, 'completed']])
  const reopened = await Session.open(store, 's', { builder, clock: storeClock })
  expect([reopened.latest, reopened.turnCount]).toEqual([session.latest, 3])
})

it('P13: opening a session that fails half way leaves nobody holding it', async () => {
  const { store, storeClock, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const timers = storeClock.scheduled
  const options = optionsOf()
  for (const method of ['find', 'readEvents'] as const) {
    const failing: SessionStore = {
      ...store,
      [method]() {
        throw new Error('disk')
      },
    }
    await expect(Session.open(failing, 's', options)).rejects.toMatchObject({ code: 'store_failed' })
    expect([(await store.find('s'))?.active, storeClock.scheduled]).toEqual([undefined, timers])
  }
  await Session.open(store, 's', options)
  expect((await stored()).filter(isTerminal)).toHaveLength(1)
})
