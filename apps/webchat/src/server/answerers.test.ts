import { environmentLayer, valuesLayer } from '@geppetto/settings'
import { startReplayServer } from '@geppetto/testing/node'
import { accessOf, providers } from 'engine-choice'
import { describe, expect, it } from 'vitest'
import { findAnswerers } from './answerers.ts'

const none = { OLLAMA_HOST: '127.0.0.1:1' }
const ids = async (environment: NodeJS.ProcessEnv, values = {}) =>
  (await findAnswerers(accessOf([environmentLayer(environment, providers), valuesLayer(values, 'test')]))).map(
    ({ profile }) => profile.id,
  )

describe('what can answer', () => {
  it('is ELIZA where there is nothing else', async () => {
    expect(await ids(none)).toEqual(['eliza'])
  })

  it('is each model of a host that there is, with ELIZA behind them', async () => {
    const body = JSON.stringify({ data: [{ id: 'qwen3:8b' }, { id: 'llama3.2' }] })
    const answer = { request: { method: 'GET' }, response: { body } }
    await using server = await startReplayServer([answer, answer])
    expect(await ids({ OLLAMA_HOST: new URL(server.url).host })).toEqual([
      'ollama/qwen3:8b',
      'ollama/llama3.2',
      'eliza',
    ])
  })

  it('is a model alone where its host does not say what it has', async () => {
    await using server = await startReplayServer([{ response: { status: 404 } }])
    const environment = { ...none, OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${server.url}/v1` }
    expect(await ids(environment, { chat: { engine: 'gpt-5-mini' } })).toEqual(['openai-responses/gpt-5-mini', 'eliza'])
  })
})
