import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session, type Snapshot } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { createScriptedEngine } from '../src/index.ts'

function setUp(keepSnapshots?: ConstructorParameters<typeof Session>[0]['keepSnapshots']) {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const look = defineTool({ name: 'look', description: 'Looks.', input: z.object({}), execute: () => 'rain' })
  const seen: Snapshot[] = []
  const base = createScriptedEngine([
    [{ text: 'Let me see.' }, { toolCall: 'look', input: {} }],
    [{ text: 'Take an umbrella.' }],
    [{ text: 'Yes.' }],
  ])
  const builder = createEngineBuilder({ base, tools: [look], snapshotHook: (_, snapshot) => void seen.push(snapshot) })
  const session = new Session({ id: 's', store, builder, clock, ...(keepSnapshots && { keepSnapshots }) })
  const run = async (prompt: string) => {
    seen.length = 0
    const handle = session.submit(prompt)
    await clock.advance(1_000)
    await handle.wait()
    return { runId: handle.runId, seen: [...seen] }
  }
  const reopen = () => Session.open(store, 's', { builder, clock })
  return { run, session, reopen, store }
}

it('keeps the turn at each phase of a run, as the snapshot hook saw it, where it is asked for', async () => {
  const { run, session, reopen } = setUp(true)
  const first = await run('Do I need an umbrella?')
  const second = await run('Really?')
  for (const { runId, seen } of [first, second]) {
    const kept = await (await reopen()).snapshots(runId)
    expect(kept).toEqual(seen)
    expect(await session.snapshots(runId)).toEqual(seen)
  }
  expect(first.seen.map(({ phase, iteration, isOpen }) => `${phase} ${iteration}${isOpen ? ' open' : ''}`)).toEqual([
    ...['pre_inference 1', 'post_inference 1 open', 'post_tools 1'],
    ...['pre_inference 2', 'post_inference 2', 'final 2'],
  ])
})

it('keeps the phases that are named, and none by default', async () => {
  const some = setUp(['final'])
  const { runId, seen } = await some.run('Do I need an umbrella?')
  expect(await some.session.snapshots(runId)).toEqual(seen.slice(-1))
  expect(await some.session.snapshots('run_of_nobody')).toEqual([])
  const none = setUp()
  expect(await none.session.snapshots((await none.run('Do I?')).runId)).toEqual([])
})

it('refuses what is no phase', () => {
  const wrong: unknown = ['pre_flight']
  expect(() => setUp(Object(wrong))).toThrow(/keepSnapshots must be true, or a list of pre_inference, .*"pre_flight"/)
})
