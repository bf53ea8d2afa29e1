import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { isTerminal } from '@geppetto/events'
import { type EngineBuilder, Session } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { answer, callOf, createCrashLab, engineOf, never, told } from './crash-lab.test-helper.ts'

const none = z.object({})

/** A session whose process died when it had asked for `pay` and `look`, and had started neither; they are never allowed to run either. */
async function loseCalls() {
  const ran: string[] = []
  const tool = (name: string, effects: 'none' | 'side-effecting') =>
    defineTool({ ...{ name, description: 'For tests.', input: none, effects }, execute: () => void ran.push(name) })
  const tools = [
    tool('pay', 'side-effecting'),
    tool('look', 'none'),
    defineTool({ name: 'ask', description: 'Asks a person.', input: none }),
  ]
  const toolExecutor = createToolExecutor({ hooks: { authorize: never } })
  const lab = createCrashLab(tools)
  const builder: EngineBuilder = createEngineBuilder({
    base: engineOf(callOf('pay', 'look', 'ask'), answer),
    ...{ tools, toolExecutor, retry: false },
  })
  const { session: lost } = await lab.start(answer)
  await lost.active?.wait()
  lost.builder = builder
  void lost.submit('Go')
  await settlePromises()
  await lab.storeClock.advance(20_000)
  const session = await Session.open(lab.store, 's', { builder, clock: createManualClock() })
  return { ...lab, ran, session }
}

it('P1: a run that takes up calls and dies before it starts them leaves them as it found them: nobody is asked for an answer', async () => {
  const { store, storeClock, optionsOf, session, ran } = await loseCalls()
  const left = session.latest
  expect(told(left)?.slice(-3)).toEqual(['pay not-run', 'look not-run', 'ask not-run'])
  session.builder = { build: never }
  session.resume()
  await settlePromises()
  await storeClock.advance(20_000)
  const again = await Session.open(store, 's', optionsOf(answer))
  expect(again.lastRun).toMatchObject({ status: 'cancelled', stop: 'owner_lost' })
  expect(again.latest?.blocks).toEqual(left?.blocks)
  const result = await again.resume().wait()
  expect(told(result.turn)?.slice(-3)).toEqual(['pay ok', 'look ok', 'ask pending'])
  expect([result.status, ran.toSorted()]).toEqual(['waiting', ['look', 'pay']])
})

it.each([
  ['a builder that throws', { build: () => Promise.reject(new Error('no key')) }],
  ['a runner that throws', { build: () => Promise.resolve({ runInference: () => Promise.reject(new Error('no')) }) }],
])(
  'P1: a run that fails by %s before it starts the calls that it takes up leaves them as it found them',
  async (_, builder) => {
    const { session, store, optionsOf } = await loseCalls()
    const left = session.latest
    session.builder = builder
    const { status, turn } = await session.resume().wait()
    expect([status, turn.blocks, session.latest?.blocks]).toEqual(['failed', left?.blocks, left?.blocks])
    const opened = await Session.open(store, 's', optionsOf(answer))
    expect(opened.latest).toEqual(session.latest)
  },
)

it('P1: a run that is stopped once it has handed over the calls that it takes up lets none of them wait', async () => {
  const { session, ran, stored } = await loseCalls()
  const handle = session.resume()
  await settlePromises()
  expect((await handle.cancel()).status).toBe('cancelled')
  expect(told(session.latest)?.slice(-3)).toEqual(['pay cancelled', 'look cancelled', 'ask cancelled'])
  expect(ran).toEqual([])
  expect((await stored()).filter(isTerminal)).toHaveLength(3)
})
