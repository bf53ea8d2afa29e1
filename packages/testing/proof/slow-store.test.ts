import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session, type SessionStore } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { seededRandom } from '../src/seeded-random.ts'
import { answer, callOf, engineOf } from './crash-lab.test-helper.ts'
import { slowStore } from './slow-store.test-helper.ts'

const none = z.object({})
const tools = ['pay', 'send', 'look'].map((name) =>
  defineTool({
    ...{ name, description: 'For tests.', input: none, effects: name === 'look' ? 'none' : 'side-effecting' },
    execute: () => 'done',
  }),
)
const reaching: ReadonlySet<string> = new Set(['run-started', 'step-reached', 'run-settled'])

/** What each commit has, of a run that is stopped after some turns of the loop, with a store that takes its time. */
async function commitsOf(seed: number) {
  const random = seededRandom(seed)
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const commits: (readonly string[])[] = []
  const watched: SessionStore = {
    ...inner,
    commit(lease, head, commit) {
      commits.push(commit.records.map(({ type }) => type))
      return inner.commit(lease, head, commit)
    },
  }
  const store = slowStore(watched, random)
  const base = engineOf(callOf('look', 'pay'), callOf('look', 'send', 'look', 'pay'), answer)
  const toolConfig = { maxParallel: 1 }
  const builder = createEngineBuilder({ base, tools, toolConfig, retry: false })
  const session = new Session({ id: 's', builder, store, clock })
  const handle = session.submit('Go')
  const ended = handle.wait()
  for (let turns = random(50); turns > 0; turns--) await settlePromises()
  const isStopped = handle.state !== 'settled'
  void handle.cancel()
  for (let isOver = false; !isOver; ) {
    void ended.then(() => {
      isOver = true
    })
    await settlePromises()
  }
  return { commits, isStopped, session, reopened: await Session.open(store, 's', { builder, clock }) }
}

it('P1, P5: no commit has a turn without the record that says how far it has come, however slow the store is', async () => {
  let stopped = 0
  for (let seed = 1; seed <= 80; seed++) {
    const { commits, isStopped, session, reopened } = await commitsOf(seed)
    if (isStopped) stopped++
    for (const types of commits)
      expect(!types.includes('turn') || types.some((type) => reaching.has(type)), `${seed}: ${types}`).toBe(true)
    expect(reopened.latest, `${seed}`).toEqual(session.latest)
  }
  expect(stopped).toBeGreaterThan(20)
})
