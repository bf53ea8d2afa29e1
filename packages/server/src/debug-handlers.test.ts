import { createServer } from 'node:http'
import type { SessionClient } from '@geppetto/client'
import { createEngineBuilder, createStepController } from '@geppetto/enginebuilder'
import { openaiChat } from '@geppetto/provider-openai'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { clientOf, fetchOf, isQuiet, saidInState } from './client.test-helper.ts'
import { saidIn, says, serve } from './serve.test-helper.ts'
import { createSessionServer } from './session-server.ts'

const look = defineTool({
  name: 'look',
  description: 'Looks out of the window.',
  input: z.object({}),
  effects: 'none',
  execute: () => 'rain',
})

/** A provider that says yes to everything. */
async function startProvider(): Promise<{ readonly url: string; readonly sent: readonly string[] }> {
  const sent: string[] = []
  const chunks = [{ choices: [{ delta: { content: 'Yes.' } }] }, { choices: [{ delta: {}, finish_reason: 'stop' }] }]
  const answer = `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
  const provider = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => sent.push(text))
    request.on('end', () => response.setHeader('content-type', 'text/event-stream').end(answer))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    provider.closeAllConnections()
    provider.close()
  })
  const address = provider.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`, sent }
}

/** A server that steps through what a script says. */
function stepping() {
  const steps = createStepController({ phases: ['after_inference'], sessions: 'asked' })
  const base = createScriptedEngine((_, call) =>
    call % 2 === 1 ? [{ toolCall: 'look', input: {} }] : [{ text: 'It rains.' }],
  )
  const builder = createEngineBuilder({ base, tools: [look], stepController: steps })
  const server = createSessionServer({ store: createMemoryStore(), builder, debug: { steps } })
  return { steps, server, client: clientOf(server) }
}

/** Steps through a session; resolves when that is on. */
async function stepThrough(session: SessionClient): Promise<() => void> {
  const on = Promise.withResolvers<void>()
  const stop = session.debug.stepThrough((isOn) => isOn && on.resolve())
  await on.promise
  return stop
}

