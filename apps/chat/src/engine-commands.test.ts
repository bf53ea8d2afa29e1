import { environmentLayer } from '@geppetto/settings'
import { startReplayServer } from '@geppetto/testing/node'
import { accessOf, providers } from 'engine-choice'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Answering } from './answering.ts'
import type { CommandResult } from './command.ts'
import { type EngineScope, takeEngine, takeModel } from './engine-commands.ts'

const { signal } = new AbortController()
const environment = { OLLAMA_HOST: '127.0.0.1:1', OPENAI_API_KEY: 'key-o' }

/** The commands, and the engines that they let answer. */
async function start(engine: 'eliza' | 'openai-responses' | 'ollama', changes: NodeJS.ProcessEnv = {}) {
  const variables = { ...environment, ...changes, GEPPETTO_CHAT_API_TYPE: engine }
  const answering = await Answering.start(accessOf([environmentLayer(variables, providers)]))
  const engines: string[] = []
  const scope: EngineScope = { answering, answerWith: ({ info }) => engines.push(`${info.api} ${info.model}`) }
  return {
    answering,
    engines,
    engine: async (...words: string[]) => textOf(await takeEngine(scope, words)),
    model: async (...words: string[]) => textOf(await takeModel(scope, words, signal)),
    impatientModel: async () => textOf(await takeModel(scope, [], AbortSignal.abort())),
    choices: async (command: typeof takeEngine | typeof takeModel) => {
      const result = await command(scope, [], signal)
      return result.kind === 'choice' ? result.choices : []
    },
  }
}

function textOf(result: CommandResult): string {
  if (result.kind === 'shown' || result.kind === 'choice') return result.text
  throw new Error(`${result.kind} is no text`)
}

describe('/engine', () => {
  it('offers each engine to choose, with the line that takes it', async () => {
    const { choices } = await start('eliza')
    expect((await choices(takeEngine)).map(({ line, isCurrent }) => [line, isCurrent])).toEqual([
      ['/engine eliza', true],
      ['/engine openai-responses', false],
      ['/engine openai-chat', false],
      ['/engine anthropic', false],
      ['/engine ollama', false],
    ])
  })

  it('shows which engine is on, and what the others would be taken as', async () => {
    const { engine } = await start('openai-responses')
    expect(await engine()).toBe(`  eliza             eliza, a program of 1966: no language model, no network
* openai-responses  gpt-5-mini at api.openai.com (openai-responses)
  openai-chat       gpt-5-mini at api.openai.com (openai-chat)
  anthropic         needs a key in ANTHROPIC_API_KEY
  ollama            no Ollama answers at 127.0.0.1:1: start it with ollama serve, or name its address
/engine NAME lets another answer; the conversation goes on.
`)
  })

  it('lets another engine answer, with the model that is named', async () => {
    const { engine, engines } = await start('eliza')
    expect(await engine('openai-chat', 'gpt-5')).toBe('Answering: gpt-5 at api.openai.com (openai-chat)\n')
    expect(engines).toEqual(['openai-chat gpt-5'])
  })

  it('takes an address, with the model that the host has, or that is named', async () => {
    const list = { request: { path: '/v1/models' }, response: { body: '{"data":[{"id":"local"}]}' } }
    await using server = await startReplayServer([list, { ...list, request: { path: '/v1/models?limit=1000' } }])
    const address = `${server.url}/v1`
    const { engine, answering } = await start('openai-responses')
    const { host } = new URL(address)
    expect(await engine(address)).toBe(`Answering: local at ${host} (openai-chat)\n`)
    expect(await engine('openai-chat', 'other', address)).toBe(`Answering: other at ${host} (openai-chat)\n`)
    expect(await engine('anthropic', address.slice(0, -3))).toBe(`Answering: local at ${host} (anthropic)\n`)
    // It is not forgotten.
    await engine('eliza')
    await engine('openai-chat')
    expect(answering.choice).toMatchObject({ engine: 'openai-chat', model: 'other', baseUrl: address })
    expect(await engine('openai-chat', 'https://api.openai.com/v1')).toContain(
      'Answering: gpt-5-mini at api.openai.com',
    )
  })

  it('goes back to the model that an engine had', async () => {
    const { engine, model, answering } = await start('openai-responses')
    await model('gpt-5')
    await engine('eliza')
    expect(answering.engine.info.api).toBe('eliza')
    expect(await engine('openai-responses')).toContain('Answering: gpt-5 at')
  })

  it.each([
    [['anthropic'], 'put it into ANTHROPIC_API_KEY and start again'],
    [
      ['gemini'],
      'there is no api_type gemini: registered are openai-responses, openai-chat, openai, ollama, anthropic',
    ],
    [['eliza', 'gpt-5'], 'eliza has neither models nor an address'],
    [
      ['openai-chat', 'localhost:8080/v1'],
      'the base URL must begin with http:// or https://: http://localhost:8080/v1',
    ],
    [['a', 'b', 'c'], '/engine NAME [MODEL] [ADDRESS]'],
    [['http://one.example', 'http://two.example'], '/engine NAME [MODEL] [ADDRESS]'],
  ])('stays with the engine that is on after %j, and says what to do', async (words, message) => {
    const { engine, engines, answering } = await start('openai-responses')
    const text = await engine(...words)
    expect(text).toContain(message)
    expect(text).toContain('Still answering: gpt-5-mini at api.openai.com (openai-responses)\n')
    expect([answering.choice.engine, engines]).toEqual(['openai-responses', []])
  })
})

