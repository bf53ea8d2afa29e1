import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { says, serve } from './serve.test-helper.ts'

/** What a server answers to what stands on the line. */
async function onTheLine(url: string, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
  socket.on('data', (bytes) => (answer += bytes.toString()))
  socket.on('error', reject)
  socket.on('close', () => resolve(answer))
  return promise
}

const lines = (first: string, host: string) => `${first} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

describe('a node server', () => {
  it('goes by the name that it was asked under, whatever the path looks like', async () => {
    const { url } = await serve(says('Yes.'))
    for (const path of ['/sessions', '//localhost/sessions', '//127.0.0.1/sessions', 'http://localhost/sessions'])
      expect(await onTheLine(url, lines(`GET ${path}`, 'evil.example'))).toMatch(/"(host_refused|not_found)"/)
    expect(await onTheLine(url, lines('GET //localhost/sessions', 'localhost'))).toContain('"not_found"')
    expect(await onTheLine(url, lines('GET http://evil.example/sessions', 'localhost'))).toContain('{"sessions":[]}')
  })

  it('answers what is no request of a browser by a problem, too', async () => {
    const { url, reported } = await serve(says('Yes.'))
    for (const text of [lines('TRACE /sessions', 'localhost'), lines('GET /sessions', 'a b')])
      expect(await onTheLine(url, text)).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"invalid_request"/)
    expect(reported).toEqual([])
  })

  it('says which methods there are', async () => {
    const { ask } = await serve(says('Yes.'))
    expect((await ask('/sessions', { method: 'PUT' })).headers.get('allow')).toBe('GET, POST')
  })

  it('is told nothing of callers that leave in the middle of their request', async () => {
    const { url, reported, ask } = await serve(says('Yes.'))
    const { port } = new URL(url)
    const head =
      'POST /sessions HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{'
    for (let sent = 1; sent <= head.length; sent += 7) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(head.slice(0, sent), () => socket.destroy()))
      socket.on('close', () => resolve())
      await promise
    }
    expect((await ask('/sessions')).status).toBe(200)
    expect(reported).toEqual([])
  })

  it('keeps no connection for the rest of a body that is too slow', async () => {
    const { url } = await serve(says('Yes.'), { limits: { bodyMs: 20 } })
    const head = 'POST /sessions HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99'
    expect(await onTheLine(url, `${head}\r\n\r\n{`)).toMatch(/^HTTP\/1.1 408 [\s\S]*"code":"too_slow"/)
  })

  it('gives back the streams of callers that leave before they are answered', async () => {
    const asked: (() => void)[] = []
    const answers: (() => void)[] = []
    let isSlow = false
    const authorize = async () => {
      if (!isSlow) return {}
      const { promise, resolve } = Promise.withResolvers<void>()
      answers.push(resolve)
      asked.shift()?.()
      await promise
      return {}
    }
    const server = await serve(says('Yes.'), { authorize, limits: { streamsPerCaller: 1 } })
    const path = await server.begin('session1')
    isSlow = true
    const { promise: isAsked, resolve } = Promise.withResolvers<void>()
    asked.push(resolve)
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
      socket.write(lines(`GET ${path}/events`, 'localhost')),
    )
    const { promise: isClosed, resolve: close } = Promise.withResolvers<void>()
    socket.on('close', () => close())
    await isAsked
    socket.destroy()
    await isClosed
    // The server hears of it before it hears of the next request.
    isSlow = false
    await server.ask('/sessions')
    for (const answer of answers) answer()
    let status = 429
    while (status === 429) {
      const response = await server.ask(`${path}/events`)
      status = response.status
      await response.body?.cancel()
    }
    expect(status).toBe(200)
  })
})
