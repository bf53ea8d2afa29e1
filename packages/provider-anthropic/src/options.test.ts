import { background } from '@geppetto/context'
import { createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { anthropic as byFetch } from './fetch.ts'
import { anthropic, anthropicAdapter } from './index.ts'

const asking = createTurn({ blocks: [userBlock('a')] })
const model = 'claude-haiku-4-5'

/** What a program without types may give. */
const given = <T>(options: T, more: object): T => ({ ...options, ...more })

describe('options', () => {
  it.each([
    ['model', { model: ' ' }],
    ['model', { model: undefined }],
    ['temperature', { temperature: 'hot' }],
    ['reasoning.effort', { reasoning: { effort: 'much' } }],
    ['cache', { cache: 'always' }],
    ['serverTools', { serverTools: [{ name: 'web_search' }] }],
    ['betas', { betas: [''] }],
    ['maxTokens', { maxTokens: 5 }],
    ['idleMs', { timeLimits: { idleMs: 0 } }],
  ])('%s is checked by both engines', (name, more) => {
    const expected = expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(name) })
    expect(() => anthropic(given({ model }, more))).toThrow(expected)
    expect(() => byFetch(given({ model, apiKey: 'key' }, more))).toThrow(expected)
  })

  it.each([
    ['apiKey', { apiKey: '' }],
    ['baseUrl', { baseUrl: 'nowhere' }],
    ['client', { client: {} }],
    ['client', { client: { post() {}, withOptions() {}, baseURL: 'https://example.com' }, apiKey: 'key' }],
  ])('%s is checked by the engine of the SDK', (name, more) => {
    const expected = expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(name) })
    expect(() => anthropic(given({ model }, more))).toThrow(expected)
  })

  it.each([
    ['apiKey', { apiKey: '' }],
    ['baseUrl', { baseUrl: 'nowhere' }],
  ])('%s is checked by the engine of fetch', (name, more) => {
    const expected = expect.objectContaining({ code: 'invalid_options', message: expect.stringContaining(name) })
    expect(() => byFetch(given({ model, apiKey: 'key' }, more))).toThrow(expected)
  })

  it('say what is wrong where the environment has no key', () => {
    expect(() => byFetch({ model, apiKey: undefined })).toThrow('apiKey is undefined: is ANTHROPIC_API_KEY set?')
  })

  it.each(['https://proxy.example/v1', 'https://proxy.example/v1/', 'https://proxy.example'])(
    'may name the version in the address: %s',
    async (baseUrl) => {
      const asked: string[] = []
      const fetch = async (input: string | URL | Request) => {
        asked.push(String(input))
        return new Response('', { status: 404 })
      }
      await expect(
        byFetch({ model, apiKey: 'key', baseUrl, fetch }).runInference(background(), asking),
      ).rejects.toMatchObject({ code: 'not_found' })
      expect(asked).toEqual(['https://proxy.example/v1/messages'])
    },
  )

  it('of the adapter alone are checked too', () => {
    expect(() => anthropicAdapter(given({}, { cache: true }))).toThrow(/cache/)
  })

  it('name the host, from the start', () => {
    expect(anthropic({ model, baseUrl: 'https://proxy.example/anthropic' }).info).toEqual({
      api: 'anthropic-messages',
      host: 'proxy.example',
      model,
    })
    expect(byFetch({ model, apiKey: 'key' }).info.host).toBe('api.anthropic.com')
  })
})

it('an option that is undefined is one that is not given', () => {
  const none = undefined
  const options = {
    model: 'claude-haiku-4-5',
    apiKey: 'k',
    temperature: none,
    reasoning: none,
    cache: none,
  }
  const bodies = [
    byFetch({ ...options, baseUrl: none, fetch: none }),
    byFetch({ model: options.model, apiKey: 'k' }),
  ].map((engine) => engine.prepare?.(background(), asking).body)
  expect(bodies[0]).toBe(bodies[1])
})
