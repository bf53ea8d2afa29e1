import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startReplayServer } from '@geppetto/testing/node'
import { afterAll, describe, expect, it } from 'vitest'
import { runChat } from './run-chat.test-helper.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'chat-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the settings of a chat', () => {
  it('are explained with --print-settings, each with its layer and its place', async () => {
    const { code, stdout, stderr } = await runChat(['--profile', 'team-agent', '--print-settings'], {
      folder: root,
      env: { OPENAI_API_KEY: 'sk-not-to-be-shown', GEPPETTO_INFERENCE_TEMPERATURE: '0.5' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Built on: models/openai → team/team-agent\n')
    for (const row of [
      /^profile +team-agent +flags +--profile$/m,
      /^profile_registries .* project-config +\.geppetto\/config\.yaml:\d+$/m,
      /^chat\.api_type +openai-responses +models\/openai +\.geppetto\/profiles\/10-models\.yaml:\d+$/m,
      /^chat\.engine +gpt-5-mini +models\/openai /m,
      /^inference\.temperature +0\.5 +environment +GEPPETTO_INFERENCE_TEMPERATURE$/m,
      /^inference\.reasoning_effort +low +team\/team-agent +\.geppetto\/profiles\/20-team\.yaml:\d+$/m,
      /^api\.api_keys\.openai-api-key +\*\*\* +environment +OPENAI_API_KEY$/m,
      /^model_info\.cost +input 0\.25, output 2, cache_read 0\.025 +models\/openai /m,
      /^Answering: gpt-5-mini at api\.openai\.com \(openai-responses\)$/m,
    ])
      expect(stdout).toMatch(row)
  })

  it('swap the provider by one line of YAML', async () => {
    cpSync(join(root, '.geppetto'), join(folder, '.geppetto'), { recursive: true })
    const team = join(folder, '.geppetto', 'profiles', '20-team.yaml')
    const text = readFileSync(team, 'utf8')
    const env = { OPENAI_API_KEY: 'key-o', ANTHROPIC_API_KEY: 'key-a' }
    const answering = async (profile: string) => {
      writeFileSync(team, text.replace('profile_slug: openai }', `profile_slug: ${profile} }`))
      const { stdout } = await runChat(['--profile', 'team-agent', '--print-settings'], { folder, env })
      return stdout.split('\n').find((line) => line.startsWith('Answering: '))
    }
    expect(await answering('openai')).toBe('Answering: gpt-5-mini at api.openai.com (openai-responses)')
    expect(await answering('anthropic')).toBe('Answering: claude-haiku-4-5 at api.anthropic.com (anthropic)')
    expect(await answering('offline')).toContain('Answering: eliza')
  })

  it('reach the provider', async () => {
    const recording = new URL('../../../packages/testing/recordings/openai-responses/text-stream.json', import.meta.url)
    const { response } = JSON.parse(readFileSync(recording, 'utf8'))
    const { contentType, body } = response
    await using server = await startReplayServer([{ response: { status: 200, contentType, body } }])
    const env = { OPENAI_API_KEY: 'key-o', OPENAI_BASE_URL: `${server.url}/v1` }
    const args = ['--profile', 'team-agent', '--max-response-tokens', '77', 'Hello']
    const { code, stdout } = await runChat(args, { folder: root, env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hello\n' })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      model: 'gpt-5-mini',
      reasoning: { effort: 'low' },
      max_output_tokens: 77,
    })
  })

  it('say what an answer cost, where prices are known and it is asked for', async () => {
    const recording = new URL('../../../packages/testing/recordings/openai-responses/text-stream.json', import.meta.url)
    const { response } = JSON.parse(readFileSync(recording, 'utf8'))
    const { contentType, body } = response
    const exchange = { response: { status: 200, contentType, body } }
    await using server = await startReplayServer([exchange, exchange])
    const env = { OPENAI_API_KEY: 'key-o', OPENAI_BASE_URL: `${server.url}/v1` }
    const known = await runChat(['--profile', 'team-agent', '--with-metadata', 'Hello'], { folder: root, env })
    expect(known.stderr).toMatch(/^chat: cost: (less than )?\$0\.\d+$/m)
    const unknown = await runChat(['--with-metadata', 'Hello'], { folder: root, env })
    expect(unknown.stderr).not.toContain('cost')
  })

  it('say who would answer, or why nobody does, where nothing names an engine', async () => {
    const nothing = await runChat(['--print-settings'], { folder: tmpdir() })
    expect(nothing.stdout).toMatch(/^Nothing is set\.|^setting /)
    expect(nothing.stdout).toContain('Answering: eliza, a program of 1966')
    const noKey = await runChat(['--engine', 'anthropic', '--print-settings'], { folder: tmpdir() })
    expect(noKey).toMatchObject({ code: 0, stdout: expect.stringContaining('Nobody answers: anthropic needs a key') })
  })

  it.each([
    [['--profile', 'team-agnet', 'Hi'], 'chat: --profile: there is no profile team-agnet: did you mean team-agent?'],
    [['--config', 'nothing.yaml', 'Hi'], 'chat: nothing.yaml: there is no such file'],
    [['--profile-registries', 'nothing.yaml', 'Hi'], 'chat: --profile-registries: there is no file nothing.yaml'],
    [['--temperature', 'hot', 'Hi'], 'chat: --temperature: inference.temperature must be a number from 0 to 2'],
  ])('that cannot be used are refused with 2: %j', async (args, message) => {
    const { code, stdout, stderr } = await runChat(args, { folder: root })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
