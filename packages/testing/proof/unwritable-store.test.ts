import { settlePromises } from '@geppetto/context/manual-clock'
import { foldEvents, isTerminal } from '@geppetto/events'
import { exportSession, Session, SessionError, type SessionStore } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { answer, callOf, createCrashLab, expectSound, never, readToEnd, told } from './crash-lab.test-helper.ts'

/** The store while it refuses what is to be written: all of it, as a read-only one, or what does not fit any more, as on a full disk. */
function refusing(store: SessionStore, how: 'everything' | 'commits') {
  const disk = { isFull: true }
  const refuse =
    <Arguments extends readonly unknown[], T>(write: (...args: Arguments) => Promise<T>) =>
    async (...args: Arguments): Promise<T> => {
      if (disk.isFull) throw new SessionError('store_failed', 'the disk is full', { reason: 'disk_full' })
      return write(...args)
    }
  const writes = { commit: refuse(store.commit), appendEvents: refuse(store.appendEvents) }
  const others = { acquire: refuse(store.acquire), renew: refuse(store.renew), release: refuse(store.release) }
  const full: SessionStore = { ...store, ...writes, ...(how === 'everything' && others) }
  return { full, disk }
}

const ways = ['everything', 'commits'] as const

it.each(ways)('P1: a conversation that a crash has left can be read while its store refuses %s', async (how) => {
  const { store, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const { full } = refusing(store, how)
  const [records, events] = [(await store.find('s'))?.head, await stored()]
  const session = await Session.open(full, 's', optionsOf(answer))
  expect(told(session.latest)).toEqual(['user', 'cut Half an answer'])
  expect(session.lastRun).toMatchObject({ status: 'cancelled', stop: 'owner_lost' })
  expect([session.isRunning, await session.findActive()]).toEqual([false, undefined])
  await expect(session.save()).rejects.toMatchObject({ code: 'store_failed', reason: 'disk_full' })
  expect(await session.submit('And now?').wait()).toMatchObject({ status: 'failed', error: { reason: 'disk_full' } })
  expect([(await store.find('s'))?.head, await stored()]).toEqual([records, events])
  const lines: string[] = []
  for await (const line of exportSession(full, 's')) lines.push(line)
  expect(lines.length).toBeGreaterThan(3)
  const follower = session.attach()
  for (const event of events) expect((await follower.next()).value).toEqual(event)
  await follower.return?.()
})

it.each(ways)('P2, P5: and what became of its run is written when there is room: it refused %s', async (how) => {
  const { store, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const { full, disk } = refusing(store, how)
  const session = await Session.open(full, 's', optionsOf())
  disk.isFull = false
  await session.save()
  expectSound(await stored())
  expect((await stored()).filter(isTerminal)).toMatchObject([{ type: 'run-cancelled', stop: 'owner_lost' }])
  const again = await Session.open(store, 's', optionsOf())
  expect([again.latest, again.lastRun]).toEqual([session.latest, session.lastRun])
  expect(foldEvents(await stored()).blocks).toMatchObject([{ kind: 'assistant', text: 'Half an answer' }])
})

it.each(ways)('P2: or with the next run, in the order in which it happened: it refused %s', async (how) => {
  const { store, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const { full, disk } = refusing(store, how)
  const session = await Session.open(full, 's', optionsOf(answer))
  await session.submit('Refused').wait()
  disk.isFull = false
  await session.run('And now?')
  const expected = ['user', 'cut Half an answer', 'user', 'user', 'All done.']
  expect(told(session.latest)).toEqual(expected)
  const again = await Session.open(store, 's', optionsOf())
  expect([again.latest, again.lastRun, again.turnCount]).toEqual([session.latest, session.lastRun, 3])
  const events = await stored()
  expect(events.filter(isTerminal).map(({ type }) => type)).toEqual(['run-cancelled', 'run-failed', 'run-finished'])
  const epochs = events.map(({ epoch = 0 }) => epoch)
  expect(epochs).toEqual(epochs.toSorted((one, other) => one - other))
  expect(await readToEnd(again)).toEqual(events.slice(0, events.findIndex(isTerminal) + 1))
})

it('P5: a reader who had seen more than the store is told to roll back once it is written', async () => {
  const { start, store, storeClock, optionsOf } = createCrashLab()
  const lost = await start(async (call) => {
    const text = call.text()
    text.append('This is kept')
    await new Promise<void>((resolve) => call.ctx.clock.schedule(resolve, 300))
    text.append(', and this is not')
    return never()
  })
  await lost.clock.advance(300)
  await settlePromises()
  await storeClock.advance(20_000)
  const { seq = 0, epoch = 0 } = lost.seen.at(-1) ?? {}
  const { full, disk } = refusing(store, 'everything')
  const session = await Session.open(full, 's', optionsOf())
  disk.isFull = false
  await session.save()
  const news = await readToEnd(session, { epoch, seq })
  expect(foldEvents([...lost.seen, ...news]).blocks).toMatchObject([{ kind: 'assistant', text: 'This is kept' }])
})

it('P7: calls that may have run are not run again, whether or not that could be written', async () => {
  let paid = 0
  const pay = defineTool({
    ...{ name: 'pay', description: 'For tests.', input: z.object({}), effects: 'side-effecting' },
    execute: () => {
      paid++
      return never()
    },
  })
  const { start, store, storeClock, optionsOf } = createCrashLab([pay])
  await start(callOf('pay'))
  await storeClock.advance(20_000)
  const { full, disk } = refusing(store, 'everything')
  const session = await Session.open(full, 's', optionsOf(answer))
  expect(told(session.latest)).toEqual(['user', 'tool-call', 'pay unknown'])
  disk.isFull = false
  expect((await session.resume().wait()).status).toBe('completed')
  expect([told(session.latest), paid]).toEqual([['user', 'tool-call', 'pay unknown', 'All done.'], 1])
  expect((await Session.open(store, 's', optionsOf())).latest).toEqual(session.latest)
})

it('P3: a run whose owner lives is left to it, also where nothing can be asked of it', async () => {
  const { store, start, optionsOf } = createCrashLab()
  const lost = await start(async (call) => {
    call.text().append('Still at it')
    return never()
  })
  await lost.clock.advance(250)
  const { full } = refusing(store, 'everything')
  const session = await Session.open(full, 's', optionsOf())
  expect(await session.findActive()).toMatchObject({ runId: lost.handle.runId })
  expect([session.lastRun, told(session.latest)]).toEqual([undefined, ['user']])
})

it('P3: where somebody else has settled it meanwhile, nothing is written over that', async () => {
  const { store, optionsOf, loseHalfAnswer, stored } = createCrashLab()
  await loseHalfAnswer()
  const { full, disk } = refusing(store, 'everything')
  const session = await Session.open(full, 's', optionsOf())
  await Session.open(store, 's', optionsOf())
  const events = await stored()
  disk.isFull = false
  await expect(session.save()).rejects.toMatchObject({ code: 'session_conflict' })
  expect(await stored()).toEqual(events)
})
