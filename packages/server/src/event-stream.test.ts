import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { foldEvents, publish } from '@geppetto/events'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import { eventsIn, type Frame, framesUntil, readFrames } from './frames.test-helper.ts'
import { saidIn, says, serve, untilStatus } from './serve.test-helper.ts'
import { createSessionServer } from './session-server.ts'

const isEnd = ({ data }: Frame) =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'run-finished'
const saidBy = (frames: readonly Frame[]) => foldEvents(eventsIn(frames)).blocks.map(saidIn)

describe('the events of a session', () => {
  it('come with the turn in front of them, each behind its cursor, and with what is true of the session', async () => {
    const server = await serve(says(['Hel', 'lo!']))
    const path = await server.begin('session1')
    const reading = framesUntil(await server.ask(`${path}/events`), isEnd)
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Hi' } })
    const frames = await reading
    const names = frames.map(({ name, data }) =>
      name === 'message' && typeof data === 'object' && data !== null && 'type' in data ? data.type : name,
    )
    const withoutStatus = names.filter((name) => name !== 'status')
    expect(withoutStatus.slice(0, 4)).toEqual(['comment', 'turn', 'run-started', 'provider-call-started'])
    expect(withoutStatus.slice(-2)).toEqual(['turn', 'run-finished'])
    const [first, last] = frames.filter(({ name }) => name === 'turn')
    expect(first?.data).toMatchObject({ blocks: [{ kind: 'user' }] })
    expect(last?.data).toMatchObject({ blocks: [{ kind: 'user' }, { kind: 'assistant', text: 'Hello!' }] })
    expect(eventsIn(frames)[0]).toMatchObject({ tags: { requestId: 'r1' } })
    const ids = frames.flatMap(({ id }) => (id === undefined ? [] : [id]))
    expect(new Set(ids).size).toBe(ids.length)
    expect(frames[1]).toMatchObject({ name: 'status', data: { run: { status: 'idle' } } })
  })

  it('go on behind every one of them, for a reader who comes again', async () => {
    const go = Promise.withResolvers<void>()
    const script: Script = [[{ text: ['one ', 'two '] }, { run: () => go.promise }, { text: ['three ', 'four'] }]]
    const server = await serve(script)
    const path = await server.begin('session1')
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Count' } })
    const watched = await server.ask(`${path}/events?from=0.0`)
    const cut = framesUntil(watched, ({ data }) => JSON.stringify(data).includes('two '))
    const before = await cut
    go.resolve()
    await untilStatus(server, path, 'idle')
    const after = (id: string) =>
      server
        .ask(`${path}/events`, { headers: { 'last-event-id': id } })
        .then((response) => framesUntil(response, isEnd))
    for (const [index, { id }] of before.entries()) {
      if (id === undefined) continue
      const frames = [...before.slice(0, index + 1), ...(await after(id))]
      expect(saidBy(frames)).toEqual(['one two ', 'three four'])
    }
  })

  it('are the same for all who read them', async () => {
    const server = await serve(says(['a', 'b', 'c']))
    const path = await server.begin('session1')
    const readings = await Promise.all([1, 2, 3].map(() => server.ask(`${path}/events`)))
    const all = readings.map((response) => framesUntil(response, isEnd))
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Hi' } })
    const [one, two, three] = (await Promise.all(all)).map((frames) => frames.filter(({ name }) => name === 'message'))
    expect(two).toEqual(one)
    expect(three).toEqual(one)
  })

  it('are not those that are for who runs the server, and nothing is told of what went wrong inside', async () => {
    const script: Script = [
      [
        { run: (ctx) => publish(ctx, { type: 'log', level: 'warn', message: 'file /etc/secret is missing' }) },
        { run: (ctx) => publish(ctx, { type: 'info', message: 'Almost there.' }) },
        { crash: new Error('cannot read /home/me/key.pem') },
      ],
    ]
    const server = await serve(script)
    const path = await server.begin('session1', 'Hi')
    const frames = await framesUntil(await server.ask(`${path}/events?from=0.0`), ({ data }) =>
      JSON.stringify(data).includes('run-failed'),
    )
    const { run } = await server.look(path)
    const told = JSON.stringify([frames, run, await server.read(path)])
    expect(told).toContain('Almost there.')
    for (const secret of ['secret', 'key.pem', '.ts:', 'node_modules']) expect(told).not.toContain(secret)
    expect(run.last).toMatchObject({
      status: 'failed',
      error: { code: 'internal', message: 'The server met an error.' },
    })
  })

  it('end with the session', async () => {
    const server = await serve(says('Hello!'))
    const path = await server.begin('session1', 'Hi')
    const reading = framesUntil(await server.ask(`${path}/events`), () => false)
    await server.ask(path, { method: 'DELETE' })
    expect((await reading).at(-1)?.name).toBe('deleted')
  })

  it('are refused to a reader whose place is none', async () => {
    const server = await serve(says('Hello!'))
    const path = await server.begin('session1')
    for (const id of ['x', '1', '1.2.3', '-1.2', '1e3.1'])
      expect(await server.read(`${path}/events`, { headers: { 'last-event-id': id } })).toMatchObject({
        status: 400,
        code: 'invalid_request',
        field: 'Last-Event-ID',
      })
  })
})

