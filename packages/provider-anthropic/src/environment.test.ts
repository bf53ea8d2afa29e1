import { inspect } from 'node:util'
import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { createTurn, userBlock } from '@geppetto/turns'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anthropic as byFetch } from './fetch.ts'
import { anthropic as bySdk } from './index.ts'
import { startLoopback } from './loopback.test-helper.ts'

const turn = createTurn({ blocks: [userBlock('Q')] })
const model = 'claude-haiku-4-5'
const secret = /sk-env-1|token-env-1|gw-env-1/

type ApiKey = string | (() => string | Promise<string>)
type Make = (options: { model: string; baseUrl?: string; apiKey?: ApiKey }) => Engine

beforeEach(() => {
  vi.stubEnv('ANTHROPIC_BASE_URL', '')
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-env-1')
  vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-env-1')
  vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'X-Gateway: gw-env-1\nX-Api-Key: gw-env-1\nauthorization: Bearer gw-env-1')
})
afterEach(() => vi.unstubAllEnvs())

const refusing = () =>
  startLoopback((response) => {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end('{}')
  })

describe.each<[string, Make]>([
  ['the SDK', bySdk],
  ['fetch', byFetch],
])('by %s, at an address that the program names', (_name, make) => {
  it.each<[string, ApiKey | undefined]>([
    ['no key', undefined],
    ['the key that the program gives', 'sk-mine-1'],
    ['the key that its function gives', async () => 'sk-mine-1'],
  ])('it gets %s, and nothing of the environment', async (_what, apiKey) => {
    for (const elsewhere of ['', 'https://gateway.example']) {
      vi.stubEnv('ANTHROPIC_BASE_URL', elsewhere)
      await using server = await refusing()
      const engine = make({ model, baseUrl: server.baseUrl, ...(apiKey === undefined ? undefined : { apiKey }) })
      await engine.runInference(background(), turn).catch(() => {})
      const headers = server.requests[0]?.headers ?? {}
      expect(headers['content-type']).toBe('application/json')
      expect(inspect(headers)).not.toMatch(secret)
      expect(inspect(headers).includes('sk-mine-1')).toBe(apiKey !== undefined)
      const target = engine.prepare?.(background(), turn).target
      expect(target?.address).toBe(`${server.baseUrl}/v1/messages`)
      expect(Object.values(target?.headers ?? {}).includes('***')).toBe(apiKey !== undefined)
      if (apiKey !== undefined) expect(headers).toMatchObject({ authorization: 'Bearer sk-mine-1' })
      if (apiKey === undefined) expect(headers).not.toHaveProperty('authorization')
    }
  })
})

describe('by the SDK', () => {
  it.each(['', 'again by the program'])(
    'the key goes to the address that stands beside it, named %s',
    async (named) => {
      vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'X-Gateway: gw-env-1')
      vi.stubEnv('ANTHROPIC_AUTH_TOKEN', '')
      await using server = await refusing()
      vi.stubEnv('ANTHROPIC_BASE_URL', server.baseUrl)
      const engine = bySdk({ model, ...(named === '' ? undefined : { baseUrl: `${server.baseUrl}/v1/` }) })
      await engine.runInference(background(), turn).catch(() => {})
      expect(inspect(server.requests[0]?.headers)).toContain('sk-env-1')
      expect(server.requests[0]?.headers).toHaveProperty('x-gateway', 'gw-env-1')
    },
  )

  it('no key goes to such an address where there is none, but its headers', async () => {
    for (const variable of ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN']) vi.stubEnv(variable, '')
    await using server = await refusing()
    vi.stubEnv('ANTHROPIC_BASE_URL', server.baseUrl)
    await bySdk({ model })
      .runInference(background(), turn)
      .catch(() => {})
    expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': 'gw-env-1', authorization: 'Bearer gw-env-1' })
  })

  it.each([
    ['fails', () => Promise.reject(new Error('the vault is closed')), 'the vault is closed'],
    ['gives none', () => '', 'no key'],
  ])('a function for the key that %s is told of', async (_what, apiKey, message) => {
    await using server = await refusing()
    const asking = bySdk({ model, baseUrl: server.baseUrl, apiKey }).runInference(background(), turn)
    await expect(asking).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining(message) })
    expect(server.requests).toEqual([])
  })
})
