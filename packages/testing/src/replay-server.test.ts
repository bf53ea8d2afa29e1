import { request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startReplayServer } from './node.ts'
import type { WireFault } from './wire-fault.ts'

const post = (url: string, body: string, signal?: AbortSignal) =>
  fetch(url, { method: 'POST', body, ...(signal === undefined ? undefined : { signal }) })

/** What a client gets, piece by piece, and how it ends. */
async function read(response: Response): Promise<{ pieces: string[]; error?: unknown }> {
  const pieces: string[] = []
  try {
    if (response.body !== null)
      for await (const piece of response.body) pieces.push(Buffer.from(piece).toString('latin1'))
    return { pieces }
  } catch (error) {
    return { pieces, error }
  }
}

async function readWith(faults: readonly WireFault[], body = 'abcdefgh') {
  await using server = await startReplayServer([{ response: { contentType: 'text/plain', body }, faults }])
  const response = await post(server.url, '')
  return { response, ...(await read(response)), end: await server.requests[0]?.ended }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('a replay server', () => {
  it('answers by its script, status, headers and pieces', async () => {
    await using server = await startReplayServer([
      {
        request: { method: 'POST', path: '/v1/x?mode=a', body: { b: 1, a: [2] } },
        response: {
          status: 201,
          contentType: 'text/event-stream',
          headers: { 'x-request-id': 'r1', 'content-length': '999', 'content-encoding': 'gzip' },
          body: [{ text: 'one' }, { base64: 'w4Q=', atMs: 15 }],
        },
      },
    ])
    const response = await post(`${server.url}/v1/x?mode=a`, '{"a":[2],"b":1}')
    expect([response.status, response.headers.get('x-request-id')]).toEqual([201, 'r1'])
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect((await read(response)).pieces).toEqual(['one', Buffer.from('Ä').toString('latin1')])
    expect(await server.requests[0]?.ended).toBe('answered')
    server.assertDone()
  })

  it('takes a recording as it stands', async () => {
    const recording: unknown = JSON.parse(
      '{"id":"x","request":null,"response":{"status":429,"contentType":"application/json","body":"{\\"error\\":1}"},"notes":""}',
    )
    // True because it is written so above.
    const exchange = recording as { request: null; response: { status: number; contentType: string; body: string } }
    await using server = await startReplayServer([exchange])
    const response = await post(server.url, '{}')
    expect([response.status, await response.json()]).toEqual([429, { error: 1 }])
    server.assertDone()
  })

  it('says where a request differs, to the client and to the test', async () => {
    const request = { method: 'POST', path: '/v1/x', body: { model: 'a', messages: [{ text: 'hi' }], old: 1 } }
    await using server = await startReplayServer([{ request, response: { body: 'ok' } }])
    const response = await post(`${server.url}/v1/y`, '{"model":"a","messages":[{"text":"ho"},{}],"new":true}')
    expect(response.status).toBe(400)
    const { error } = await response.json()
    expect(error.message).toBe(
      [
        'request 1 (POST /v1/y) does not match:',
        '  path: expected "/v1/x", got "/v1/y"',
        '  body.messages[0].text: expected "hi", got "ho"',
        '  body.messages[1]: not expected, got {}',
        '  body.old: expected 1, is missing',
        '  body.new: not expected, got true',
      ].join('\n'),
    )
    expect(() => server.assertDone()).toThrow(error.message)
  })

  it('refuses a request beyond the script, and names what was not asked for', async () => {
    await using server = await startReplayServer([{ response: { body: '1' } }, { response: { body: '2' } }])
    await (await post(server.url, '')).text()
    expect(() => server.assertDone()).toThrow('1 exchange(s) were not asked for')
    await (await post(server.url, '')).text()
    server.assertDone()
    expect((await post(server.url, '')).status).toBe(400)
    expect(() => server.assertDone()).toThrow('the script has only 2 exchange(s)')
  })

  it('checks a request as the test wants it', async () => {
    await using server = await startReplayServer([{ request: { body: { a: 1 } }, response: { body: 'ok' } }], {
      check: (_expected, received) => (received.headers['x-key'] === undefined ? ['no key'] : []),
    })
    await post(server.url, '{}')
    expect(server.problems[0]).toContain('no key')
  })

  it('answers by a function', async () => {
    await using server = await startReplayServer((request, call) => ({
      response: { body: `${call}: ${request.body}` },
    }))
    expect(await (await post(server.url, 'a')).text()).toBe('1: a')
    expect(await (await post(server.url, 'b')).text()).toBe('2: b')
    server.assertDone()
  })

  it('says so when a script fails while it answers', async () => {
    await using server = await startReplayServer(() => {
      throw new Error('no idea')
    })
    await expect(post(server.url, '')).rejects.toThrow()
    expect(() => server.assertDone()).toThrow('no idea')
  })

  it('cuts the body so that it looks whole', async () => {
    const { pieces, error, end } = await readWith([{ kind: 'cut', at: 3 }])
    expect([pieces.join(''), error, end]).toEqual(['abc', undefined, 'answered'])
  })

  it('resets the connection after some bytes, or before the headers', async () => {
    const { pieces, error, end } = await readWith([{ kind: 'reset', at: 3 }])
    expect([pieces.join(''), end]).toEqual(['abc', 'broken'])
    expect(error).toBeInstanceOf(TypeError)
    await expect(readWith([{ kind: 'reset' }])).rejects.toThrow('fetch failed')
  })

  it('resets the connection where there is no response, or a broken end', async () => {
    await using server = await startReplayServer([{}, { response: { body: 'ab', end: { kind: 'broken' } } }])
    await expect(post(server.url, '')).rejects.toThrow('fetch failed')
    const { pieces, error } = await read(await post(server.url, ''))
    expect(pieces.join('')).toBe('ab')
    expect(error).toBeInstanceOf(TypeError)
  })

  it('drips, splits, sends garbage and pages', async () => {
    expect((await readWith([{ kind: 'drip' }])).pieces.join('')).toBe('abcdefgh')
    expect((await readWith([{ kind: 'split', seed: 2 }], 'x'.repeat(500))).pieces.join('')).toBe('x'.repeat(500))
    const garbage = await readWith([{ kind: 'garbage', seed: 2 }])
    expect([garbage.response.headers.get('content-type'), garbage.pieces.join('').length]).toEqual(['text/plain', 256])
    const page = await readWith([{ kind: 'html', status: 503 }])
    expect([page.response.status, page.pieces.join('').includes('<html>')]).toEqual([503, true])
  })

  it('never answers, and notices that the client left', async () => {
    await using server = await startReplayServer([{ response: { body: '' }, faults: [{ kind: 'silence' }] }])
    const controller = new AbortController()
    const asking = post(server.url, '', controller.signal).catch((error: unknown) => error)
    await until(() => server.openRequests === 1)
    controller.abort()
    await asking
    expect(await server.requests[0]?.ended).toBe('client-left')
    await until(() => server.openSockets === 0)
    expect(server.openRequests).toBe(0)
  })

  it('sends the headers before the first piece', async () => {
    await using server = await startReplayServer([
      { response: { status: 202, body: [{ text: 'late', atMs: 60_000 }] } },
    ])
    expect((await post(server.url, '')).status).toBe(202)
  })

  it('notices that the client left in the middle of a body', async () => {
    const body = [{ text: 'a' }, { text: 'b', atMs: 60_000 }]
    await using server = await startReplayServer([{ response: { body } }])
    const controller = new AbortController()
    const response = await post(server.url, '', controller.signal)
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(await server.requests[0]?.ended).toBe('client-left')
    server.assertDone()
  })

  it('survives a client that leaves while piece after piece is written', async () => {
    await using server = await startReplayServer(() => ({
      response: { body: 'x'.repeat(5_000) },
      faults: [{ kind: 'drip' }],
    }))
    for (let round = 0; round < 20; round++) {
      const reader = (await post(server.url, '')).body?.getReader()
      await reader?.read()
      await reader?.cancel()
      expect(await server.requests[round]?.ended).toBe('client-left')
    }
    server.assertDone()
  })

  it('answers many clients at once', async () => {
    await using server = await startReplayServer((request) => ({
      response: { body: request.body },
      faults: [{ kind: 'drip' }],
    }))
    const bodies = Array.from({ length: 50 }, (_, index) => `body ${index}`)
    expect(await Promise.all(bodies.map(async (body) => (await post(server.url, body)).text()))).toEqual(bodies)
    server.assertDone()
  })

  it('refuses a fault that has no place', async () => {
    const server = startReplayServer([{ response: {}, faults: [{ kind: 'cut', at: -1 }] }])
    await expect(server).rejects.toThrow(RangeError)
  })

  it('survives a client that leaves while it sends its request', async () => {
    await using server = await startReplayServer([{ response: { body: 'ok' } }])
    const client = httpRequest(server.url, { method: 'POST', headers: { 'content-length': '100' } })
    client.on('error', () => client.destroy())
    client.write('half')
    await until(() => server.openRequests === 1)
    client.destroy()
    await until(() => server.openRequests === 0)
    expect(await (await post(server.url, '')).text()).toBe('ok')
    expect(server.requests).toHaveLength(1)
  })

  it('closes with requests open, and again', async () => {
    const server = await startReplayServer([{ response: { body: '' }, faults: [{ kind: 'silence' }] }])
    const asking = post(server.url, '').catch((error: unknown) => error)
    await until(() => server.openRequests === 1)
    await server.close()
    await server.close()
    expect(await asking).toBeInstanceOf(TypeError)
    expect(await server.requests[0]?.ended).toBe('broken')
    expect(server.openSockets).toBe(0)
  })
})
