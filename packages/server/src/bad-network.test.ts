import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore } from '@geppetto/session'
import { createScriptedEngine } from '@geppetto/testing'
import { describe, expect, it } from 'vitest'
import { clientOf, fetchOf, isQuiet, saidInState } from './client.test-helper.ts'
import { createSessionServer, type SessionServer } from './session-server.ts'

/** Numbers from 0 to 1 that are the same in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** A network on which requests, answers and streams are lost, and a proxy that has bad days. */
function badNetwork(server: SessionServer, random: () => number): typeof globalThis.fetch {
  const inner = fetchOf(server)
  return async (input, init) => {
    if (random() < 0.15) throw new TypeError('the request was lost')
    if (random() < 0.1) return new Response('Bad gateway', { status: 502 })
    const response = await inner(input, init)
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      if (random() > 0.15) return response
      throw new TypeError('the answer was lost')
    }
    let left = Math.floor(random() * 4000)
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

describe('on a network that loses a third of everything', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
    'each prompt is run once, and shown once (%i)',
    async (seed) => {
      const random = pseudoRandom(seed)
      const base = createScriptedEngine((turn) => [{ text: ['You are ', 'number ', String(turn.blocks.length), '.'] }])
      const server = createSessionServer({ store: createMemoryStore(), builder: createEngineBuilder({ base }) })
      const [client, sound] = [clientOf(server, { fetch: badNetwork(server, random), random }), clientOf(server)]
      await sound.create({ sessionId: 'session1' })
      const session = client.session('session1')
      const leave = session.subscribe(() => {})
      for (const [index, prompt] of ['one', 'two', 'three'].entries()) {
        const requestId = `request-${index}`
        let submitted = await session.submit(prompt, { requestId })
        // Six tries may be too few here: whoever wanted it clicks again.
        while (submitted.status === 'failed') submitted = await session.retry(requestId)
        await session.until((state) => isQuiet(state) && state.turns.length === index + 1)
      }
      const state = session.getState()
      expect(saidInState(state)).toEqual([
        ['one', 'You are number 1.'],
        ['two', 'You are number 3.'],
        ['three', 'You are number 5.'],
      ])
      expect((await sound.session('session1').until()).turns).toEqual(state.turns)
      leave()
      client.close()
      sound.close()
    },
  )
})
