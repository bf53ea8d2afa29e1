import type { Connectivity, SessionState } from '@geppetto/client'
import { createManualClock } from '@geppetto/context/manual-clock'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, pruneSession, type SessionStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import { clientOf, fetchOf, isQuiet, saidInState } from './client.test-helper.ts'
import { says } from './serve.test-helper.ts'
import { createSessionServer, type SessionServer } from './session-server.ts'

function inMemory(script: Script, store: SessionStore = createMemoryStore()): SessionServer {
  return createSessionServer({ builder: createEngineBuilder({ base: createScriptedEngine(script) }), store })
}

/** A connection that is cut and mended by the test. */
function switchable(): Connectivity & { turn(on: boolean): void } {
  const listeners = new Set<() => void>()
  let isOnline = true
  return {
    get isOnline() {
      return isOnline
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    turn(on) {
      isOnline = on
      for (const listener of [...listeners]) listener()
    },
  }
}

describe('a prompt', () => {
  it('is sent again until the server has it, and is run once, whether the request or its answer was lost', async () => {
    const server = inMemory(says('Once.'))
    let tries = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (!String(input).endsWith('/messages')) return fetchOf(server)(input, init)
      tries++
      if (tries === 1) throw new TypeError('the connection was refused')
      const response = await fetchOf(server)(input, init)
      if (tries === 2) throw new TypeError('the connection broke')
      return tries === 3 ? new Response('<h1>Bad gateway</h1>', { status: 502 }) : response
    }
    const client = clientOf(server, { fetch })
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    const submitting = session.submit('Hi')
    expect(saidInState(session.getState())).toEqual([['sending: Hi']])
    expect(await submitting).toMatchObject({ status: 'accepted' })
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length > 0)
    expect([saidInState(state), tries]).toEqual([[['Hi', 'Once.']], 4])
    leave()
    client.close()
  })

  it('is one prompt when it is clicked twice, and never stands there twice', async () => {
    const server = inMemory(says('Once.'))
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const shown: SessionState[] = []
    const leave = session.subscribe(() => shown.push(session.getState()))
    await session.until()
    const [one, two] = [session.submit('Hi'), session.submit('Hi')]
    expect(one).toBe(two)
    await one
    await session.until((state) => isQuiet(state) && state.turns.length > 0)
    for (const state of shown) expect(JSON.stringify(saidInState(state)).split('Hi').length).toBeLessThan(3)
    // From the click on it is always there.
    const first = shown.findIndex(({ pending }) => pending.length > 0)
    for (const state of shown.slice(first)) expect(JSON.stringify(saidInState(state))).toContain('Hi')
    leave()
    client.close()
  })

  it('that is refused says why, stays, and can be sent in another way, or be discarded', async () => {
    const go = Promise.withResolvers<void>()
    const server = inMemory((_, call) => [{ run: () => (call === 1 ? go.promise : undefined) }, { text: `${call}.` }])
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    await session.submit('one')
    const refused = await session.submit('two')
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'session_busy', status: 409 } })
    const other = await session.submit('three')
    expect(session.getState().pending).toMatchObject([{ state: 'failed' }, { state: 'failed' }])
    const [two, three] = session.getState().pending
    session.discard(three?.requestId ?? '')
    expect(await session.retry(two?.requestId ?? '', { whenBusy: 'queue' })).toMatchObject({
      run: { state: 'queued' },
    })
    const waiting = await session.until(({ queue }) => queue.length === 1)
    expect([other.status, waiting.pending]).toEqual(['failed', []])
    go.resolve()
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 2)
    expect(saidInState(state)).toEqual([
      ['one', '1.'],
      ['two', '2.'],
    ])
    leave()
    client.close()
  })

  it('has its files with it, which come back as addresses of the server', async () => {
    const server = inMemory(says('A picture.'))
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    await session.until()
    const file = new Blob([new Uint8Array(3000).fill(5)], { type: 'image/png' })
    const question = () =>
      [
        { type: 'text', text: 'What is this?' },
        { type: 'image', file },
      ] as const
    const submitting = session.submit(question())
    expect(session.submit(question())).toBe(submitting)
    expect((await submitting).status).toBe('accepted')
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length > 0)
    expect(state.turns[0]?.blocks[0]).toMatchObject({
      content: [
        { text: 'What is this?' },
        {
          type: 'image',
          source: { type: 'url', url: expect.stringMatching(/^http:\/\/localhost\/sessions\/session1\/blobs\//) },
        },
      ],
    })
    const refused = await session.submit([{ type: 'file', file: new Blob(['<script>'], { type: 'text/html' }) }])
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'unsupported_media_type' } })
    client.close()
  })
})

