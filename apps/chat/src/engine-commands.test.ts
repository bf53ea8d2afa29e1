import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'
import { Answering } from './answering.ts'
import { engineText, modelText } from './engine-commands.ts'

const { signal } = new AbortController()
const environment = { OLLAMA_HOST: '127.0.0.1:1', OPENAI_API_KEY: 'key-o' }

const start = (engine: 'eliza' | 'openai-responses', changes: NodeJS.ProcessEnv = {}) =>
  Answering.start({ engine }, { settings: {}, environment: { ...environment, ...changes } })

describe('/engine', () => {
  it('shows which engine is on, and what the others would be taken as', async () => {
    expect(
      await engineText(await start('openai-responses'), []),
    ).toBe(`  eliza             eliza, a program of 1966: no language model, no network
* openai-responses  gpt-5-mini at api.openai.com (openai-responses)
  openai-chat       gpt-5-mini at api.openai.com (openai-chat)
  anthropic         needs a key in ANTHROPIC_API_KEY
/engine NAME lets another answer; the conversation goes on.
`)
  })

  it('lets another engine answer, with the model that is named', async () => {
    const answering = await start('eliza')
    expect(await engineText(answering, ['openai-chat', 'gpt-5'])).toBe(
      'Answering: gpt-5 at api.openai.com (openai-chat)\n',
    )
    expect(answering.engine.info).toMatchObject({ api: 'openai-chat', model: 'gpt-5' })
  })

  it('goes back to the model that an engine had', async () => {
    const answering = await start('openai-responses')
    await modelText(answering, ['gpt-5'], signal)
    await engineText(answering, ['eliza'])
    expect(answering.engine.info.api).toBe('eliza')
    expect(await engineText(answering, ['openai-responses'])).toContain('Answering: gpt-5 at')
  })

  it.each([
    [['anthropic'], 'put it into ANTHROPIC_API_KEY and start again'],
    [['gemini'], 'there is no engine gemini: the engines are eliza, openai-responses, openai-chat, anthropic'],
    [['eliza', 'gpt-5'], 'eliza has neither models nor an address'],
  ])('stays with the engine that is on after %j, and says what to do', async (words, message) => {
    const answering = await start('openai-responses')
    const text = await engineText(answering, words)
    expect(text).toContain(message)
    expect(text).toContain('Still answering: gpt-5-mini at api.openai.com (openai-responses)\n')
    expect(answering.choice).toMatchObject({ engine: 'openai-responses' })
  })

  it('says how it is used', async () =>
    expect(await engineText(await start('eliza'), ['a', 'b', 'c'])).toContain('/engine NAME MODEL'))
})

describe('/model', () => {
  it('shows the models of the host, asked for with the key', async () => {
    const body = JSON.stringify({ data: [{ id: 'gpt-5' }, { id: 'tts-1' }, { id: 'gpt-4.1\u001b[2J' }] })
    await using server = await startReplayServer([{ request: { path: '/v1/models' }, response: { body } }])
    const answering = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await modelText(answering, [], signal)).toBe(
      'Answering: gpt-5-mini\nTo be had: gpt-4.1\\x1b[2J, gpt-5\n/model NAME takes another; the conversation goes on.\n',
    )
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-o')
  })

  it('says why the models are not known', async () => {
    await using server = await startReplayServer([{ response: { status: 401 } }])
    const answering = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await modelText(answering, [], signal)).toContain('does not list its models: it answered 401\n')
  })

  it('gives up when it is told to', async () => {
    await using server = await startReplayServer([{ response: {}, faults: [{ kind: 'silence' }] }])
    const answering = await start('openai-responses', { OPENAI_BASE_URL: `${server.url}/v1` })
    expect(await modelText(answering, [], AbortSignal.abort())).toContain('does not list its models: ')
  })

  it('takes another model', async () => {
    const answering = await start('openai-responses')
    expect(await modelText(answering, ['gpt-5'], signal)).toBe(
      'Answering: gpt-5 at api.openai.com (openai-responses)\n',
    )
    expect(answering.engine.info.model).toBe('gpt-5')
  })

  it('says that eliza has none', async () =>
    expect(await modelText(await start('eliza'), [], signal)).toContain('eliza has no models'))

  it('says how it is used', async () =>
    expect(await modelText(await start('openai-responses'), ['a', 'b'], signal)).toContain('/model NAME'))
})
