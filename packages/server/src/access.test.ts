import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import type { AuthorizeRequest } from './authorize.ts'
import { routes } from './routes.ts'
import { says, serve, untilStatus } from './serve.test-helper.ts'
import { createSessionServer } from './session-server.ts'

const pathOf = (pattern: string) =>
  pattern
    .replace(':session', 'session1')
    .replace(':blob', `sha256-${'0'.repeat(64)}`)
    .replace(/:[a-z]+/, 'some_1')

/** A server that is asked without a network, as on a platform that gives requests. */
function inMemory(options: Partial<Parameters<typeof createSessionServer>[0]> = {}) {
  const builder = createEngineBuilder({ base: createScriptedEngine(says('Yes.')) })
  const reported: unknown[] = []
  const reportError = (error: unknown) => void reported.push(error)
  const server = createSessionServer({ builder, store: createMemoryStore(), reportError, ...options })
  const ask = async (url: string, init: RequestInit = {}, remoteAddress: string | undefined = '127.0.0.1') => {
    const response = await server.handle(new Request(url, init), { remoteAddress })
    return { response, status: response.status, text: await response.text() }
  }
  const code = async (...asked: Parameters<typeof ask>) => {
    const { status, text } = await ask(...asked)
    return [status, text === '' ? '' : JSON.parse(text).code]
  }
  return { server, ask, code, reported }
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

describe('without authorize', () => {
  it.each(routes)('nobody outside this machine is let in: $method $path', async ({ method, path }) => {
    const { ask } = inMemory()
    const url = `http://localhost:8080${pathOf(path)}`
    const own = { method, ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }) }
    for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '1270.0.0.1', undefined])
      expect(JSON.parse((await ask(url, own, address ?? '')).text).code).toBe('not_allowed')
  })

  it('only who comes by a name of this machine, and not by a proxy', async () => {
    const { code } = inMemory()
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'chat.localhost:8080'])
      expect(await code(`http://${host}/sessions`)).toEqual([200, undefined])
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1'])
      expect(await code(`http://${host}/sessions`)).toEqual([403, 'host_refused'])
    for (const name of ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'])
      expect(await code('http://localhost/sessions', { headers: { [name]: '127.0.0.1' } })).toEqual([
        403,
        'not_allowed',
      ])
    expect(await code('http://localhost/sessions', {}, '::1')).toEqual([200, undefined])
    expect(await code('http://localhost/sessions', {}, '::ffff:127.0.0.1')).toEqual([200, undefined])
  })
})

describe('pages of other origins', () => {
  it.each(['http://evil.example', 'null', 'http://localhost:9999', 'http://localhost.evil.example'])(
    'may not use the server: %s',
    async (origin) => {
      const { ask } = inMemory()
      const { response, text } = await ask('http://localhost:8080/sessions', post({}, { origin }))
      expect([response.status, JSON.parse(text).code]).toEqual([403, 'origin_refused'])
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await ask('http://localhost:8080/sessions', { method: 'OPTIONS', headers: { origin } })
      expect(preflight.status).toBe(403)
    },
  )

  it('may not read either, where the browser says so without an origin', async () => {
    const { code } = inMemory()
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect(await code('http://localhost:8080/sessions', { headers })).toEqual([403, 'origin_refused'])
  })

  it('may, where the application names them', async () => {
    const { ask } = inMemory({ origins: ['https://app.example'] })
    const origin = 'https://app.example'
    const preflight = await ask('http://localhost/sessions', { method: 'OPTIONS', headers: { origin } })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      vary: 'origin',
    })
    const { response } = await ask('http://localhost/sessions', post({}, { origin }))
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([201, origin])
  })

  it('cannot get a form past the door: only JSON is taken', async () => {
    const { code } = inMemory()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ''])
      expect(await code('http://localhost/sessions', { ...post({}), headers: { 'content-type': type } })).toEqual([
        415,
        'unsupported_media_type',
      ])
  })
})