describe('a client', () => {
  it('stops what it has just said, though the server has not heard of it yet', async () => {
    const server = inMemory([[{ text: 'Half' }, { hang: true }]])
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    const submitting = session.submit('Go')
    await session.cancel()
    await submitting
    const state = await session.until(({ run }) => run.status === 'idle' && run.last !== undefined)
    expect(state.run.last?.stop).toBe('user')
    leave()
    client.close()
  })

  it('asks ever more seldom for a stream that is cut as soon as it is there', async () => {
    const clock = createManualClock()
    const server = inMemory(says('Here.'))
    let asked = 0
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (!String(input).endsWith('/events')) return fetchOf(server)(input, init)
      asked++
      return new Response(': here\n\n', { headers: { 'content-type': 'text/event-stream' } })
    }
    const client = clientOf(server, { fetch, clock })
    await client.create({ sessionId: 'session1' })
    const leave = client.session('session1').subscribe(() => {})
    for (let step = 0; step < 600; step++) await clock.advance(100)
    expect(asked).toBeGreaterThan(3)
    expect(asked).toBeLessThan(15)
    leave()
    client.close()
  })

  it('rejects what cannot be done yet, and throws nothing at whoever clicked', async () => {
    const client = clientOf(inMemory(says('Here.')))
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const asked = [
      () => session.regenerate(),
      () => session.edit('turn', 'Hi'),
      () => session.checkout('turn'),
      () => session.fork(),
      () => session.answer([]),
    ]
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'nothing_to_run' })
    client.close()
  })

  it('gives back a stream that it has left before it was there', async () => {
    const server = inMemory(says('Here.'))
    const go = Promise.withResolvers<void>()
    const left: string[] = []
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const { signal: _, ...others } = init ?? {}
      // A fetch that does not listen to its signal.
      const response = await fetchOf(server)(input, others)
      if (!String(input).endsWith('/events')) return response
      await go.promise
      const body = new ReadableStream<Uint8Array>({ cancel: () => void left.push('left') })
      return new Response(body, response)
    }
    const client = clientOf(server, { fetch })
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    leave()
    client.close()
    go.resolve()
    while (left.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(left).toEqual(['left'])
  })

  it('waits without a network, and is back with it', async () => {
    const connectivity = switchable()
    const server = inMemory(says('Here.'))
    const client = clientOf(server, { connectivity })
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until(({ connection }) => connection === 'live')
    connectivity.turn(false)
    await session.until(({ connection }) => connection === 'offline')
    connectivity.turn(true)
    await session.until(({ connection }) => connection === 'live')
    await session.submit('Hi')
    expect(saidInState(await session.until((state) => isQuiet(state) && state.turns.length > 0))).toEqual([
      ['Hi', 'Here.'],
    ])
    leave()
    client.close()
  })

  it('says of a session that is not there, or not his, what it is, and asks no more', async () => {
    const server = inMemory(says('Here.'))
    let asked = 0
    const client = clientOf(server, {
      fetch: (input, init) => {
        asked++
        return fetchOf(server)(input, init)
      },
    })
    const session = client.session('session1')
    await expect(session.until()).rejects.toMatchObject({ code: 'no_such_session', retryable: false })
    const before = asked
    expect(session.getState()).toMatchObject({ connection: 'failed', error: { code: 'no_such_session' } })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(asked).toBe(before)
    await client.create({ sessionId: 'session1' })
    const leave = session.subscribe(() => {})
    session.reconnect()
    expect(await session.until(({ connection }) => connection === 'live')).not.toHaveProperty('error')
    leave()
    await expect(client.session('session2').fork('turn')).rejects.toMatchObject({ code: 'no_such_session' })
    client.close()
  })

  it('hears that the session was deleted', async () => {
    const server = inMemory(says('Here.'))
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until(({ connection }) => connection === 'live')
    await client.delete('session1')
    const state = await session.until(({ connection }) => connection === 'failed')
    expect(state.error?.code).toBe('no_such_session')
    leave()
    client.close()
  })

  it('reads the session again where events are gone', async () => {
    const store = createMemoryStore()
    const server = inMemory((_, call) => [{ text: `Answer ${call}` }], store)
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    await session.until()
    const leave = session.subscribe(() => {})
    await session.submit('one')
    await session.until((state) => isQuiet(state) && state.turns.length === 1)
    leave()
    await session.until(({ connection }) => connection !== 'connecting')
    const other = clientOf(server)
    for (const content of ['two', 'three']) {
      await other.session('session1').until()
      await other.session('session1').submit(content)
      await other.session('session1').until((state) => isQuiet(state) && state.turns.at(-1)?.blocks.length === 2)
    }
    await pruneSession(store, 'session1', { keepRuns: 0 })
    const again = session.subscribe(() => {})
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 3)
    expect(saidInState(state).map(([said]) => said)).toEqual(['one', 'two', 'three'])
    again()
    client.close()
    other.close()
  })

  it('keeps what has not changed the same objects, for those who draw only what has', async () => {
    const server = inMemory((_, call) => [{ text: ['An', 'swer ', String(call)] }])
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const shown: SessionState[] = []
    const leave = session.subscribe(() => shown.push(session.getState()))
    await session.until()
    for (const content of ['one', 'two']) {
      await session.submit(content)
      await session.until((state) => isQuiet(state) && state.turns.at(-1)?.blocks.length === 2)
    }
    const { turns } = session.getState()
    const [first] = turns
    for (const state of shown.filter(({ turns: some }) => some.length === 2)) expect(state.turns[0]).toBe(first)
    const asked = shown.flatMap(({ turns: some }) => some[1]?.blocks[0] ?? [])
    expect(new Set(asked).size).toBe(1)
    leave()
    client.close()
  })
})

describe('a server that is stopped', () => {
  it('stops its runs with what was said; the next one shows them as interrupted, and goes on when it is asked to', async () => {
    const store = createMemoryStore()
    const first = inMemory([[{ text: 'Half of ' }, { hang: true }]], store)
    let server = first
    const client = clientOf(first, { fetch: (input, init) => fetchOf(server)(input, init) })
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    await session.submit('Tell me')
    await session.submit('And then?', { whenBusy: 'queue' })
    await session.until((state) => saidInState(state)[0]?.[1] === 'Half of ' && state.queue.length === 1)
    await first.close()
    server = inMemory([[{ text: 'the other half.' }], [{ text: 'The end.' }]], store)
    const cut = await session.until(({ run }) => run.status === 'interrupted')
    expect([saidInState(cut), cut.run.last?.stop, cut.queue.length]).toEqual([[['Tell me', 'Half of ']], 'shutdown', 1])
    await session.resume()
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 2)
    expect(saidInState(state)).toEqual([
      ['Tell me', 'Half of ', 'the other half.'],
      ['And then?', 'The end.'],
    ])
    leave()
    client.close()
    await server.close()
  })
})
