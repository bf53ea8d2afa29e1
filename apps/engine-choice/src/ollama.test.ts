import { environmentLayer } from '@geppetto/settings'
import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'
import { accessOf } from './access.ts'
import { providers } from './engine-kind.ts'
import { askOllama, type OllamaQuestion } from './ollama.ts'

const ask = (environment: NodeJS.ProcessEnv, question?: OllamaQuestion) =>
  askOllama(accessOf([environmentLayer(environment, providers)]), question)

describe('the address of an Ollama', () => {
  it.each([
    [undefined, '127.0.0.1:11434'],
    [' ', '127.0.0.1:11434'],
    ['0.0.0.0', '127.0.0.1:11434'],
    ['0.0.0.0:1', '127.0.0.1:1'],
    [':1', '127.0.0.1:1'],
    ['localhost', 'localhost:11434'],
    ['http://localhost:1', 'localhost:1'],
    ['http://127.0.0.1:1/', '127.0.0.1:1'],
    ['[::1]:1', '[::1]:1'],
    ['[::]', '127.0.0.1:11434'],
  ])('is for %j %s', async (given, host) => {
    expect(await ask({ OLLAMA_HOST: given }, { patienceMs: 1 })).toMatchObject({ host })
  })
})

describe('askOllama', () => {
  it('knows what is installed, without what makes no conversation', async () => {
    const body = JSON.stringify({ object: 'list', data: [{ id: 'nomic-embed-text:latest' }, { id: 'qwen3:8b' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const { host } = new URL(server.url)
    expect(await ask({ OLLAMA_HOST: host })).toEqual({ host, baseUrl: `${server.url}/v1`, models: ['qwen3:8b'] })
    server.assertDone()
  })

  it('gives the key to the one that the environment names, and to no other', async () => {
    const environment = { OLLAMA_HOST: '127.0.0.1:1', OLLAMA_API_KEY: 'key' }
    expect(await ask(environment)).toMatchObject({ key: { kind: 'value' } })
    expect(await ask(environment, { address: 'http://127.0.0.1:2' })).not.toHaveProperty('key')
  })

  it.each([
    ['a page for people', { body: '<html>' }],
    ['JSON that is no list', { body: '{"data":{}}' }],
    ['an error', { status: 404, body: '{"data":[]}' }],
  ])('takes what answers with %s for no Ollama', async (_what, response) => {
    await using server = await startReplayServer([{ response }])
    expect(await ask({ OLLAMA_HOST: server.url })).not.toHaveProperty('models')
  })

  it('does not wait long for one that says nothing', async () => {
    await using server = await startReplayServer([{ response: {}, faults: [{ kind: 'silence' }] }])
    expect(await ask({ OLLAMA_HOST: server.url })).not.toHaveProperty('models')
  })

  it('does without when nobody listens', async () => {
    const host = '127.0.0.1:1'
    expect(await ask({ OLLAMA_HOST: host })).toEqual({ host, baseUrl: `http://${host}/v1` })
  })
})
