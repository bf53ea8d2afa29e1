import type { Client, SessionState } from '@geppetto/client'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine, type Script, type ScriptAction } from '@geppetto/testing'
import { defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { clientOf, fetchOf, isQuiet } from './client.test-helper.ts'
import { createSessionServer, type SessionServer } from './session-server.ts'

/** Numbers from 0 to 1 that are the same in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const look = defineTool({
  name: 'look',
  description: 'Looks out of the window.',
  input: z.object({}),
  effects: 'none',
  execute: () => 'rain 🌧',
})

const breath: ScriptAction = { run: () => new Promise<void>((resolve) => setImmediate(resolve)) }

/** Calls that say their number and count: what is lost or doubled in one shows. Some call a tool, some break off and are made anew, some fail. */
function counting(random: () => number): Script {
  return (turn, call) => {
    const actions: ScriptAction[] = []
    const words = 1 + Math.floor(random() * 12)
    for (let word = 0; word < words; word++) {
      actions.push({ text: [`${call}`, `.${word} `] })
      if (random() < 0.5) actions.push(breath)
    }
    const chance = random()
    if (chance < 0.15) actions.push({ fail: 'network', retryable: true })
    else if (chance < 0.2) actions.push({ fail: 'invalid_request' })
    else if (chance < 0.45 && turn.blocks.at(-1)?.kind === 'user') actions.push({ toolCall: 'look', input: {} })
    return actions
  }
}

/** A network whose streams are cut behind any byte. */
function cutting(server: () => SessionServer, random: () => number): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetchOf(server())(input, init)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response
    // Sometimes more than any frame is long: nobody gets on else.
    let left = Math.floor(100 * 2 ** (random() * 10))
    const reader = response.body?.getReader()
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const read = await reader?.read()
        if (read === undefined || read.done) return controller.close()
        controller.enqueue(read.value.slice(0, left))
        left -= read.value.length
        if (left > 0) return
        await reader?.cancel()
        controller.error(new TypeError('the stream was lost'))
      },
      cancel: () => reader?.cancel(),
    })
    return new Response(body, response)
  }
}

/** What is wrong with what a client shows, at any moment: a word that is missing, or there twice. */
function faultIn({ turns, pending }: SessionState): string | undefined {
  const ids = turns.map(({ turnId }) => turnId)
  if (new Set(ids).size < ids.length) return 'a turn twice'
  const said: string[] = []
  for (const { blocks } of turns) {
    if (new Set(blocks.map(({ id }) => id)).size < blocks.length) return 'a block twice'
    let before = { call: '', word: -1 }
    for (const block of blocks) {
      if (block.kind === 'user') said.push(JSON.stringify(block.content))
      if (block.kind !== 'assistant') continue
      const [, call = '', , word] = /^(\d+)(\.(\d+) )?$/.exec(block.text) ?? []
      const next = call === before.call ? before.word + 1 : 0
      if (call === '' || (word !== undefined && Number(word) !== next)) return `${block.text} behind ${before.word}`
      before = { call, word: word === undefined ? Number.NaN : next }
    }
  }
  const isShownTwice = pending.some(({ content }) => said.some((text) => text.includes(JSON.stringify(content))))
  return isShownTwice ? 'a prompt twice' : undefined
}

/** What of a state must be the same for all. */
const shown = ({ turns, run, queue, title }: SessionState) => ({ turns, run, queue, title })

/** Does something or other, as somebody at a page would. What is refused is refused. */
async function act(client: Client, random: () => number, count: number): Promise<void> {
  const session = client.session('session1')
  const state = await session.until()
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]
  const turnId = pick(state.turns)?.turnId ?? 'none'
  const acts: readonly (() => Promise<unknown>)[] = [
    () => session.submit(`prompt ${count}`, { whenBusy: 'queue' }),
    () => session.submit(`prompt ${count}`, { whenBusy: 'interrupt' }),
    () => session.submit(`prompt ${count}`, { whenBusy: 'queue' }),
    () => session.cancel(),
    () => session.regenerate(turnId),
    () => session.edit(turnId, `edit ${count}`),
    () => session.checkout(pick(pick(state.turns)?.branches ?? [])?.tipId ?? 'none'),
    () => session.resume(),
    () => session.withdraw(pick(state.queue)?.runId ?? 'none'),
    () => session.change({ title: `title ${count}` }),
  ]
  await pick(acts)?.().catch(() => undefined)
}

/** The session once nothing goes on in it, read anew. */
async function untilStill(server: SessionServer): Promise<SessionState> {
  for (;;) {
    const client = clientOf(server)
    const session = client.session('session1')
    const state = await session.until()
    if (isQuiet(state)) return state
    if (state.run.status !== 'running') await session.resume().catch(() => undefined)
    client.close()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Waits for what the others show; what they last showed where it never comes. */
async function untilSame(client: Client, wanted: SessionState): Promise<unknown> {
  const session = client.session('session1')
  const isSame = (state: SessionState) => JSON.stringify(shown(state)) === JSON.stringify(shown(wanted))
  const tooLong = new Promise<undefined>((resolve) => setTimeout(resolve, 4000))
  await Promise.race([session.until(isSame), tooLong])
  return shown(session.getState())
}

const seeds = process.env.GEPPETTO_DEEP === '1' ? 200 : 12

describe('over streams that are cut anywhere, whatever is done meanwhile', () => {
  it.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
    'nobody sees a word twice or too few, and all come to the same (%i)',
    async (seed) => {
      const random = pseudoRandom(seed)
      const store = createMemoryStore()
      const base = createScriptedEngine(counting(random))
      const retry = { afterVisible: 'restart', backoffMs: 1, attempts: 3 } as const
      const builder = createEngineBuilder({ base, tools: [look], retry })
      const open = () =>
        createSessionServer({ builder, store, limits: { requestsPerMinute: 1e9 }, reportError: () => {} })
      let server = open()
      const cut = () => clientOf(server, { fetch: cutting(() => server, random), random })
      const sound = clientOf(server, { fetch: (input, init) => fetchOf(server)(input, init) })
      await sound.create({ sessionId: 'session1' })
      const clients = [cut(), cut(), sound]
      const faults: string[] = []
      for (const [index, client] of clients.entries()) {
        const session = client.session('session1')
        session.subscribe(() => {
          const fault = faultIn(session.getState())
          if (fault !== undefined && faults.length < 3) faults.push(`client ${index}: ${fault}`)
        })
        await session.until()
      }
      const acting: Promise<void>[] = []
      for (let count = 0; count < 25; count++) {
        const client = clients[Math.floor(random() * clients.length)] ?? sound
        acting.push(act(client, random, count))
        if (random() < 0.5) await Promise.all(acting.splice(0))
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve))
        if (random() < 0.04) {
          await server.close()
          server = open()
        }
      }
      await Promise.all(acting)
      const wanted = await untilStill(server)
      for (const client of clients) expect(await untilSame(client, wanted)).toEqual(shown(wanted))
      expect(faults).toEqual([])
      for (const client of clients) client.close()
      await server.close()
    },
    20_000,
  )
})
