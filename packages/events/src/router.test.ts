import { background, withCancel } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { createEventHub, type EventHub } from './hub.ts'
import { createMemoryTransport } from './memory-transport.ts'
import { collectingSink, recordRichRun } from './rich-run.test-helper.ts'
import { createEventRouter } from './router.ts'
import type { EventSink } from './sink.ts'

const ctx = background({ clock: createManualClock() })

function routed() {
  const transport = createMemoryTransport()
  return { transport, router: createEventRouter({ transport }) }
}

function hubWith(...sinks: EventSink[]): { hub: EventHub; say: (message: string) => void } {
  const hub = createEventHub({ clock: createManualClock(), sinks })
  return { hub, say: (message) => hub.publish({ type: 'info', message }, {}) }
}

describe('the router', () => {
  it('brings the events of a topic to its handlers, whole and in order, and to no others', async () => {
    const { router } = routed()
    const seen: Event[] = []
    const elsewhere: Event[] = []
    router.handle('chat', 'chat', (event) => void seen.push(event))
    router.handle('audit', 'audit', (event) => void elsewhere.push(event))
    const running = router.run(ctx)
    const sink = router.sink('chat')
    const events = recordRichRun()
    for (const event of events) expect(sink.publish(event)).toBeUndefined()
    expect(seen).toEqual(events)
    expect(seen[0]).not.toBe(events[0])
    expect(elsewhere).toEqual([])
    await router.close()
    await running
  })

  it('takes a handler while it runs', () => {
    const { router } = routed()
    void router.run(ctx)
    const seen: Event[] = []
    router.handle('late', 'chat', (event) => void seen.push(event))
    for (const event of recordRichRun().slice(0, 2)) router.sink('chat').publish(event)
    expect(seen.length).toBe(2)
    return router.close()
  })

  it('refuses two handlers of one name', () => {
    const { router } = routed()
    router.handle('chat', 'chat', () => {})
    expect(() => router.handle('chat', 'other', () => {})).toThrow(
      expect.objectContaining({ code: 'duplicate_handler', message: expect.stringContaining('its own name') }),
    )
  })

  it('calls a slow handler with one event at a time, and holds up the sink', async () => {
    const { router } = routed()
    const seen: number[] = []
    let atWork = 0
    router.handle('slow', 'chat', async ({ seq }) => {
      expect(++atWork).toBe(1)
      await settlePromises()
      seen.push(seq)
      atWork--
    })
    void router.run(ctx)
    const { hub, say } = hubWith(router.sink('chat'))
    for (const message of ['one', 'two', 'three']) say(message)
    expect(hub.pressure).toBeInstanceOf(Promise)
    await hub.pressure
    expect(seen).toEqual([1, 2, 3])
    await router.close()
  })

  it('keeps one order for all handlers when one of them publishes to its own topic', () => {
    const { transport, router } = routed()
    const orders: number[][] = [[], []]
    const info: Event = { type: 'info', message: 'x', v: 1, seq: 1, time: 1, correlation: {} }
    router.handle('answering', 'chat', ({ seq }) => {
      orders[0]?.push(seq)
      if (seq === 1) void transport.publish('chat', JSON.stringify({ ...info, seq: 2 }))
    })
    router.handle('listening', 'chat', ({ seq }) => void orders[1]?.push(seq))
    void router.run(ctx)
    router.sink('chat').publish(info)
    expect(orders).toEqual([
      [1, 2],
      [1, 2],
    ])
    return router.close()
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ] as const)('keeps a handler that %s from disturbing the others, and tells the run', async (_how, fail) => {
    const { router } = routed()
    const seen: string[] = []
    router.handle('broken', 'chat', fail)
    router.handle('whole', 'chat', ({ type }) => void seen.push(type))
    void router.run(ctx)
    const other = collectingSink()
    const { hub, say } = hubWith(router.sink('chat'), other)
    say('one')
    await settlePromises()
    say('two')
    await settlePromises()
    expect(other.events.map((event) => (event.type === 'log' ? event.message : event.type))).toContain(
      'an event sink failed and goes on: handler broken of topic chat failed: broken',
    )
    expect(hub.warnings[0]?.message).toContain('and 1 more times')
    expect(seen.filter((type) => type === 'info').length).toBe(2)
    await router.close()
  })

  it('names every handler that failed on an event', () => {
    const { router } = routed()
    for (const name of ['one', 'two'])
      router.handle(name, 'chat', () => {
        throw new Error(`${name} is broken`)
      })
    void router.run(ctx)
    const [event] = recordRichRun()
    expect(() => event && router.sink('chat').publish(event)).toThrow(
      'handler one of topic chat failed: one is broken; handler two of topic chat failed: two is broken',
    )
    return router.close()
  })

  it.each([
    ['text that is no JSON', 'hello', /is not JSON: "hello"/],
    ['another value', '[1]', /not an event: \[1\]/],
    ['an object that is no event', '{"type":"info"}', /not an event/],
    ['an event without a place', '{"type":"info","v":1,"time":1,"correlation":{}}', /not an event/],
    ['an event of another version', '{"type":"info","v":2}', /version 2, where this version reads 1/],
  ])('tells the publisher of %s', (_what, payload, message) => {
    const { transport, router } = routed()
    let calls = 0
    router.handle('chat', 'chat', () => void calls++)
    void router.run(ctx)
    expect(() => transport.publish('chat', payload)).toThrow(message)
    expect(calls).toBe(0)
    return router.close()
  })

  it('passes on what it does not know: types and fields of a later version', () => {
    const { transport, router } = routed()
    const seen: Event[] = []
    router.handle('chat', 'chat', (event) => void seen.push(event))
    void router.run(ctx)
    const unknown = { type: 'hologram-started', v: 1, seq: 1, time: 1, correlation: { roomId: 'x' }, depth: 3 }
    void transport.publish('chat', JSON.stringify(unknown))
    expect(seen).toEqual([unknown])
    return router.close()
  })

  it('stops when the context aborts, leaving no listener', async () => {
    const { router } = routed()
    const seen: Event[] = []
    router.handle('chat', 'chat', (event) => void seen.push(event))
    const work = withCancel(ctx)
    const running = router.run(work.ctx)
    work.cancel()
    await running
    for (const event of recordRichRun()) router.sink('chat').publish(event)
    expect(seen).toEqual([])
    work.release()
    await expect(createEventRouter({ transport: createMemoryTransport() }).run(work.ctx)).resolves.toBeUndefined()
  })

  it('calls no handler once it is closed, even if the transport delivers what was under way', async () => {
    const listeners: ((payload: string) => unknown)[] = []
    const router = createEventRouter({
      transport: {
        publish: () => {},
        subscribe(_topic, listener) {
          listeners.push(listener)
          return () => {}
        },
      },
    })
    let calls = 0
    router.handle('chat', 'chat', () => void calls++)
    void router.run(ctx)
    const [event] = recordRichRun()
    const deliver = () => listeners.forEach((listener) => void listener(JSON.stringify(event)))
    deliver()
    await router.close()
    deliver()
    expect(calls).toBe(1)
  })

  it('runs once, and takes nothing once it is closed', async () => {
    const { router } = routed()
    const running = router.run(ctx)
    await expect(router.run(ctx)).rejects.toMatchObject({ code: 'router_running' })
    await router.close()
    await router.close()
    await running
    await expect(router.run(ctx)).rejects.toMatchObject({ code: 'router_closed' })
    expect(() => router.handle('late', 'chat', () => {})).toThrow(expect.objectContaining({ code: 'router_closed' }))
  })

  it('closes without having run', async () => {
    await expect(routed().router.close()).resolves.toBeUndefined()
  })

  it('waits for a handler at work when it is closed, but not for ever', async () => {
    const clock = createManualClock()
    const { router } = routed()
    const work = Promise.withResolvers<void>()
    const seen: number[] = []
    router.handle('slow', 'chat', ({ seq }) => {
      seen.push(seq)
      return work.promise
    })
    const running = router.run(background({ clock }))
    const { hub, say } = hubWith(router.sink('chat'))
    say('one')
    say('two')
    let isClosed = false
    void router.close().then(() => {
      isClosed = true
    })
    await clock.advance(999)
    expect(isClosed).toBe(false)
    await clock.advance(1)
    expect(isClosed).toBe(true)
    await running
    expect(clock.scheduled).toBe(0)
    work.resolve()
    await hub.drain(1_000)
    expect(seen).toEqual([1])
  })
})
