import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import type { Grant } from './authorize.ts'
import { readFrames } from './frames.test-helper.ts'
import type { SessionServerOptions } from './options.ts'
import { says, serve } from './serve.test-helper.ts'
import { createSessionServer } from './session-server.ts'

/** A server whose clock the test moves. */
function inMemory(options: Partial<SessionServerOptions> = {}, script: Script = says('Yes.')) {
  const clock = createManualClock()
  const { store = createMemoryStore({ clock }) } = options
  const builder = createEngineBuilder({ base: createScriptedEngine(script) })
  const reported: unknown[] = []
  const reportError = (error: unknown) => void reported.push(error)
  const server = createSessionServer({ builder, clock, reportError, ...options, store })
  const handle = (path: string, init?: RequestInit & { readonly duplex?: 'half' }) =>
    server.handle(new Request(`http://localhost${path}`, init), { remoteAddress: '127.0.0.1' })
  const post = (path: string, body: unknown) =>
    handle(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { clock, server, store, handle, post, reported }
}

/** A body that comes as the test says. */
function endless(contentType: string) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const init = { method: 'POST', headers: { 'content-type': contentType }, body: readable, duplex: 'half' } as const
  return { init, send: (bytes: Uint8Array) => writer.write(bytes), end: () => writer.close() }
}

const codeOf = async (response: Response) => [response.status, (await response.json()).code]

describe('an authorize that gives no grant and no refusal', () => {
  it.each([
    ['a user who was not found', '{"ownerId":null}'],
    ['a user without a name', '{"ownerId":""}'],
    ['nothing', 'null'],
    ['a yes', 'true'],
  ])('lets nobody in, and tells who runs the server: %s', async (_, text) => {
    const grant: Grant = JSON.parse(text)
    const { handle, reported } = inMemory({ authorize: () => grant })
    expect(await codeOf(await handle('/sessions'))).toEqual([500, 'internal'])
    expect(String(reported)).toContain('authorize')
  })

  it('as one whose ownerId is there and undefined, who would see the sessions of all', async () => {
    const users = new Map([['alice', { id: 'alice' }]])
    const nameOf = (request: Request) => request.headers.get('x-user') ?? ''
    const authorize = ({ request }: { readonly request: Request }): Grant =>
      Object.fromEntries([['ownerId', users.get(nameOf(request))?.id]])
    const { handle, reported } = inMemory({ authorize })
    expect((await handle('/sessions', { headers: { 'x-user': 'alice' } })).status).toBe(200)
    expect(await codeOf(await handle('/sessions', { headers: { 'x-user': 'mallory' } }))).toEqual([500, 'internal'])
    expect(reported).toHaveLength(1)
  })
})

describe('a stream whose reader', () => {
  it('may not read any more, ends', async () => {
    let isIn = true
    const { clock, handle, post } = inMemory({ authorize: () => isIn && { ownerId: 'alice' } })
    await post('/sessions', { sessionId: 'session1' })
    const { next } = readFrames(await handle('/sessions/session1/events'))
    await next()
    await next()
    isIn = false
    const heard: unknown[] = []
    const reading = (async () => {
      for (let frame = await next(); frame !== undefined; frame = await next()) heard.push(frame)
    })()
    for (let second = 0; second <= 60; second++) await clock.advance(1000)
    await reading
    expect(heard.length).toBeLessThan(5)
  })

  it('goes on speaking of a session that somebody else gets, hears no more of it', async () => {
    let owner = 'alice'
    const { clock, handle, post } = inMemory({ authorize: () => ({ ownerId: owner }) })
    await post('/sessions', { sessionId: 'session1' })
    const { next } = readFrames(await handle('/sessions/session1/events'))
    await next()
    await next()
    owner = 'bob'
    const last = (async () => {
      let before = await next()
      for (let frame = before; frame !== undefined; frame = await next()) before = frame
      return before
    })()
    for (let second = 0; second <= 60; second++) await clock.advance(1000)
    expect(await last).toMatchObject({ name: 'deleted' })
  })

  it('follows a session that another process deletes, is told', async () => {
    const { clock, handle, post, store, reported } = inMemory()
    await post('/sessions', { sessionId: 'session1' })
    const { next } = readFrames(await handle('/sessions/session1/events'))
    await next()
    await next()
    await store.delete('session1')
    const last = (async () => {
      let before = await next()
      for (let frame = before; frame !== undefined; frame = await next()) before = frame
      return before
    })()
    for (let second = 0; second <= 60; second++) await clock.advance(1000)
    expect(await last).toMatchObject({ name: 'deleted' })
    expect(reported).toEqual([])
  })
})

