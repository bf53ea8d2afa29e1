import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createFetchTransport, type PreparedRequest } from './index.ts'
import { startProvider } from './loopback-provider.test-helper.ts'

const request: PreparedRequest = {
  model: 'm-1',
  method: 'POST',
  path: '/messages',
  headers: { 'x-beta': 'a,b', Authorization: 'of the request' },
  body: '{"model":"m-1"}',
  stream: true,
  degradations: [],
}
const { signal } = new AbortController()

describe('the fetch transport', () => {
  it('asks for its secrets anew for each request', async () => {
    await using provider = await startProvider((response) => void response.end('ok'))
    let count = 0
    const transport = createFetchTransport({
      baseUrl: `${provider.baseUrl}//`,
      headers: async () => ({ authorization: `Bearer ${++count}` }),
    })
    for (let round = 0; round < 2; round++) await (await transport.send(request, signal)).body?.cancel()
    expect(provider.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2'])
    expect(provider.requests[0]).toMatchObject({ url: '/v1/messages', headers: { 'x-beta': 'a,b' } })
    expect(transport.host).toBe(new URL(provider.baseUrl).host)
  })

  it.each([
    ['?api-version=1', '/messages', '/v1/messages?api-version=1'],
    ['/?api-version=1', '/messages?beta=true', '/v1/messages?beta=true&api-version=1'],
    ['', '/messages?beta=true', '/v1/messages?beta=true'],
  ])('puts the query %s of the base on the path %s', async (query, path, expected) => {
    await using provider = await startProvider((response) => void response.end('ok'))
    const transport = createFetchTransport({ baseUrl: provider.baseUrl + query })
    await (await transport.send({ ...request, path }, signal)).body?.cancel()
    expect(provider.requests[0]?.url).toBe(expected)
  })

  it('follows no redirect: no key goes to an address that nobody named', async () => {
    await using other = await startProvider((response) => void response.end('stolen'))
    await using provider = await startProvider((response) => {
      response.writeHead(307, { location: `${other.baseUrl}/there?key=sk-secret-1#token` })
      response.end()
    })
    const transport = createFetchTransport({ baseUrl: provider.baseUrl, headers: () => ({ 'x-api-key': 'secret' }) })
    await expect(transport.send(request, signal)).rejects.toMatchObject({
      code: 'invalid_options',
      status: 307,
      message: expect.stringMatching(new RegExp(`redirects: .*${other.baseUrl}/there$`)),
    })
    expect(other.requests).toEqual([])
  })

  it('says of a failure nothing that holds its secrets', async () => {
    const quoting: typeof fetch = (_url, init) =>
      Promise.reject(Object.assign(new Error(`refused ${new Headers(init?.headers).get('authorization')}`), { init }))
    const headers = () => ({ authorization: 'Bearer sk-secret-1' })
    const transport = createFetchTransport({ baseUrl: 'https://api.example.org', headers, fetch: quoting })
    const error: unknown = await transport.send(request, signal).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: 'refused Bearer ***' })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sk-secret-1')
  })

  it('rejects when its secrets cannot be had', async () => {
    const transport = createFetchTransport({
      baseUrl: 'https://api.example.org',
      headers: () => Promise.reject(new Error('the vault is closed')),
    })
    await expect(transport.send(request, signal)).rejects.toThrow('the vault is closed')
  })

  it.each(['sk-…', 'sk-1\nsk-2'])(
    'names the header that cannot be sent, and does not show its value: %j',
    async (key) => {
      const transport = createFetchTransport({ baseUrl: 'https://api.test', headers: () => ({ 'x-api-key': key }) })
      const error = await transport.send(request, signal).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'invalid_options', message: expect.stringContaining('x-api-key') })
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('sk-')
    },
  )

  it('uses the fetch that it is given', async () => {
    const transport = createFetchTransport({
      baseUrl: 'https://api.example.org/v1',
      fetch: async (url, init) => new Response(`${String(url)} ${String(init?.body)}`),
    })
    const response = await transport.send(request, signal)
    expect(await new Response(response.body).text()).toBe('https://api.example.org/v1/messages {"model":"m-1"}')
  })

  it.each(['api.example.org', '', 'ftp://example.org', 'user:hunter2@example.org', 'https://user:hunter2@example.org'])(
    'refuses %j as base address at once, and repeats no password',
    (baseUrl) => {
      const make = () => createFetchTransport({ baseUrl })
      expect(make).toThrowError(expect.objectContaining({ code: 'invalid_options' }))
      expect(make).not.toThrowError(/hunter2/)
    },
  )

  it('says where a request goes and with what, as far as that is known, without secrets and without sending', () => {
    const never = () => {
      throw new Error('asked')
    }
    const transport = createFetchTransport({
      baseUrl: 'https://api.test/v1/?api-version=2&key=k',
      headers: never,
      knownHeaders: { 'X-Api-Key': 'k', 'x-team': 'blue' },
      fetch: never,
    })
    expect(transport.describe?.(request)).toEqual({
      address: 'https://api.test/v1/messages?api-version=2&key=***',
      headers: {
        'content-type': 'application/json',
        'x-beta': 'a,b',
        authorization: '***',
        'x-api-key': '***',
        'x-team': 'blue',
      },
    })
  })
})