describe('a server that can be looked into', () => {
  it('pauses, shows the turn by phase, and goes on when it is told to', async () => {
    const { client } = stepping()
    await client.create({ sessionId: 'session1' })
    await client.create({ sessionId: 'session2' })
    const stop = await stepThrough(client.session('session1'))
    const session = client.session('session1')
    const paused = Promise.withResolvers<string>()
    session.onEvent((event) => {
      if (event.type === 'debugger-paused') paused.resolve(event.pauseId)
    })
    const leave = session.subscribe(() => {})
    await session.until()
    const submitted = await session.submit('Hi')
    const pauseId = await paused.promise
    await expect(session.debug.endPause('another', 'continue')).rejects.toMatchObject({ code: 'no_such_pause' })
    const elsewhere = client.session('session2').debug.endPause(pauseId, 'continue')
    await expect(elsewhere).rejects.toMatchObject({ code: 'no_such_pause' })
    expect(session.getState().run.status).toBe('running')
    const runNow = session.getState().run.runId ?? ''
    const now = await session.debug.snapshots(runNow)
    expect(now.map(({ phase }) => phase)).toEqual(['pre_inference', 'post_inference'])
    await session.debug.endPause(pauseId, 'continue')
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 1)
    expect(saidInState(state)).toEqual([['Hi', 'tool-call', 'tool-result', 'It rains.']])
    const runId = submitted.status === 'accepted' ? submitted.run.runId : ''
    const snapshots = await session.debug.snapshots(runId)
    expect(snapshots.map(({ phase, blocks }) => [phase, blocks.map(saidIn).at(-1)])).toEqual([
      ['pre_inference', 'Hi'],
      ['post_inference', 'tool-call'],
      ['post_tools', 'tool-result'],
      ['pre_inference', 'tool-result'],
      ['post_inference', 'It rains.'],
      ['final', 'It rains.'],
    ])
    expect(await session.debug.runs()).toMatchObject([{ runId, status: 'completed', stop: 'end_turn' }])
    const { events, left } = await session.debug.events(runId)
    expect([events[0]?.type, events.at(-1)?.type, left]).toEqual(['run-started', 'run-finished', 0])
    expect(events.map(({ type }) => type)).toContain('debugger-paused')
    expect(await session.debug.events('another')).toEqual({ events: [], left: 0 })
    stop()
    leave()
    client.close()
  })

  it('steps through a session as long as somebody holds on to it, and leaves no run paused', async () => {
    const { client, steps, server } = stepping()
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    const leave = session.subscribe(() => {})
    await session.until()
    // Without anybody nothing is paused.
    await session.submit('One')
    await session.until((shown) => isQuiet(shown) && shown.turns.length === 1)
    const [one, two] = [await stepThrough(session), await stepThrough(clientOf(server).session('session1'))]
    await session.submit('Two')
    while (steps.pending.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    one()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([steps.pending.length, session.getState().run.status]).toEqual([1, 'running'])
    two()
    const state = await session.until((shown) => isQuiet(shown) && shown.turns.length === 2)
    expect(state.run.last?.status).toBe('completed')
    leave()
    client.close()
  })

  it('lets go of who steps through a session that is deleted, and through any when it stops', async () => {
    const { client, steps, server } = stepping()
    for (const sessionId of ['session1', 'session2']) await client.create({ sessionId })
    const told: (string | boolean)[] = []
    const listen = (name: string) =>
      client.session(name).debug.stepThrough((isOn, error) => told.push(isOn, error?.code ?? ''))
    const stop = [listen('session1'), listen('session2')]
    while (told.length < 4) await new Promise((resolve) => setTimeout(resolve, 2))
    await client.delete('session1')
    while (told.length < 8) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(told).toEqual([true, '', true, '', false, '', false, 'no_such_session'])
    await server.close()
    while (told.length < 10) await new Promise((resolve) => setTimeout(resolve, 2))
    expect([told.slice(8), steps.pending]).toEqual([[false, ''], []])
    for (const end of stop) end()
    client.close()
  })

  it('keeps the requests as they were sent', async () => {
    const { url, sent } = await startProvider()
    const base = openaiChat({ model: 'gpt-test', apiKey: 'sk-very-secret-key-of-the-server', baseUrl: url })
    const builder = createEngineBuilder({ base })
    const client = clientOf(createSessionServer({ store: createMemoryStore(), builder, debug: {} }))
    await client.create({ sessionId: 'session1' })
    const session = client.session('session1')
    await session.until()
    const submitted = await session.submit('How are you?')
    await session.until((state) => isQuiet(state) && state.turns.length === 1)
    const runId = submitted.status === 'accepted' ? submitted.run.runId : ''
    const requests = await session.debug.requests(runId)
    expect(requests.map(({ body }) => body)).toEqual(sent)
    const { events } = await session.debug.events(runId)
    const call = events.find(({ type }) => type === 'provider-call-started')
    expect(requests[0]?.providerCallId).toBe(call?.correlation.providerCallId)
    expect(requests[0]?.providerCallId).toEqual(expect.any(String))
    expect(JSON.stringify(requests)).not.toContain('sk-very-secret')
    expect(await session.debug.requests('another')).toEqual([])
    client.close()
  })

  it('says where there is no request to show', async () => {
    const server = await serve(says('Yes.'), { debug: {} })
    const path = await server.begin('session1', 'Hi')
    const { head } = await server.look(path)
    expect(await server.read(`${path}/turns/${head}/request`)).toMatchObject({ status: 409, code: 'no_request' })
    expect(server.reported).toEqual([])
  })

  it('shows the request with which a turn was sent, and leaves the session as it was', async () => {
    const base = openaiChat({ model: 'gpt-test', apiKey: 'sk-very-secret-key-of-the-server' })
    const store = createMemoryStore()
    const server = createSessionServer({ store, builder: createEngineBuilder({ base }), debug: {} })
    const builder = createEngineBuilder({ base: createScriptedEngine(says('Fine.')) })
    const speaking = createSessionServer({ store, builder })
    const client = clientOf(server)
    await client.create({ sessionId: 'session1' })
    const other = clientOf(server, { fetch: fetchOf(speaking) })
    const speaker = other.session('session1')
    await speaker.until()
    await speaker.submit('How are you?')
    const { turns } = await speaker.until((state) => isQuiet(state) && state.turns.length === 1)
    const session = client.session('session1')
    const request = await session.debug.request(turns[0]?.turnId ?? '')
    expect(JSON.parse(request.body)).toMatchObject({ model: 'gpt-test', messages: [{ content: 'How are you?' }] })
    expect(JSON.stringify(request)).not.toContain('sk-very-secret')
    expect((await session.until()).turns).toEqual(turns)
    await expect(session.debug.request('unknown')).rejects.toMatchObject({ code: 'no_such_turn' })
    client.close()
    other.close()
  })
})

describe('a server that cannot', () => {
  it('has nothing there', async () => {
    const server = await serve(says('Yes.'))
    const path = await server.begin('session1', 'Hi')
    const runs = ['snapshots', 'events', 'requests'].map((name) => `runs/run_1/${name}`)
    for (const address of ['runs', ...runs, 'steps', 'turns/turn_1/request'])
      expect(await server.read(`${path}/${address}`)).toMatchObject({ status: 404, code: 'not_found' })
    expect(await server.read(`${path}/pauses/p`, { body: { action: 'continue' } })).toMatchObject({ code: 'not_found' })
  })
})