describe('a server that closes', () => {
  const waiting: Script = [[{ text: 'Half' }, { hang: true }]]

  it('begins nothing for those whose authorize was slow', async () => {
    const { promise: isDecided, resolve: decide } = Promise.withResolvers<Grant>()
    let isSlow = false
    const { server, post, store } = inMemory({ authorize: () => (isSlow ? isDecided : {}) }, waiting)
    await post('/sessions', { sessionId: 'session1' })
    isSlow = true
    const asking = post('/sessions/session1/messages', { requestId: 'r1', content: 'Hi' })
    await settlePromises()
    await server.close()
    decide({})
    expect(await codeOf(await asking)).toEqual([503, 'shutting_down'])
    expect((await store.find('session1'))?.active).toBeUndefined()
  })

  it('begins nothing for those whose body was slow, and does not wait for it', async () => {
    const { server, post, handle } = inMemory({}, waiting)
    await post('/sessions', { sessionId: 'session1' })
    const { init, send } = endless('application/json')
    const asking = handle('/sessions/session1/messages', init)
    await send(new TextEncoder().encode('{"requestId":"r1",'))
    await settlePromises()
    await server.close()
    expect(await codeOf(await asking)).toEqual([503, 'shutting_down'])
  })

  it('stops what began in a session that nobody had used for long', async () => {
    const { post, store } = inMemory()
    for (const sessionId of ['session1', 'session2', 'session3']) await post('/sessions', { sessionId })
    const { server, handle } = inMemory({ store, limits: { idleSessions: 1 } }, waiting)
    const { init, send, end } = endless('application/json')
    const asking = handle('/sessions/session1/messages', init)
    await settlePromises()
    for (const sessionId of ['session2', 'session3']) await handle(`/sessions/${sessionId}`)
    await send(new TextEncoder().encode('{"requestId":"r1","content":"Hi"}'))
    await end()
    expect((await asking).status).toBe(202)
    await server.close()
    expect((await store.find('session1'))?.active).toBeUndefined()
  })

  it('has stopped what was just beginning when it says that it is closed', async () => {
    for (let steps = 0; steps < 40; steps++) {
      const { server, post, store } = inMemory({}, waiting)
      await post('/sessions', { sessionId: 'session1' })
      const asking = post('/sessions/session1/messages', { requestId: 'r1', content: 'Hi' })
      for (let step = 0; step < steps; step++) await Promise.resolve()
      await server.close()
      expect([steps, (await store.find('session1'))?.active]).toEqual([steps, undefined])
      expect([202, 503]).toContain((await asking).status)
      expect([steps, (await store.find('session1'))?.active]).toEqual([steps, undefined])
    }
  })
})

describe('a body', () => {
  it('that does not come is not waited for', async () => {
    const { clock, handle } = inMemory()
    const { init, send } = endless('application/json')
    const asking = handle('/sessions', init)
    await send(new TextEncoder().encode('{'))
    await clock.advance(60_000)
    expect(await codeOf(await asking)).toEqual([408, 'too_slow'])
    expect(clock.scheduled).toBe(0)
  })

  it('of a file on a slow line is waited for as long as it comes', async () => {
    const { clock, handle, post } = inMemory()
    await post('/sessions', { sessionId: 'session1' })
    const { init, send } = endless('image/png')
    const asking = handle('/sessions/session1/uploads', init)
    // 32 kB a second.
    for (let second = 0; second < 100; second++) {
      await send(new Uint8Array(32_000))
      await clock.advance(1000)
    }
    let isOver = false
    void asking.then(() => (isOver = true))
    await settlePromises()
    expect(isOver).toBe(false)
    await clock.advance(120_000)
    expect(await codeOf(await asking)).toEqual([408, 'too_slow'])
  })

  it('of a file counts while it comes: all of them together are no more than what is kept', async () => {
    const { handle, post, clock } = inMemory({ limits: { keptUploadBytes: 250_000 } })
    await post('/sessions', { sessionId: 'session1' })
    const start = () => {
      const body = endless('image/png')
      return { ...body, asking: handle('/sessions/session1/uploads', body.init) }
    }
    const begun = [start(), start()]
    for (const { send } of begun) await send(new Uint8Array(100_000))
    await settlePromises()
    const third = start()
    void third.send(new Uint8Array(100_000))
    const refused = await third.asking
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await codeOf(refused)).toEqual([429, 'rate_limited'])
    await clock.advance(120_000)
    await Promise.all(begun.map(({ asking }) => asking))
    const file = { method: 'POST', headers: { 'content-type': 'image/png' }, body: new Uint8Array(200_000) }
    expect((await handle('/sessions/session1/uploads', file)).status).toBe(201)
  })
})

