import { getEventListeners } from 'node:events'
import { background } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { type Engine, startProviderCall } from '@geppetto/engine'
import { type Event, type EventCursor, foldEvents, isTerminal } from '@geppetto/events'
import { expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { EngineBuilder } from '../contract/builder.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

/** A session whose run says what it is told to, when it is told to. */
function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const info = { api: 'test', host: 'embedded', model: 'm' }
  let say: (delta: string) => void = () => {}
  let end: () => void = () => {}
  const engine: Engine = {
    info,
    async runInference(ctx, turn) {
      const call = startProviderCall(ctx, turn, info)
      const text = call.text()
      say = (delta) => text.append(delta)
      await new Promise<void>((resolve) => {
        end = resolve
      })
      text.finish()
      call.stop('end_turn')
      return call.finish()
    },
  }
  const builder: EngineBuilder = { build: () => ({ runInference: (ctx, turn) => engine.runInference(ctx, turn) }) }
  const session = new Session({ id: 's', builder, store, clock })
  const ctx = background({ clock })
  const start = async (prompt = 'Go') => {
    const handle = session.submit(prompt)
    await settlePromises()
    return handle
  }
  /** Reads until told to stop; `texts` are the deltas. */
  const follow = (from?: EventCursor, of: Session = session) => {
    const events: Event[] = []
    const reader = of.attach(from === undefined ? {} : { from }, ctx)
    const done = (async () => {
      for await (const event of reader) events.push(event)
    })()
    return { events, reader, done, texts: () => events.flatMap((event) => ('delta' in event ? [event.delta] : [])) }
  }
  return { clock, store, session, builder, start, follow, say: (delta: string) => say(delta), end: () => end() }
}

const cursorOf = ({ epoch = 0, seq = 0 }: Partial<Event> = {}): EventCursor => ({ epoch, seq })
const whole = (events: readonly Event[]) => foldEvents(events).blocks.map((block) => 'text' in block && block.text)

it('gives what was said, then what is said, at once, to any number of readers', async () => {
  const { start, follow, say, end } = setUp()
  const early = follow()
  const handle = await start()
  say('one ')
  await settlePromises()
  expect(early.texts()).toEqual(['one '])
  const late = follow()
  await settlePromises()
  say('two')
  await settlePromises()
  expect([early.texts(), late.texts()]).toEqual([
    ['one ', 'two'],
    ['one ', 'two'],
  ])
  end()
  await handle.wait()
  await settlePromises()
  for (const { events } of [early, late]) {
    expect(events.filter(isTerminal)).toHaveLength(1)
    expect(events.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq).toSorted((one, other) => one - other))
    expect(whole(events)).toEqual(['one two'])
  }
  for (const { reader, done } of [early, late]) {
    await reader.return?.()
    await done
  }
})

it('goes on with the next run, and ends when the context does', async () => {
  const { session, clock, start, end } = setUp()
  const controller = new AbortController()
  const seen: string[] = []
  const reading = (async () => {
    for await (const { type } of session.attach({}, background({ clock, signal: controller.signal })))
      if (type.startsWith('run-')) seen.push(type)
  })()
  for (const prompt of ['one', 'two']) {
    const handle = await start(prompt)
    end()
    await handle.wait()
    await settlePromises()
  }
  expect(seen).toEqual(['run-started', 'run-finished', 'run-started', 'run-finished'])
  controller.abort()
  await reading
  expect(clock.scheduled).toBe(0)
})

it('P5: tells a reader to roll back where the store has merged deltas across the place where it is', async () => {
  const { clock, start, follow, say, end } = setUp()
  const handle = await start()
  const first = follow()
  await settlePromises()
  say('one ')
  say('two ')
  await settlePromises()
  const seen = first.events.slice(0, -1)
  const from = cursorOf(seen.at(-1))
  await first.reader.return?.()
  say('three')
  await clock.advance(250)
  const second = follow(from)
  await settlePromises()
  expect(second.events[0]).toMatchObject({ type: 'run-rolled-back', fromSeq: from.seq })
  end()
  await handle.wait()
  await settlePromises()
  expect(whole([...seen, ...second.events])).toEqual(['one two three'])
  await second.reader.return?.()
})