describe('/model', () => {
  // No test asks a vendor: without an answer nobody knows what it lists.
  const { fetch } = globalThis
  beforeEach(() =>
    vi.stubGlobal('fetch', (address: string, init?: RequestInit) =>
      address.startsWith('http://127.0.0.1') ? fetch(address, init) : Promise.reject(new Error('no network')),
    ),
  )
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['gpt-5-mimi', 'Did you mean gpt-5-mini?'],
    ['completely-else', '/model shows what it lists.'],
  ])('takes %s, which the host does not list, and says so', async (name, hint) => {
    const body = JSON.stringify({ data: [{ id: 'gpt-5-mini' }, { id: 'gpt-4.1-2025-04-14' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const { model, engines } = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    const { host } = new URL(server.url)
    expect(await model(name)).toBe(
      `Answering: ${name} at ${host} (openai-responses)\n${host} does not list ${name}, and is asked for it all the same. ${hint}\n`,
    )
    expect(engines).toEqual([`openai-responses ${name}`])
  })

  it.each(['gpt-5-mini', 'gpt-4.1'])('takes %s without a word, as the host lists it', async (name) => {
    const body = JSON.stringify({ data: [{ id: 'gpt-5-mini' }, { id: 'gpt-4.1-2025-04-14' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const { model } = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await model(name)).toMatch(/^Answering: .*\n$/)
  })

  it('shows the models of the host, asked for with the key', async () => {
    const body = JSON.stringify({ data: [{ id: 'gpt-5' }, { id: 'tts-1' }, { id: 'gpt-4.1\u001b[2J' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const { model } = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await model()).toBe(
      'Answering: gpt-5-mini\nTo be had: gpt-4.1\\x1b[2J, gpt-5\n/model NAME takes another; the conversation goes on.\n',
    )
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-o')
  })

  it('says why the models are not known', async () => {
    await using server = await startReplayServer([{ response: { status: 401 } }])
    const { model } = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await model()).toContain('does not list its models: it answered 401\n')
  })

  it('gives up when it is told to', async () => {
    await using server = await startReplayServer([{ response: {}, faults: [{ kind: 'silence' }] }])
    const { impatientModel } = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await impatientModel()).toContain('does not list its models: ')
  })

  it('takes another model', async () => {
    const { model, engines } = await start('openai-responses')
    expect(await model('gpt-5')).toBe('Answering: gpt-5 at api.openai.com (openai-responses)\n')
    expect(engines).toEqual(['openai-responses gpt-5'])
  })

  it.each(['openai-responses', 'eliza'] as const)('of another vendor is asked of that one, from %s', async (engine) => {
    const { model } = await start(engine, { ANTHROPIC_API_KEY: 'key-a' })
    expect(await model('claude-haiku-4-5')).toBe('Answering: claude-haiku-4-5 at api.anthropic.com (anthropic)\n')
    expect(await model('gpt-5')).toBe('Answering: gpt-5 at api.openai.com (openai-responses)\n')
  })

  it('of a vendor without a key is not asked of another', async () => {
    const { model } = await start('openai-responses')
    expect(await model('claude-haiku-4-5')).toMatch(
      /^claude-haiku-4-5 is a model of Anthropic, and anthropic needs a key: .*\nStill answering: gpt-5-mini /,
    )
  })

  it('says that eliza has none', async () => {
    const { model } = await start('eliza')
    expect(await model()).toContain('eliza has no models')
  })

  it('says how it is used', async () => {
    const { model } = await start('openai-responses')
    expect(await model('a', 'b')).toContain('/model NAME')
  })
})
