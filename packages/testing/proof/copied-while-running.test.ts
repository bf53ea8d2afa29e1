import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, exportSession, importSession, Session, type SessionStore } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { validateTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { createScriptedEngine, createSequentialIds, type ScriptedCall } from '../src/index.ts'

/** A session that is copied at each write of a run with two payments, and what was paid in all by it and its copies. */
function setUp() {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const exports: string[][] = []
  const forks: Session[] = []
  let paid = 0
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({}),
    effects: 'side-effecting',
    execute: async () => {
      paid++
      await copy()
      return 'Paid.'
    },
  })
  const copy = async () => {
    if (!session.isRunning) return
    const lines: string[] = []
    for await (const line of exportSession(inner, 's')) lines.push(line)
    exports.push(lines)
    forks.push(session.fork({ builder: builderOf() }))
  }
  const store: SessionStore = {
    ...inner,
    async commit(...args) {
      const head = await inner.commit(...args)
      await copy()
      return head
    },
    async appendEvents(...args) {
      await inner.appendEvents(...args)
      await copy()
    },
  }
  const call = { toolCall: 'pay', input: {} }
  const builderOf = (script: readonly ScriptedCall[] = []) =>
    createEngineBuilder({ base: createScriptedEngine([...script, [{ text: 'Done.' }]]), tools: [pay] })
  const options = { clock, ids: createSequentialIds() }
  const session = new Session({ ...options, builder: builderOf([[call, call]]), store, id: 's' })
  return { session, exports, forks, paid: () => paid, options, builderOf }
}

it('P7: what a run is about to do when its session is copied is done by that run alone, wherever it was then', async () => {
  const { session, exports, forks, paid, options, builderOf } = setUp()
  const result = await session.submit('Pay twice').wait()
  expect([result.status, paid()]).toEqual(['completed', 2])
  const copies = [...forks]
  for (const lines of exports.slice()) {
    const store = createMemoryStore(options)
    await importSession(store, lines, { id: 'copy' })
    copies.push(await Session.open(store, 'copy', { ...options, builder: builderOf() }))
  }
  expect(copies.length).toBeGreaterThan(10)
  let resumed = 0
  for (const copy of copies) {
    if (copy.lastRun?.status === 'completed') continue
    const { status, turn } = await copy.resume({ unsureCalls: 'run' }).wait()
    resumed++
    expect([status, validateTurn(turn), paid()]).toEqual(['completed', [], 2])
  }
  expect(resumed).toBeGreaterThan(5)
})