it('gives another owner’s events within a moment of their being written', async () => {
  const { clock, store, session, builder, start, follow, say, end } = setUp()
  const handle = await start()
  say('one ')
  await clock.advance(250)
  const other = await Session.open(store, 's', { builder, clock })
  const watched = follow(undefined, other)
  await settlePromises()
  expect(watched.texts()).toEqual(['one '])
  say('two')
  await clock.advance(450)
  expect(watched.texts()).toEqual(['one ', 'two'])
  end()
  await handle.wait()
  await clock.advance(200)
  expect(watched.events.filter(isTerminal)).toHaveLength(1)
  expect(whole(watched.events)).toEqual(['one two'])
  await watched.reader.return?.()
  await watched.done
  expect([session.isRunning, clock.scheduled]).toEqual([false, 0])
})

it('tells of a gap where the run could not write what it had said', async () => {
  let fails = false
  const { store, start, follow, say, end } = setUp((inner) => ({
    appendEvents: (...args) => (fails ? Promise.reject(new Error('disk full')) : inner.appendEvents(...args)),
  }))
  const handle = await start()
  fails = true
  say('lost to who comes late ')
  const late = follow()
  await settlePromises()
  expect(late.events.at(-1)).toMatchObject({ type: 'gap' })
  say('but not this')
  end()
  await handle.wait()
  await settlePromises()
  // What was given back is written with the next commit.
  const stored = await collect(store.readEvents('s'))
  expect(stored.map(({ event }) => event.type)).toEqual([
    ...['run-started', 'provider-call-started', 'text-started', 'text-finished', 'provider-call-finished'],
    'run-finished',
  ])
  // The event that ends the text has all of it.
  expect(whole(late.events)).toEqual(['lost to who comes late but not this'])
  await late.reader.return?.()
})

it('is refused without a store, and fails as the store does', async () => {
  const { builder } = setUp()
  const alone = new Session({ builder })
  expect(() => alone.attach()).toThrow(/has no store/)
  const broken = setUp(() => ({
    readEvents() {
      throw new Error('disk')
    },
  }))
  await expect(broken.session.attach().next()).rejects.toMatchObject({ code: 'store_failed' })
})

it('P13: leaves nothing behind where readers leave in the middle', async () => {
  const { session, clock, start, end } = setUp()
  const handle = await start()
  end()
  await handle.wait()
  const { signal } = new AbortController()
  for (let count = 0; count < 20; count++)
    for await (const _ of session.attach({}, background({ clock, signal }))) break
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('P5: takes back from a reader what the store does not have', async () => {
  const { clock, session, start, end } = setUp()
  for (const prompt of ['one', 'two']) {
    const handle = await start(prompt)
    end()
    await handle.wait()
  }
  const first = async (from: EventCursor) => {
    const events: Event[] = []
    for await (const event of session.attach({ from }, background({ clock }))) if (events.push(event) === 2) break
    return events.map(({ type, seq, ...event }) => [type, 'fromSeq' in event ? event.fromSeq : seq])
  }
  expect(await first({ epoch: 9, seq: 500 })).toEqual([
    ['run-rolled-back', 1],
    ['run-started', 1],
  ])
  // Of that owner nothing is there at all: it has said nothing that was kept.
  expect((await first({ epoch: 0, seq: 500 }))[0]).toEqual(['run-started', 1])
  expect(await first({ epoch: 1, seq: 500 })).toEqual([
    ['run-rolled-back', 7],
    ['run-started', 7],
  ])
})

it('refuses a cursor that is none', () => {
  const { session } = setUp()
  for (const from of [null, 5, 'x', { seq: 5 }, { epoch: 1, seq: -1 }])
    expect(() => session.attach({ from: Object(from) }), JSON.stringify(from)).toThrow(/from must be \{ epoch, seq \}/)
})
