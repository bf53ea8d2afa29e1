import type { AcceptedRun, SessionPage } from '@geppetto/client/protocol'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import { type Asked, type ServerUnderTest, saidIn, says, serve, untilStatus } from './serve.test-helper.ts'

async function conversation(server: ServerUnderTest, path: string): Promise<readonly (readonly string[])[]> {
  const { turns } = await server.look(path)
  return turns.map(({ blocks }) => blocks.map(saidIn))
}

describe('a conversation', () => {
  it('is created, spoken in, listed, renamed and deleted', async () => {
    const server = await serve(says('Hello!'))
    expect((await server.ask('/sessions', { body: { sessionId: 'session1' } })).status).toBe(201)
    expect((await server.ask('/sessions', { body: { sessionId: 'session1' } })).status).toBe(201)
    const accepted = await server.ask('/sessions/session1/messages', { body: { requestId: 'r1', content: 'Hi there' } })
    expect(accepted.status).toBe(202)
    expect(await accepted.json()).toMatchObject({ requestId: 'r1', state: 'running' })
    await untilStatus(server, '/sessions/session1', 'idle')
    expect(await conversation(server, '/sessions/session1')).toEqual([['Hi there', 'Hello!']])
    expect(await server.read('/sessions')).toMatchObject({ sessions: [{ sessionId: 'session1', title: 'Hi there' }] })
    await server.ask('/sessions/session1', { method: 'PATCH', body: { title: 'Greetings' } })
    expect(await server.read('/sessions/session1')).toMatchObject({ title: 'Greetings' })
    expect((await server.ask('/sessions/session1', { method: 'DELETE' })).status).toBe(204)
    expect(await server.read('/sessions')).toEqual({ sessions: [] })
    expect(server.reported).toEqual([])
  })

  it('answers before the model does, and goes on when the caller has left', async () => {
    const go = Promise.withResolvers<void>()
    const server = await serve([[{ text: 'One, ' }, { run: () => go.promise }, { text: 'two.' }]])
    const path = await server.begin('session1')
    const left = new AbortController()
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Count' } })
    await server.ask(`${path}/events`, { signal: left.signal })
    left.abort()
    await untilStatus(server, path, 'running')
    go.resolve()
    await untilStatus(server, path, 'idle')
    expect(await conversation(server, path)).toEqual([['Count', 'One, ', 'two.']])
  })

  it('runs once what is submitted twice, at the same time or later, and refuses the id for something else', async () => {
    const server = await serve(says('Once.'))
    const path = await server.begin('session1')
    const submit = (content: string) => server.ask(`${path}/messages`, { body: { requestId: 'r1', content } })
    const [one, two] = await Promise.all([submit('Hi'), submit('Hi')])
    const runs = await Promise.all([one, two].map(async (response) => (await response.json()).runId))
    expect([one.status, two.status, runs[0]]).toEqual([202, 202, runs[1]])
    await untilStatus(server, path, 'idle')
    expect(await (await submit('Hi')).json()).toMatchObject({ runId: runs[0], state: 'settled' })
    expect(await (await submit('Something else')).json()).toMatchObject({ status: 409, code: 'request_mismatch' })
    expect(await conversation(server, path)).toEqual([['Hi', 'Once.']])
  })

  it('says of requests whether they stand in it: begun, in line, on another branch, or withdrawn', async () => {
    const server = await serve([[{ text: 'One.' }], [{ text: 'Two.' }], [{ hang: true }]])
    const path = await server.begin('session1', 'Hi')
    const { head } = await server.look(path)
    await server.ask(`${path}/regenerate`, { body: { requestId: 'again', turnId: head, head } })
    await untilStatus(server, path, 'idle')
    const { head: second } = await server.look(path)
    await server.ask(`${path}/checkout`, { body: { turnId: head, head: second } })
    await server.ask(`${path}/messages`, { body: { requestId: 'runs', content: 'Go' } })
    for (const requestId of ['waits', 'gone'])
      await server.ask(`${path}/messages`, { body: { requestId, content: 'Then', whenBusy: 'queue' } })
    const { queue } = await server.look(path)
    await server.ask(`${path}/queue/${queue[1]?.runId}`, { method: 'DELETE' })
    const asked = ['first of session1', 'again', 'runs', 'waits', 'gone', 'never said']
    const query = new URLSearchParams(asked.map((requestId) => ['request', requestId]))
    expect((await server.look(`${path}?${query}`)).known).toEqual(asked.slice(0, -1))
    expect((await server.look(path)).known).toEqual([])
    const tooMany = new URLSearchParams(Array.from({ length: 101 }, () => ['request', 'r']))
    expect(await server.read(`${path}?${tooMany}`)).toMatchObject({ code: 'invalid_request', field: 'request' })
  })

  it('is stopped by a request of its own, keeps what was said, and takes the next prompt at once', async () => {
    const server = await serve([[{ text: 'Let me think' }, { hang: true }], [{ text: 'Here I am.' }]])
    const path = await server.begin('session1')
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Think' } })
    const busy = await server.ask(`${path}/messages`, { body: { requestId: 'r2', content: 'Hello?' } })
    expect(await busy.json()).toMatchObject({ status: 409, code: 'session_busy', runId: expect.any(String) })
    const stopping = await server.ask(`${path}/cancel`, { body: {} })
    expect([stopping.status, (await stopping.json()).run.status]).toEqual([202, 'stopping'])
    await untilStatus(server, path, 'idle')
    expect(await server.read(path)).toMatchObject({ run: { last: { status: 'cancelled', stop: 'user' } } })
    await server.ask(`${path}/messages`, { body: { requestId: 'r3', content: 'Hello?' } })
    await untilStatus(server, path, 'idle')
    expect(await conversation(server, path)).toEqual([
      ['Think', 'Let me think'],
      ['Hello?', 'Here I am.'],
    ])
  })

  it('is not stopped by a cancel of another run than the one that is active', async () => {
    const server = await serve([[{ hang: true }]])
    const path = await server.begin('session1')
    await server.ask(`${path}/messages`, { body: { requestId: 'r1', content: 'Think' } })
    expect(await server.read(`${path}/cancel`, { body: { runId: 'another' } })).toMatchObject({
      run: { status: 'running' },
    })
  })

  it('has branches to move between, and forks', async () => {
    let count = 0
    const server = await serve(() => [{ text: `Answer ${++count}` }])
    const path = await server.begin('session1', 'Question')
    const { head } = await server.look(path)
    const ask = (name: string, body: object) => server.ask(`${path}/${name}`, { body: { turnId: head, ...body } })
    expect((await ask('regenerate', { requestId: 'r1', head })).status).toBe(202)
    await untilStatus(server, path, 'idle')
    expect(await conversation(server, path)).toEqual([['Question', 'Answer 2']])
    const moved = await ask('edit', { requestId: 'r2', content: 'Other question', head })
    expect(await moved.json()).toMatchObject({ status: 409, code: 'head_moved' })
    const { head: second } = await server.look(path)
    await ask('edit', { requestId: 'r3', content: 'Other question', head: second, turnId: second })
    await untilStatus(server, path, 'idle')
    expect(await conversation(server, path)).toEqual([['Other question', 'Answer 3']])
    const snapshot = await server.look(path)
    expect(snapshot.turns[0]?.branches.map(({ isCurrent }) => isCurrent)).toEqual([false, false, true])
    // Asked for twice, as where the answer was lost.
    for (const _ of [1, 2]) expect((await ask('checkout', { turnId: head, head: snapshot.head })).status).toBe(200)
    expect(await conversation(server, path)).toEqual([['Question', 'Answer 1']])
    const forked = await ask('fork', { sessionId: 'fork-of-1', title: 'Another way' })
    expect([forked.status, await forked.json()]).toMatchObject([201, { sessionId: 'fork-of-1', title: 'Another way' }])
    expect(await conversation(server, '/sessions/fork-of-1')).toEqual([['Question', 'Answer 1']])
    const again = await ask('fork', { sessionId: 'fork-of-1', title: 'Another way' })
    expect([again.status, await again.json()]).toMatchObject([201, { sessionId: 'fork-of-1' }])
    const other = await ask('fork', { sessionId: 'fork-of-1', turnId: second })
    expect(await other.json()).toMatchObject({ code: 'session_exists', field: 'sessionId' })
  })

  it('regenerates once, however often that is asked for under one id', async () => {
    let count = 0
    const server = await serve(() => [{ text: `Answer ${++count}` }])
    const path = await server.begin('session1', 'Question')
    const { head } = await server.look(path)
    const body = { requestId: 'r1', turnId: head, head }
    const ask = () =>
      server.server.handle(
        new Request(`http://localhost${path}/regenerate`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        { remoteAddress: '127.0.0.1' },
      )
    const answers = await Promise.all([1, 2, 3].map(ask))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    await untilStatus(server, path, 'idle')
    expect([(await ask()).status, count]).toEqual([202, 2])
  })

  it('does under an id what was done before a restart, and nothing more', async () => {
    let count = 0
    const script: Script = (_, call) => [{ text: `Answer ${++count}` }, ...(call === 3 ? [{ crash: 'gone' }] : [])]
    const store = createMemoryStore()
    const server = await serve(script, { store })
    const path = await server.begin('session1', 'Question')
    const asked = async (at: ServerUnderTest, name: string, body: object) => {
      const answer = await at.ask(`${path}/${name}`, { body })
      const json: unknown = await answer.json()
      await untilStatus(at, path, 'idle')
      return json
    }
    const turnOf = async () => ({ turnId: (await server.look(path)).head, head: (await server.look(path)).head })
    const bodies = {
      regenerate: { requestId: 'r1', ...(await turnOf()) },
      edit: { requestId: 'r2', content: 'Other question', ...(await turnOf()) },
      resume: { requestId: 'r3' },
    }
    const first: unknown[] = []
    for (const [name, body] of Object.entries(bodies))
      first.push(await asked(server, name, { ...body, ...(name === 'edit' ? await turnOf() : {}) }))
    expect(count).toBe(4)
    await server.server.close()
    const next = await serve(script, { store })
    for (const [index, [name, body]] of Object.entries(bodies).entries())
      expect(await asked(next, name, body)).toEqual({ ...Object(first[index]), state: 'settled' })
    expect(count).toBe(4)
  })

  it('keeps prompts that wait in line, which can be said otherwise and withdrawn', async () => {
    const go = Promise.withResolvers<void>()
    const server = await serve((_, call) => [
      { run: () => (call === 1 ? go.promise : undefined) },
      { text: `${call}.` },
    ])
    const path = await server.begin('session1')
    const submit = async (requestId: string, content: string): Promise<AcceptedRun> =>
      (await server.ask(`${path}/messages`, { body: { requestId, content, whenBusy: 'queue' } })).json()
    await submit('r1', 'one')
    const second = await submit('r2', 'two')
    const third = await submit('r3', 'three')
    expect([second, third]).toMatchObject([{ state: 'queued' }, { state: 'queued' }])
    const queued = await server.look(path)
    expect(queued.queue.map(({ requestId }) => requestId)).toEqual(['r2', 'r3'])
    const change = (runId: string, asked: Asked) => server.ask(`${path}/queue/${runId}`, asked)
    expect((await change(second.runId, { method: 'PATCH', body: { content: 'zwei' } })).status).toBe(204)
    expect((await change(third.runId, { method: 'DELETE' })).status).toBe(204)
    go.resolve()
    await untilStatus(server, path, 'idle')
    expect(await conversation(server, path)).toEqual([
      ['one', '1.'],
      ['zwei', '2.'],
    ])
  })
})

describe('the list of sessions', () => {
  it('is given in pages, and searched by words of titles', async () => {
    const server = await serve(says('Yes.'))
    for (const title of ['Rain in Paris', 'Snow in Oslo', 'Rain in Rome'])
      await server.ask('/sessions', { body: { title, sessionId: title.replaceAll(' ', '-') } })
    const titles = async (query: string) => {
      const page: Partial<SessionPage> = await (await server.ask(`/sessions?${query}`)).json()
      return { titles: page.sessions?.map(({ title }) => title), next: page.next ?? '' }
    }
    const first = await titles('limit=2')
    const rest = await titles(`limit=2&after=${encodeURIComponent(first.next)}`)
    expect([...(first.titles ?? []), ...(rest.titles ?? [])].sort()).toEqual([
      'Rain in Paris',
      'Rain in Rome',
      'Snow in Oslo',
    ])
    expect(rest.next).toBe('')
    expect((await titles('search=RAIN')).titles?.sort()).toEqual(['Rain in Paris', 'Rain in Rome'])
    expect((await titles('search=rome+rain')).titles).toEqual(['Rain in Rome'])
    expect((await titles(`search=${'x'.repeat(501)}`)).titles).toBeUndefined()
  })

  it('is searched in what was said, too, as it stands, and of so many sessions as the server bears', async () => {
    const server = await serve((turn) => [{ text: `You said: ${turn.blocks.length}. Straße` }], {
      limits: { searchedSessions: 2 },
    })
    const found = async (search: string) => {
      const page: SessionPage = await (await server.ask(`/sessions?search=${encodeURIComponent(search)}`)).json()
      return page.sessions.map(({ sessionId }) => sessionId)
    }
    const tick = () => new Promise((resolve) => setTimeout(resolve, 2))
    const first = await server.begin('session1', 'About whales\nand the sea')
    await tick()
    await server.begin('session2', 'About birds')
    expect([await found('WHALES'), await found('straße'), await found('about sea')]).toEqual([
      ['session1'],
      ['session2', 'session1'],
      ['session1'],
    ])
    // Half in the title, half in the text; and no word of how it is stored.
    expect([await found('birds straße'), await found('assistant')]).toEqual([['session2'], []])
    await server.ask(`${first}/messages`, { body: { requestId: 'r2', content: 'And of elephants' } })
    await untilStatus(server, first, 'idle')
    expect(await found('elephants')).toEqual(['session1'])
    await server.ask(first, { method: 'DELETE' })
    await server.begin('session1', 'About nothing')
    expect(await found('elephants')).toEqual([])
    await tick()
    await server.begin('session3', 'Later')
    expect([await found('straße'), await found('birds')]).toEqual([['session3', 'session1'], ['session2']])
  })
})

describe('a choice of profiles', () => {
  it('says what can be chosen, and what answers: by run, by session, or the first', async () => {
    const asked: (string | undefined)[] = []
    const server = await serve([], {
      profiles: [
        { id: 'quick', label: 'Quick' },
        { id: 'clever', label: 'Clever' },
      ],
      builder: ({ profile }) => {
        asked.push(profile)
        return createEngineBuilder({ base: createScriptedEngine(says('Yes.')) })
      },
    })
    expect(await server.read('/profiles')).toMatchObject({ defaultProfile: 'quick', profiles: [{}, { id: 'clever' }] })
    const path = await server.begin('session1', 'one')
    await server.ask(path, { method: 'PATCH', body: { profile: 'clever' } })
    for (const [requestId, profile] of [
      ['r2', undefined],
      ['r3', 'quick'],
    ]) {
      await server.ask(`${path}/messages`, { body: { requestId, profile, content: 'next' } })
      await untilStatus(server, path, 'idle')
    }
    expect(asked).toEqual(['quick', 'clever', 'quick'])
    const refused = await server.ask(`${path}/messages`, { body: { requestId: 'r4', profile: 'x', content: 'Hi' } })
    expect(await refused.json()).toMatchObject({ status: 422, code: 'no_such_profile', field: 'profile' })
  })
})
