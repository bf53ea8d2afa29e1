import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentLayer, valuesLayer } from '@geppetto/settings'
import { startReplayServer } from '@geppetto/testing/node'
import { accessOf, providers } from 'engine-choice'
import { describe, expect, it, onTestFinished } from 'vitest'
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

  it('is each profile of the settings, the one that is on first, with the model that it stands for; what cannot be had is left out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webchat-profiles-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'profiles.yaml')
    const quick = 'quick: { inference_settings: { chat: { api_type: openai-chat, engine: gpt-quick } } }'
    const quiet =
      'quiet: { display_name: Quiet, description: No network., inference_settings: { chat: { api_type: eliza } } }'
    const keyless = 'deep: { inference_settings: { chat: { api_type: claude, engine: claude-deep } } }'
    writeFileSync(file, `slug: team\nprofiles:\n  ${quick}\n  ${quiet}\n  ${keyless}\n`)
    await using server = await startReplayServer([{ response: { status: 404 } }, { response: { status: 404 } }])
    const environment = { ...none, OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${server.url}/v1` }
    const layers = [environmentLayer(environment, providers), valuesLayer({ profile_registries: [file] }, 'test')]
    const offered = (await findAnswerers(accessOf(layers))).map(({ profile }) => profile)
    expect(offered.slice(1, 3)).toEqual([
      { id: 'profile/quick', label: 'quick', description: `gpt-quick at ${new URL(server.url).host}` },
      { id: 'profile/quiet', label: 'Quiet', description: 'No network. · ELIZA' },
    ])
    const on = await findAnswerers(accessOf([...layers, valuesLayer({ profile: 'quiet' }, 'the flag')]))
    expect(on.map(({ profile }) => profile.id).slice(0, 3)).toEqual(['profile/quiet', 'profile/quick', 'eliza'])
    expect(on[0]?.engine().info.model).toBe('eliza-1966')
    expect(on[1]?.facts.model).toBe('gpt-quick')
  })
})