describe('authorize', () => {
  it.each(routes)('is asked for $method $path, and what it denies is not done', async ({ method, path, action }) => {
    const asked: AuthorizeRequest[] = []
    const { code } = inMemory({
      authorize: (request) => {
        asked.push(request)
        return false
      },
    })
    const init = { method, ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }) }
    expect(await code(`https://chat.example${pathOf(path)}`, init)).toEqual([403, 'not_allowed'])
    const ofSession = path.includes(':session') ? { sessionId: 'session1' } : {}
    const remoteAddress = '127.0.0.1'
    expect(asked).toEqual([{ request: expect.any(Request), action, remoteAddress, ...ofSession }])
  })

  it('names the owner, who sees and touches his own sessions alone', async () => {
    const server = await serve(says('Yes.'), {
      debug: {},
      authorize: ({ request }) => ({ ownerId: request.headers.get('x-user') ?? 'nobody' }),
    })
    const as = (user: string) => ({ headers: { 'x-user': user } })
    await server.ask('/sessions', { body: { sessionId: 'of-alice-1' }, ...as('alice') })
    const list = (user: string) => server.read('/sessions', as(user))
    expect(await list('alice')).toMatchObject({ sessions: [{ sessionId: 'of-alice-1' }] })
    expect(await list('bob')).toEqual({ sessions: [] })
    for (const { method, path } of routes.filter(({ path }) => path.includes(':session'))) {
      const url = pathOf(path).replace('session1', 'of-alice-1')
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
      expect(await server.read(url, { method, ...body, ...as('bob') })).toMatchObject({ code: 'no_such_session' })
    }
    const taken = await server.ask('/sessions', { body: { sessionId: 'of-alice-1' }, ...as('bob') })
    expect(await taken.json()).toMatchObject({ status: 409, code: 'session_exists' })
    const fork = { body: { turnId: 't', sessionId: 'of-alice-1' }, ...as('bob') }
    await server.ask('/sessions', { body: { sessionId: 'of-bob-11' }, ...as('bob') })
    expect(await server.read('/sessions/of-bob-11/fork', fork)).toMatchObject({ code: 'session_exists' })
  })

  it('that throws lets nobody in, and tells nobody why', async () => {
    const { ask, reported } = inMemory({
      authorize: () => {
        throw new Error('the password of the directory is hunter2')
      },
    })
    const { status, text } = await ask('https://chat.example/sessions')
    expect([status, JSON.parse(text)]).toEqual([
      500,
      { type: 'urn:geppetto:problem:internal', title: 'The server met an error', status: 500, code: 'internal' },
    ])
    expect(reported).toHaveLength(1)
  })
})

describe('limits', () => {
  it('let each caller make so many requests, and say when the next may come', async () => {
    const clock = createManualClock()
    const { ask, code } = inMemory({ clock, limits: { requestsPerMinute: 2 } })
    const url = 'http://localhost/sessions'
    expect([await code(url), await code(url)]).toEqual([
      [200, undefined],
      [200, undefined],
    ])
    const { response, text } = await ask(url)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
    expect(JSON.parse(text)).toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 })
    expect(await code(url, {}, '::1')).toEqual([200, undefined])
    await clock.advance(30_000)
    expect(await code(url)).toEqual([200, undefined])
  })

  it('refuse a body that is too large, also where it does not say so', async () => {
    const { code } = inMemory({ limits: { bodyBytes: 100 } })
    const url = 'http://localhost/sessions'
    expect(await code(url, post({ title: 'x'.repeat(100) }))).toEqual([413, 'too_large'])
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(60))
      },
    })
    const init: RequestInit & { duplex: 'half' } = { ...post({}), body: endless, duplex: 'half' }
    expect(await code(url, init)).toEqual([413, 'too_large'])
    expect(pulled).toBeLessThan(5)
  })

  it('keep streams to so many, and give those back that are left', async () => {
    const { server, code, ask } = inMemory({ limits: { streamsPerCaller: 1 } })
    await ask('http://localhost/sessions', post({ sessionId: 'session1' }))
    const url = 'http://localhost/sessions/session1/events'
    const open = await server.handle(new Request(url), { remoteAddress: '127.0.0.1' })
    expect(await code(url)).toEqual([429, 'too_many_streams'])
    await open.body?.cancel()
    const again = await server.handle(new Request(url), { remoteAddress: '127.0.0.1' })
    expect(again.status).toBe(200)
    await again.body?.cancel()
    await server.close()
  })

  it('keep the line of prompts to so many', async () => {
    const server = await serve([[{ hang: true }]], { limits: { queuedPrompts: 1 } })
    const path = await server.begin('session1')
    const submit = (requestId: string) =>
      server.ask(`${path}/messages`, { body: { requestId, content: requestId, whenBusy: 'queue' } })
    expect((await Promise.all([submit('r1')])).map(({ status }) => status)).toEqual([202])
    expect((await submit('r2')).status).toBe(202)
    expect(await (await submit('r3')).json()).toMatchObject({ status: 409, code: 'session_busy' })
    await untilStatus(server, path, 'running')
  })
})
