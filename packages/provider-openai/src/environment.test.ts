import { inspect } from 'node:util'
import { background } from '@geppetto/context'
import type { Engine } from '@geppetto/engine'
import { createTurn, userBlock } from '@geppetto/turns'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as byFetch from './fetch.ts'
import * as bySdk from './index.ts'
import { answerWith, startProvider } from './loopback-provider.test-helper.ts'
import type { ApiKey } from './options.ts'

const turn = createTurn({ blocks: [userBlock('Q')] })
const secret = /sk-env-1|org-env-1|proj-env-1|gw-env-1/

type Make = (options: { model: string; baseUrl?: string; apiKey?: ApiKey }) => Engine

beforeEach(() => {
  vi.stubEnv('OPENAI_BASE_URL', '')
  vi.stubEnv('OPENAI_API_KEY', 'sk-env-1')
  vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-env-1-admin')
  vi.stubEnv('OPENAI_ORG_ID', 'org-env-1')
  vi.stubEnv('OPENAI_PROJECT_ID', 'proj-env-1')
  vi.stubEnv(
    'OPENAI_CUSTOM_HEADERS',
    'X-Gateway: gw-env-1\nAuthorization: Bearer gw-env-1\nContent-Type: text/gw-env-1',
  )
})
afterEach(() => vi.unstubAllEnvs())

async function ask(make: Make, options: { baseUrl?: string; apiKey?: ApiKey }) {
  const { requests, baseUrl } = await startProvider(answerWith('{"error":{"message":"no"}}', { status: 400 }))
  const engine = make({ model: 'm', baseUrl, ...options })
  await engine.runInference(background(), turn).catch(() => {})
  return { headers: requests[0]?.headers ?? {}, prepared: engine.prepare?.(background(), turn), baseUrl }
}

describe.each<[string, Make]>([
  ['openaiChat by the SDK', bySdk.openaiChat],
  ['openaiResponses by the SDK', bySdk.openaiResponses],
  ['openaiChat by fetch', byFetch.openaiChat],
  ['openaiResponses by fetch', byFetch.openaiResponses],
])('%s, at an address that the program names', (_name, make) => {
  it('gets nothing of the environment, and needs no key', async () => {
    const { headers, prepared } = await ask(make, {})
    expect(headers['content-type']).toBe('application/json')
    expect(inspect(headers)).not.toMatch(secret)
    expect(headers).not.toHaveProperty('authorization')
    expect(prepared?.target?.headers).not.toHaveProperty('authorization')
  })

  it.each<[string, ApiKey]>([
    ['a text', 'sk-mine-1'],
    ['a function', async () => 'sk-mine-1'],
  ])('gets the key that the program gives as %s, and nothing else', async (_what, apiKey) => {
    const { headers, prepared, baseUrl } = await ask(make, { apiKey })
    expect(headers.authorization).toBe('Bearer sk-mine-1')
    expect(inspect(headers)).not.toMatch(secret)
    expect(prepared?.target?.address).toBe(baseUrl + prepared?.path)
    expect(prepared?.target?.headers).toMatchObject({ authorization: '***', 'content-type': 'application/json' })
  })

  it('gets nothing where the environment names another address', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'https://gateway.example/v1')
    expect(inspect((await ask(make, {})).headers)).not.toMatch(secret)
  })
})

describe.each<[string, Make]>([
  ['openaiChat', bySdk.openaiChat],
  ['openaiResponses', bySdk.openaiResponses],
])('%s by the SDK', (_name, make) => {
  it.each(['', 'again by the program'])(
    'sends the key to the address that stands beside it, named %s',
    async (named) => {
      vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Gateway: gw-env-1')
      const { requests, baseUrl } = await startProvider(answerWith('{}', { status: 400 }))
      vi.stubEnv('OPENAI_BASE_URL', baseUrl)
      const engine = make({ model: 'm', ...(named === '' ? undefined : { baseUrl: `${baseUrl}/` }) })
      await engine.runInference(background(), turn).catch(() => {})
      expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer sk-env-1', 'x-gateway': 'gw-env-1' })
      expect(engine.prepare?.(background(), turn).target?.headers).toMatchObject({ authorization: '***' })
    },
  )

  it('sends no key to such an address where there is none, but its headers', async () => {
    vi.stubEnv('OPENAI_API_KEY', '')
    vi.stubEnv('OPENAI_ADMIN_KEY', '')
    const { requests, baseUrl } = await startProvider(answerWith('{}', { status: 400 }))
    vi.stubEnv('OPENAI_BASE_URL', baseUrl)
    await make({ model: 'm' })
      .runInference(background(), turn)
      .catch(() => {})
    expect(requests[0]?.headers).toMatchObject({ authorization: 'Bearer gw-env-1', 'x-gateway': 'gw-env-1' })
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', '')
    await make({ model: 'm' })
      .runInference(background(), turn)
      .catch(() => {})
    expect(requests[1]?.headers).not.toHaveProperty('authorization')
  })

  it.each(['https://x.openai.azure.com/openai/v1', 'https://openai.com.example/v1', 'http://api.openai.com/v1'])(
    'knows %s for somebody else’s',
    (baseUrl) => {
      const { target } = make({ model: 'm', baseUrl }).prepare?.(background(), turn) ?? {}
      expect(target?.headers).not.toHaveProperty('authorization')
    },
  )

  it.each([undefined, 'https://eu.api.openai.com/v1'])('knows %s for OpenAI’s own', (baseUrl) => {
    const engine = make({ model: 'm', ...(baseUrl === undefined ? undefined : { baseUrl }) })
    expect(engine.prepare?.(background(), turn).target?.headers).toHaveProperty('authorization', '***')
  })

  it.each([
    ['fails', () => Promise.reject(new Error('the vault is closed')), 'the vault is closed'],
    ['gives none', () => '', 'no key'],
  ])('says so where the function for the key %s', async (_what, apiKey, message) => {
    const { requests, baseUrl } = await startProvider(answerWith('{}'))
    await expect(make({ model: 'm', baseUrl, apiKey }).runInference(background(), turn)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining(message),
    })
    expect(requests).toEqual([])
  })
})
