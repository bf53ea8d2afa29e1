import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { type Event, foldEvents } from '@geppetto/events'
import { createMemoryStore, Session, type SessionStore } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import type { Block } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { answer, callOf, engineOf, never, readToEnd } from './crash-lab.test-helper.ts'

const none = z.object({})
const effects = 'side-effecting'
const tools = [
  defineTool({ name: 'look', description: 'Looks.', input: none, effects: 'none', execute: () => ({ seen: 'a cat' }) }),
  defineTool({ name: 'pay', description: 'Pays.', input: none, effects, execute: () => 'Paid.' }),
  defineTool({
    name: 'break',
    description: 'Breaks.',
    input: none,
    effects,
    execute: () => Promise.reject(new Error('no')),
  }),
  defineTool({ name: 'need', description: 'Needs.', input: z.object({ x: z.string() }), effects, execute: () => 'x' }),
  defineTool({ name: 'deny', description: 'Is denied.', input: none, effects, execute: () => 'x' }),
  defineTool({ name: 'ask', description: 'Asks a person.', input: none }),
  defineTool({ name: 'hang', description: 'Hangs.', input: none, effects, execute: never }),
  defineTool({ name: 'late', description: 'Comes too late.', input: none, effects, execute: () => 'x' }),
]
const names = [...tools.map(({ name }) => name), 'unheard-of']

/** What became of each call, as readers and the next model are told. */
const resultsOf = (blocks: readonly Block[]) =>
  Object.fromEntries(
    blocks.flatMap((block) =>
      block.kind === 'tool-result'
        ? [[block.callId, { name: block.name, outcome: block.outcome, content: block.content }]]
        : [],
    ),
  )

/** A process that dies at its write number `last`: what it says and writes from there on nobody gets. */
async function crashAt(last: number) {
  const storeClock = createManualClock()
  const inner = createMemoryStore({ clock: storeClock })
  let writes = 0
  const dying =
    <Args extends readonly unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      ++writes > last ? never() : write(...args)
  const store: SessionStore = {
    ...inner,
    commit: dying((...args: Parameters<SessionStore['commit']>) => inner.commit(...args)),
    appendEvents: dying((...args: Parameters<SessionStore['appendEvents']>) => inner.appendEvents(...args)),
  }
  const builder = createEngineBuilder({
    base: engineOf(callOf('look'), callOf(...names), answer),
    tools,
    retry: false,
    toolConfig: { maxParallel: 2 },
    toolExecutor: createToolExecutor({
      hooks: {
        authorize: (_, { tool }) =>
          tool.name === 'deny' ? { decision: 'deny', reason: 'Not that.' } : { decision: 'allow' },
      },
    }),
  })
  const clock = createManualClock()
  const session = new Session({ id: 's', builder, store, clock })
  const seen: Event[] = []
  const handle = session.submit('Go on')
  void (async () => {
    for await (const event of handle.events()) seen.push(event)
  })()
  for (let step = 0; step < 8; step++) {
    await settlePromises()
    await clock.advance(50)
  }
  await storeClock.advance(20_000)
  return { inner, storeClock, builder, seen, isOver: writes <= last }
}

it('P5: what became of each call is the same for readers, for those who come later, and in the turn, wherever the process died', async () => {
  let last = 1
  const outcomes = new Set<string>()
  for (let isOver = false; !isOver && last < 40; last++) {
    const crashed = await crashAt(last)
    isOver = crashed.isOver
    const { inner, storeClock, builder, seen } = crashed
    const session = await Session.open(inner, 's', { builder, clock: storeClock })
    const results = resultsOf(session.latest?.blocks ?? [])
    for (const result of Object.values(results)) outcomes.add(`${result.name} ${result.outcome}`)
    const { seq = 0, epoch = 0 } = seen.at(-1) ?? {}
    const heard = [...seen, ...(await readToEnd(session, { epoch, seq }))]
    expect(resultsOf(foldEvents(heard).blocks), `heard, ${last}`).toEqual(results)
    expect(resultsOf(foldEvents(await readToEnd(session)).blocks), `read, ${last}`).toEqual(results)
  }
  expect(last).toBeGreaterThan(5)
  for (const seldom of [
    'look unknown',
    'look ok',
    'pay not-run',
    'pay ok',
    'break error',
    'need error',
    'deny denied',
    'hang unknown',
  ])
    expect(outcomes).toContain(seldom)
})
