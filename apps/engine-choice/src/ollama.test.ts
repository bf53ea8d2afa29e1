import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'
import { askOllama, ollamaOrigin } from './ollama.ts'

describe('ollamaOrigin', () => {
  it.each([
    [undefined, 'http://127.0.0.1:11434'],
    [' ', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:9999', 'http://127.0.0.1:9999'],
    [':9999', 'http://127.0.0.1:9999'],
    ['studio.local', 'http://studio.local:11434'],
    ['http://studio.local', 'http://studio.local'],
    ['https://studio.local/', 'https://studio.local'],
    ['[::1]:9999', 'http://[::1]:9999'],
    ['[::]', 'http://127.0.0.1:11434'],
    ['no address', 'http://127.0.0.1:11434'],
  ])('takes %j for %s', (given, origin) => expect(ollamaOrigin(given).origin).toBe(origin))
})

describe('askOllama', () => {
  it('knows what is installed, without what makes no conversation', async () => {
    const body = JSON.stringify({ object: 'list', data: [{ id: 'nomic-embed-text:latest' }, { id: 'qwen3:8b' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const { host } = new URL(server.url)
    expect(await askOllama({ OLLAMA_HOST: host })).toEqual({ host, baseUrl: `${server.url}/v1`, models: ['qwen3:8b'] })
    server.assertDone()
  })

  it('gives the key to the one that the environment names, and to no other', async () => {
    const environment = { OLLAMA_HOST: '127.0.0.1:1', OLLAMA_API_KEY: 'key' }
    expect(await askOllama(environment)).toMatchObject({ apiKey: 'key' })
    expect(await askOllama(environment, { address: 'http://127.0.0.1:2' })).not.toHaveProperty('apiKey')
  })

  it.each([
    ['a page for people', { body: '<html>' }],
    ['JSON that is no list', { body: '{"data":{}}' }],
    ['an error', { status: 404, body: '{"data":[]}' }],
  ])('takes what answers with %s for no Ollama', async (_what, response) => {
    await using server = await startReplayServer([{ response }])
    expect(await askOllama({ OLLAMA_HOST: server.url })).not.toHaveProperty('models')
  })

  it('does not wait long for one that says nothing', async () => {
    await using server = await startReplayServer([{ response: {}, faults: [{ kind: 'silence' }] }])
    expect(await askOllama({ OLLAMA_HOST: server.url })).not.toHaveProperty('models')
  })

  it('does without when nobody listens', async () => {
    const host = '127.0.0.1:1'
    expect(await askOllama({ OLLAMA_HOST: host })).toEqual({ host, baseUrl: `http://${host}/v1` })
  })
})
