import type { PreparedRequest, Transport } from '@geppetto/engine'
import { describe, expect, it } from 'vitest'
import type { Cassette } from './cassette.ts'
import { recordSession } from './record-session.ts'
import { replaySession } from './replay-session.ts'
import type { WireAnswer } from './wire-exchange.ts'

const request: PreparedRequest = {
  model: 'm',
  method: 'POST',
  path: '/v1',
  headers: { 'x-key': 'secret' },
  body: '{"a":1}',
  stream: true,
  degradations: [],
}
const signal = new AbortController().signal
/** Only asked for its host. */
const unused: Transport = {
  host: 'h',
  send: () => Promise.reject(new Error('a replay must not send')),
}

function cassetteOf(response: WireAnswer): Cassette {
  const asked = { method: 'POST', path: '/v1', body: { a: 1 } }
  return {
    format: 'geppetto-cassette',
    version: 1,
    startedAt: 1_000,
    ids: {},
    exchanges: [{ sentAtMs: 0, host: 'h', request: asked, response }],
    toolCalls: [],
  }
}

describe('a recorded answer', () => {
  it('comes when it came: headers, each piece, the end', async () => {
    const body = [
      { atMs: 150, text: 'a' },
      { atMs: 250, text: 'b' },
    ]
    const cassette = cassetteOf({
      atMs: 100,
      status: 201,
      headers: { 'x-id': '7' },
      body,
      end: { kind: 'whole', atMs: 400 },
    })
    const times = await replaySession(cassette, async ({ clock, transport }) => {
      const response = await transport(unused).send(request, signal)
      const seen: unknown[] = [clock.now(), response.status, response.headers.get('X-Id'), response.headers.get('x-no')]
      const reader = response.body?.getReader()
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) seen.push(clock.now())
      return [...seen, clock.now()]
    })
    expect(times).toEqual([1_100, 201, '7', null, 1_150, 1_250, 1_400])
  })

  it('comes no faster to a reader that takes its time, and no slower', async () => {
    const body = [
      { atMs: 10, text: 'a' },
      { atMs: 20, text: 'b' },
    ]
    const times = await replaySession(cassetteOf({ body }), async ({ clock, transport }) => {
      const response = await transport(unused).send(request, signal)
      const reader = response.body?.getReader()
      await new Promise<void>((resolve) => clock.schedule(resolve, 500))
      await reader?.read()
      await reader?.read()
      return clock.now()
    })
    expect(times).toBe(1_500)
  })

  it('that was given up may be given up again, and then waits for nothing', async () => {
    const cassette = cassetteOf({ body: [{ atMs: 1, text: 'a' }], end: { kind: 'left', atMs: 5 } })
    const later = await replaySession(cassette, async ({ clock, transport }) => {
      const reader = (await transport(unused).send(request, signal)).body?.getReader()
      await reader?.read()
      const pending = reader?.read()
      await new Promise<void>((resolve) => clock.schedule(resolve, 4))
      await reader?.cancel()
      await pending
      await new Promise<void>((resolve) => clock.schedule(resolve, 60_000))
      return clock.now()
    })
    expect(later).toBe(61_005)
  })

  it('ends for a reader whose request is aborted', async () => {
    const cassette = cassetteOf({
      body: [
        { atMs: 1, text: 'a' },
        { atMs: 9_000, text: 'b' },
      ],
    })
    const error = await replaySession(cassette, async ({ clock, transport }) => {
      const controller = new AbortController()
      clock.schedule(() => controller.abort(new Error('enough')), 50)
      const reader = (await transport(unused).send(request, controller.signal)).body?.getReader()
      await reader?.read()
      return reader?.read().catch((thrown: unknown) => [thrown, clock.now()])
    })
    expect(error).toEqual([new Error('enough'), 1_050])
  })
})

describe('a recording', () => {
  it('keeps the headers that were read, and of these none that lets somebody in', async () => {
    const live: Transport = {
      host: 'h',
      send: async () => new Response('ok', { headers: { 'set-cookie': 'secret', 'x-id': '7', 'x-other': 'unread' } }),
    }
    const { cassette } = await recordSession(async ({ transport }) => {
      const { headers, body } = await transport(live).send(request, signal)
      headers.get('Set-Cookie')
      headers.get('X-Id')
      return new Response(body).text()
    })
    expect(cassette.exchanges[0]?.response?.headers).toEqual({
      'content-type': 'text/plain;charset=UTF-8',
      'x-id': '7',
    })
    expect(JSON.stringify(cassette)).not.toContain('secret')
  })

  it('keeps a body that nobody read as one that was given up', async () => {
    const live: Transport = { host: 'h', send: async () => new Response('unread') }
    const { cassette } = await recordSession(async ({ transport }) => {
      await transport(live).send(request, signal)
    })
    expect(cassette.exchanges[0]?.response).toMatchObject({ body: [], end: { kind: 'left' } })
  })

  it('is not changed by what goes on after the program', async () => {
    let goOn = () => {}
    const live: Transport = { host: 'h', send: async () => new Response('late') }
    const { cassette } = await recordSession(async ({ transport }) => {
      const { body } = await transport(live).send(request, signal)
      goOn = () => void new Response(body).text()
    })
    const before = JSON.stringify(cassette)
    goOn()
    await new Promise((resolve) => setImmediate(resolve))
    expect(JSON.stringify(cassette)).toBe(before)
  })
})