describe('options', () => {
  it.each([
    [{ limits: { bodyBytes: Number.NaN } }, 'limits.bodyBytes'],
    [{ limits: { requestsPerMinute: 0 } }, 'limits.requestsPerMinute'],
    [{ limits: { streams: -1 } }, 'limits.streams'],
    [{ limits: JSON.parse('{"uploadBytes":"10"}') }, 'limits.uploadBytes'],
    [{ limits: JSON.parse('{"uploadTypes":"image/png"}') }, 'limits.uploadTypes'],
    [{ limits: JSON.parse('{"bodyBites":1}') }, 'limits.bodyBites'],
    [{ origins: ['*'] }, 'origins'],
    [{ origins: ['https://app.example/'] }, 'origins'],
    [{ origins: JSON.parse('"https://app.example"') }, 'origins'],
  ])('that would switch a limit off, or never hold, are refused: %j', (options, field) => {
    expect(() => inMemory(options)).toThrow(new RegExp(`^${field.replace('.', '\\.')} `))
  })

  it('that are undefined are left to their defaults', async () => {
    const { post } = inMemory({ limits: JSON.parse('{}') })
    expect((await post('/sessions', {})).status).toBe(201)
    const limits = Object.fromEntries([['bodyBytes', undefined]])
    const { post: ask } = inMemory({ limits })
    expect((await ask('/sessions', { title: 'x'.repeat(300_000) })).status).toBe(413)
  })
})

describe('what is sent again', () => {
  it('is accepted again though the line is full', async () => {
    const server = await serve([[{ hang: true }]], { limits: { queuedPrompts: 1 } })
    const path = await server.begin('session1')
    const submit = async (requestId: string) =>
      (await server.ask(`${path}/messages`, { body: { requestId, content: requestId, whenBusy: 'queue' } })).json()
    await submit('r1')
    const queued = await submit('r2')
    expect(await submit('r2')).toEqual(queued)
    expect(await submit('r1')).toMatchObject({ state: 'running' })
    expect(await submit('r3')).toMatchObject({ code: 'session_busy' })
  })

  it('begins what waits once, also where it is asked for twice', async () => {
    const { server, post, handle, store } = inMemory({}, [[{ text: 'Done.' }], [{ text: 'Half' }, { hang: true }]])
    await post('/sessions', { sessionId: 'session1' })
    await post('/sessions/session1/messages', { requestId: 'r1', content: 'one' })
    await settlePromises()
    const { head: first } = await (await handle('/sessions/session1')).json()
    await post('/sessions/session1/messages', { requestId: 'r2', content: 'two' })
    await post('/sessions/session1/messages', { requestId: 'r3', content: 'three', whenBusy: 'queue' })
    await server.close()
    const next = inMemory({ store }, [[{ hang: true }]])
    const { head } = await (await next.handle('/sessions/session1')).json()
    await next.post('/sessions/session1/checkout', { turnId: first, head })
    const resume = async () => (await next.post('/sessions/session1/resume', { requestId: 'r4' })).json()
    const begun = await resume()
    expect(begun).toMatchObject({ state: 'running', requestId: 'r4' })
    expect(await resume()).toEqual(begun)
    expect(await (await next.post('/sessions/session1/resume', { requestId: 'r5' })).json()).toMatchObject({
      code: 'session_busy',
    })
    await next.server.close()
  })
})

describe('a platform that ends when an answer is given', () => {
  it('is told what to wait for: the run that was begun, and no other', async () => {
    const { server, post } = inMemory({}, [[{ text: 'Half' }, { hang: true }]])
    await post('/sessions', { sessionId: 'session1' })
    const waitedFor: Promise<unknown>[] = []
    const ask = (path: string, body: unknown) =>
      server.handle(
        new Request(`http://localhost/sessions/session1/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        { remoteAddress: '127.0.0.1', waitUntil: (promise) => void waitedFor.push(promise) },
      )
    expect((await ask('messages', { requestId: 'r1', content: 'Hi' })).status).toBe(202)
    expect(waitedFor).toHaveLength(1)
    let isOver = false
    void waitedFor[0]?.then(() => (isOver = true))
    await settlePromises()
    expect(isOver).toBe(false)
    await ask('cancel', {})
    await Promise.all(waitedFor)
    expect(isOver).toBe(true)
    await server.close()
  })
})
