import { background, type Context } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { type Event, publish } from '@geppetto/events'
import { appendBlocks, assistantBlock, contentText, createTurn, type Turn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { RunScope } from '../contract/builder.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

type Step = (ctx: Context, turn: Turn, scope?: RunScope) => Turn | Promise<Turn>

function setUp() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  let count = 0
  let step: Step = (_, turn) => appendBlocks(turn, assistantBlock(`answer ${++count}`))
  const builder = { build: () => ({ runInference: async (...args: Parameters<Step>) => step(...args) }) }
  const session = new Session({ builder, clock, store, id: 's' })
  const open = () => Session.open(store, 's', { builder, clock })
  const answerBy = (next: Step): void => {
    step = next
  }
  return { clock, store, session, open, answerBy }
}

const said = (session: Session, last?: number) =>
  session.transcript(last === undefined ? {} : { last }).turns.map(({ blocks }) =>
    blocks.map((block) => {
      if (block.kind === 'user') return contentText(block.content)
      return block.kind === 'assistant' ? block.text : block.kind
    }),
  )

async function eventsBehind(session: Session, ctx: Context): Promise<readonly string[]> {
  const { cursor: from } = session.transcript()
  const events: Event[] = []
  for await (const event of session.attach({ from }, ctx)) events.push(event)
  return events.map(({ type }) => type)
}

describe('the transcript of a session', () => {
  it('has each turn with what it added, where it parts from others, and how many were left out', async () => {
    const { session, open } = setUp()
    for (const prompt of ['one', 'two', 'three']) await session.run(prompt)
    expect(said(session)).toEqual([
      ['one', 'answer 1'],
      ['two', 'answer 2'],
      ['three', 'answer 3'],
    ])
    const { turns, earlier } = session.transcript({ last: 1 })
    expect([turns.length, earlier, turns[0]?.parentId]).toEqual([1, 2, session.getTurn(1).id])
    const opened = await open()
    expect(opened.transcript()).toEqual(session.transcript())
    expect(opened.transcript({ last: 2 }).turns).toEqual(session.transcript().turns.slice(1))
  })

  it('shows the branch that the session is on, with those beside it, of which branches() tells what they say', async () => {
    const { session } = setUp()
    const first = await session.run('one')
    await session.run('two')
    session.editPrompt('uno', { at: 0 })
    await session.startInference().wait()
    expect(said(session)).toEqual([['uno', 'answer 3']])
    session.checkout(session.branches()[0]?.tipId ?? '')
    expect(said(session)).toEqual([
      ['one', 'answer 1'],
      ['two', 'answer 2'],
    ])
    const { turns } = session.transcript()
    expect(turns.map(({ branches }) => branches.map(({ tipId }) => tipId))).toEqual([
      session.branches().map(({ tipId }) => tipId),
      [session.latest?.id],
    ])
    expect(turns[0]?.branches[0]).toEqual({ turnId: first.id, tipId: session.latest?.id, isCurrent: true })
  })

  it('keeps what was said in a turn that a later one leaves out, and what a later one adds in front', async () => {
    const { session } = setUp()
    await session.run('long story')
    session.append(createTurn({ blocks: [userBlock('in short'), assistantBlock('yes')] }))
    expect(said(session)).toEqual([
      ['long story', 'answer 1'],
      ['in short', 'yes'],
    ])
  })

  it('is empty before the first turn, and readers begin with the first event', () => {
    expect(setUp().session.transcript()).toEqual({ turns: [], earlier: 0, cursor: { epoch: 0, seq: 0 } })
  })
})

describe('the cursor of a transcript', () => {
  it('has nothing behind it when no run is active, also in a session that was opened', async () => {
    const { session, open, clock } = setUp()
    await session.run('one')
    const empty = setUp().session
    await empty.save()
    for (const reader of [session, await open(), empty]) {
      const controller = new AbortController()
      const reading = eventsBehind(reader, background({ clock, signal: controller.signal }))
      await settlePromises()
      controller.abort()
      expect(await reading).toEqual([])
    }
  })

  it('lies, while a run goes on, behind the step that the turn has taken in', async () => {
    const { session, clock, answerBy } = setUp()
    const go = Promise.withResolvers<void>()
    answerBy(async (ctx, turn, scope) => {
      publish(ctx, { type: 'info', message: 'before the step' })
      const next = appendBlocks(turn, assistantBlock('first step'))
      await scope?.commitStep(next)
      publish(ctx, { type: 'info', message: 'behind the step' })
      await go.promise
      return appendBlocks(next, assistantBlock('second step'))
    })
    const handle = session.submit('one')
    expect(said(session)).toEqual([['one']])
    await settlePromises()
    expect(said(session)).toEqual([['one', 'first step']])
    const controller = new AbortController()
    const reading = eventsBehind(session, background({ clock, signal: controller.signal }))
    await settlePromises()
    go.resolve()
    await handle.wait()
    await settlePromises()
    controller.abort()
    expect(await reading).toEqual(['step-committed', 'info', 'run-finished'])
  })
})

describe('what somebody else has written', () => {
  it('is told of, and what this object has written is not', async () => {
    const { session, open } = setUp()
    expect(await session.hasChangedElsewhere()).toBe(false)
    await session.run('one')
    const other = await open()
    expect([await session.hasChangedElsewhere(), await other.hasChangedElsewhere()]).toEqual([false, false])
    await other.run('two')
    expect([await session.hasChangedElsewhere(), await other.hasChangedElsewhere()]).toEqual([true, false])
  })
})

describe('a process that shuts down', () => {
  it('leaves the prompts that wait to the next one, and begins none', async () => {
    const { session, open, answerBy, store } = setUp()
    answerBy((ctx) => new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))))
    const handle = session.submit('one')
    session.submit('two', { whenBusy: 'queue' })
    await settlePromises()
    expect(await handle.cancel('shutdown')).toMatchObject({ status: 'cancelled', stop: 'shutdown' })
    expect([session.isRunning, session.queue.length]).toEqual([false, 1])
    answerBy((_, turn) => appendBlocks(turn, assistantBlock('here')))
    const next = await open()
    expect(next.queue).toMatchObject([{ prompt: [{ type: 'text', text: 'two' }], state: 'stored' }])
    await next.beginQueued()?.wait()
    expect(said(next)).toEqual([['one'], ['two', 'here']])
    expect((await collect(store.read('s'))).filter(({ type }) => type === 'prompt-ended')).toHaveLength(1)
  })
})