describe('a stream', () => {
  function inMemory(script: Script) {
    const clock = createManualClock()
    const builder = createEngineBuilder({ base: createScriptedEngine(script) })
    const server = createSessionServer({ builder, store: createMemoryStore({ clock }), clock })
    const ask = (path: string, body?: unknown) =>
      server.handle(
        new Request(`http://localhost${path}`, {
          ...(body === undefined
            ? {}
            : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        }),
        { remoteAddress: '127.0.0.1' },
      )
    return { clock, server, ask }
  }

  it('says that it is alive when nothing happens, and is told to proxies as what it is', async () => {
    const { clock, server, ask } = inMemory(says('Hello!'))
    await ask('/sessions', { sessionId: 'session1' })
    const response = await ask('/sessions/session1/events')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
    const { next, leave } = readFrames(response)
    expect([await next(), await next()]).toMatchObject([{ name: 'comment' }, { name: 'status' }])
    const silent = next()
    await settlePromises()
    await clock.advance(15_000)
    expect(await silent).toMatchObject({ name: 'comment', data: ': still here' })
    await leave()
    await server.close()
  })

  it('finds out that another server is gone which ran the session', async () => {
    const clock = createManualClock()
    const store = createMemoryStore({ clock })
    const builder = createEngineBuilder({ base: createScriptedEngine([[{ text: 'Half of ' }, { hang: true }]]) })
    // One whose clock stands still does not renew its lease, as one that is gone.
    const gone = createSessionServer({ builder, store, clock: createManualClock() })
    const server = createSessionServer({ builder, store, clock })
    const local = { remoteAddress: '127.0.0.1' }
    const post = (path: string, body: unknown) =>
      gone.handle(
        new Request(`http://localhost${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        local,
      )
    await post('/sessions', { sessionId: 'session1' })
    await post('/sessions/session1/messages', { requestId: 'r1', content: 'Tell me' })
    const response = await server.handle(new Request('http://localhost/sessions/session1/events'), local)
    const isInterrupted = ({ name, data }: Frame) => name === 'status' && JSON.stringify(data).includes('"interrupted"')
    let hasEnded = false
    const reading = framesUntil(response, isInterrupted).finally(() => {
      hasEnded = true
    })
    while (!hasEnded) await clock.advance(1000)
    const statuses = (await reading).flatMap(({ name, data }) => (name === 'status' ? [JSON.stringify(data)] : []))
    expect(statuses[0]).toContain('"running"')
    expect(statuses.at(-1)).toContain('"owner_lost"')
    await server.close()
  })

  it('makes nothing before it is read: a reader who is slow gets deltas merged, and all of the text', async () => {
    const words = Array.from({ length: 5000 }, (_, index) => `word${index} `)
    const { server, ask } = inMemory([[{ text: words }]])
    await ask('/sessions', { sessionId: 'session1' })
    const response = await ask('/sessions/session1/events')
    const { next, leave } = readFrames(response)
    await next()
    await ask('/sessions/session1/messages', { requestId: 'r1', content: 'Talk' })
    for (let round = 0; round < 50; round++) await settlePromises()
    const frames: Frame[] = []
    for (let frame = await next(); frame !== undefined; frame = await next()) {
      frames.push(frame)
      if (isEnd(frame)) break
    }
    expect(saidBy(frames)).toEqual([words.join('')])
    expect(frames.length).toBeLessThan(100)
    await leave()
    await server.close()
  })
})
