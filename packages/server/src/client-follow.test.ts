import type { SessionState } from '@geppetto/client'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { clientOf, fetchOf, isQuiet, saidInState } from './client.test-helper.ts'
import { says, serve } from './serve.test-helper.ts'
import { createSessionServer, type SessionServer } from './session-server.ts'

const look = defineTool({
  name: 'look',
  description: 'Looks out of the window.',
  input: z.object({}),
  effects: 'none',
  execute: () => 'rain 🌧',
})

function inMemory(script: Script): SessionServer {
  const builder = createEngineBuilder({ base: createScriptedEngine(script), tools: [look] })
  return createSessionServer({ builder, store: createMemoryStore(), limits: { requestsPerMinute: 1e9 } })
}

const yielding = { run: () => new Promise<void>((resolve) => setImmediate(resolve)) }
const rainy: Script = (_, call) =>
  call % 2 === 1
    ? [{ text: ['Let ', 'me ', 'see 🪟'] }, yielding, { toolCall: 'look', input: {} }]
    : [{ text: ['It rains ', '🌧, ', 'take '] }, yielding, { text: ['an ', 'umbrella ☂.'] }]

const whole = ['Weather?', 'Let me see 🪟', 'tool-call', 'tool-result', 'It rains 🌧, take ', 'an umbrella ☂.']

/** A fetch whose event stream breaks for once behind so many bytes; `bytes` is how many there were. */
function breaking(server: SessionServer, behind: number) {
  const state = { bytes: 0, isBroken: false }
  const inner = fetchOf(server)
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await inner(input, init)
    if (!String(input).endsWith('/events') || state.isBroken || response.body === null) return response
    const reader = response.body.getReader()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        const room = behind - state.bytes
        state.bytes += value.length
        if (value.length <= room) return controller.enqueue(value)
        state.isBroken = true
        if (room > 0) controller.enqueue(value.slice(0, room))
        controller.error(new TypeError('the connection broke'))
        await reader.cancel()
      },
      cancel: () => reader.cancel(),
    })
    return new Response(body, response)
  }
  return { fetch, state }
}

/** Says something in a new session, and gives all that was shown meanwhile. */
async function watch(server: SessionServer, sessionId: string, fetch = fetchOf(server)) {
  const client = clientOf(server, { fetch })
  await client.create({ sessionId })
  const session = client.session(sessionId)
  const states: SessionState[] = []
  session.subscribe(() => states.push(session.getState()))
  await session.until(({ connection }) => connection !== 'connecting' && connection !== 'idle')
  const submitted = await session.submit('Weather?')
  const last = await session.until((state) => isQuiet(state) && state.turns.length > 0)
  client.close()
  return { states, submitted, last }
}

/** The text of everything that is shown. */
const textOf = (state: SessionState) => (saidInState(state)[0] ?? []).join('|')

describe('an event stream that breaks', () => {
  it.each([0, 1, 2, 3])(
    'behind any byte shows the same in the end, and nothing in between that was not so (%i)',
    async (first) => {
      const server = inMemory(rainy)
      const { state } = await (async () => {
        const unbroken = breaking(server, Number.POSITIVE_INFINITY)
        await watch(server, 'unbroken-session', unbroken.fetch)
        return unbroken
      })()
      expect(state.bytes).toBeGreaterThan(2000)
      const { last } = await watch(server, 'model-session')
      const finalText = textOf(last)
      expect(saidInState(last)).toEqual([whole])
      // Every byte where all of it is asked for: `npm run test:deep`.
      const step = process.env.GEPPETTO_DEEP === '1' ? 4 : 149
      for (let behind = first; behind < state.bytes; behind += step) {
        const cut = breaking(server, behind)
        const { states, last: after } = await watch(server, `cut-behind-${behind}`, cut.fetch)
        expect([behind, saidInState(after)]).toEqual([behind, [whole]])
        for (const shown of states) {
          const [turn] = saidInState(shown)
          if (turn?.[0] !== 'Weather?') continue
          expect([behind, finalText.startsWith(turn.join('|'))]).toEqual([behind, true])
        }
      }
      await server.close()
    },
  )
})

describe('two clients of one session', () => {
  it('show the same, whoever speaks', async () => {
    const server = await serve(says(['Hel', 'lo!']))
    await server.begin('session1')
    const clients = [clientOf(server.url), clientOf(server.url)]
    const [one, two] = clients.map((client) => client.session('session1'))
    if (one === undefined || two === undefined) throw new Error('there are two')
    const leave = [one, two].map((session) => session.subscribe(() => {}))
    await Promise.all([one.until(), two.until()])
    await one.submit('Hi from one')
    await two.until((state) => isQuiet(state) && state.turns.length === 1)
    await two.submit('Hi from two')
    const done = (state: SessionState) => isQuiet(state) && state.turns.length === 2
    const [first, second] = await Promise.all([one.until(done), two.until(done)])
    expect(first.turns).toEqual(second.turns)
    expect(saidInState(first)).toEqual([
      ['Hi from one', 'Hello!'],
      ['Hi from two', 'Hello!'],
    ])
    for (const stop of leave) stop()
    for (const client of clients) client.close()
  })

  it('hear of a stop, a new title and another branch', async () => {
    const server = await serve([[{ text: 'Wait' }, { hang: true }], [{ text: 'Again.' }]])
    await server.begin('session1')
    const clients = [clientOf(server.url), clientOf(server.url)]
    const [one, two] = clients.map((client) => client.session('session1'))
    if (one === undefined || two === undefined) throw new Error('there are two')
    const leave = two.subscribe(() => {})
    await one.submit('Go')
    await two.until(({ run }) => run.status === 'running')
    await one.cancel()
    const stopped = await two.until(isQuiet)
    expect([saidInState(stopped), stopped.run.last?.stop]).toEqual([[['Go', 'Wait']], 'user'])
    await one.until(isQuiet)
    await one.regenerate()
    const again = await two.until((state) => isQuiet(state) && saidInState(state)[0]?.[1] === 'Again.')
    const [before] = again.turns[0]?.branches ?? []
    await one.until((state) => isQuiet(state) && saidInState(state)[0]?.[1] === 'Again.')
    await one.checkout(before?.tipId ?? '')
    await one.change({ title: 'Going' })
    const back = await two.until((state) => saidInState(state)[0]?.[1] === 'Wait' && state.title === 'Going')
    expect(back.turns[0]?.branches.map(({ isCurrent }) => isCurrent)).toEqual([true, false])
    leave()
    for (const client of clients) client.close()
  })
})
