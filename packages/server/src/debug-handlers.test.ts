import { createEngineBuilder, createStepController } from '@geppetto/enginebuilder'
import { openaiChat } from '@geppetto/provider-openai'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
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

describe('a server that can be looked into', () => {
  it('pauses, shows the turn by phase, and goes on when it is told to', async () => {
    const steps = createStepController({ phases: ['after_inference'] })
    const base = createScriptedEngine([[{ toolCall: 'look', input: {} }], [{ text: 'It rains.' }]])
    const builder = createEngineBuilder({ base, tools: [look], stepController: steps })
    const client = clientOf(createSessionServer({ store: createMemoryStore(), builder, debug: { steps } }))
    await client.create({ sessionId: 'session1' })
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
    expect(session.getState().run.status).toBe('running')
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
    leave()
    client.close()
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
    for (const address of ['runs/run_1/snapshots', 'turns/turn_1/request'])
      expect(await server.read(`${path}/${address}`)).toMatchObject({ status: 404, code: 'not_found' })
    expect(await server.read(`${path}/pauses/p`, { body: { action: 'continue' } })).toMatchObject({ code: 'not_found' })
  })
})
