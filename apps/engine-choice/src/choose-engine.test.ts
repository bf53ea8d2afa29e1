import { environmentLayer } from '@geppetto/settings'
import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'
import { accessOf } from './access.ts'
import { chooseEngine, type EngineChoice, type EngineWish, otherEngines } from './choose-engine.ts'
import { type EngineName, providers } from './engine-kind.ts'

/** No Ollama: port 1 is nobody's. */
const none = { OLLAMA_HOST: '127.0.0.1:1' }
const openai = { ...none, OPENAI_API_KEY: 'key-o' }
const anthropic = { ...none, ANTHROPIC_API_KEY: 'key-a' }

const accessIn = (environment: NodeJS.ProcessEnv) => accessOf([environmentLayer(environment, providers)])

/** The choice, with the key itself. */
async function choose(wish: EngineWish, environment: NodeJS.ProcessEnv): Promise<object> {
  const choice: EngineChoice = await chooseEngine(wish, accessIn(environment))
  if (choice.engine === 'eliza' || choice.apiKey === undefined) return choice
  return { ...choice, apiKey: await choice.apiKey.read() }
}

const others = (chosen: EngineName, environment: NodeJS.ProcessEnv) => otherEngines(chosen, accessIn(environment))

function modelServer(...ids: string[]) {
  const body = JSON.stringify({ data: ids.map((id) => ({ id })) })
  return startReplayServer([{ request: { method: 'GET' }, response: { body } }])
}

describe('chooseEngine, when nothing is asked for', () => {
  it.each([
    [openai, 'openai-responses', 'OPENAI_API_KEY is set'],
    [anthropic, 'anthropic', 'ANTHROPIC_API_KEY is set'],
    [{ ...openai, ...anthropic }, 'openai-responses', 'OPENAI_API_KEY is set, and comes before ANTHROPIC_API_KEY'],
  ])('takes the provider whose key is there, and says why', async (environment, engine, reason) => {
    expect(await choose({}, environment)).toMatchObject({ engine, reason })
  })

  it('takes the first model of an Ollama that answers', async () => {
    await using server = await modelServer('nomic-embed-text', 'qwen3:8b', 'llama3.2')
    const { host } = new URL(server.url)
    expect(await choose({}, { OLLAMA_HOST: host })).toEqual({
      engine: 'ollama',
      model: 'qwen3:8b',
      baseUrl: `${server.url}/v1`,
      reason: `no key is set (OPENAI_API_KEY, ANTHROPIC_API_KEY), and an Ollama answers at ${host}`,
    })
  })

  it('takes eliza when the Ollama has no model, and says what installs one', async () => {
    await using server = await modelServer()
    expect(await choose({}, { OLLAMA_HOST: server.url })).toEqual({
      engine: 'eliza',
      reason: expect.stringContaining('has no model: ollama pull NAME installs one'),
    })
  })

  it('takes eliza when there is nothing else', async () => {
    expect(await choose({}, { ...none, OPENAI_API_KEY: ' ' })).toEqual({
      engine: 'eliza',
      reason: 'no key is set (OPENAI_API_KEY, ANTHROPIC_API_KEY), and no Ollama answers at 127.0.0.1:1',
    })
  })
})

describe('chooseEngine, when an engine is named', () => {
  it('takes its key, address and model, and gives no reason', async () => {
    expect(await choose({ engine: 'openai-chat' }, openai)).toEqual({
      engine: 'openai-chat',
      model: 'gpt-5-mini',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'key-o',
      keyPlace: 'OPENAI_API_KEY',
    })
  })

  it('takes the address that the environment names, and the model that is asked for', async () => {
    const environment = { ...anthropic, ANTHROPIC_BASE_URL: 'https://gateway.example' }
    expect(await choose({ engine: 'anthropic', model: 'claude-x' }, environment)).toMatchObject({
      model: 'claude-x',
      baseUrl: 'https://gateway.example',
    })
  })

  it('takes the vendor’s address for its own, also where it is written out', async () => {
    const wish = { engine: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' } as const
    expect(await choose(wish, anthropic)).toMatchObject({ ...wish, model: 'claude-sonnet-5-5' })
  })

  it('takes an Ollama by its name, beside a key too', async () => {
    await using server = await modelServer('qwen3:8b')
    const environment = { ...openai, OLLAMA_HOST: server.url }
    const choice = { engine: 'ollama', model: 'qwen3:8b', baseUrl: `${server.url}/v1` }
    expect(await choose({ engine: 'ollama' }, environment)).toEqual(choice)
  })

  it('says what an Ollama has when it has not what is asked for', async () => {
    await using server = await modelServer('qwen3:8b')
    const wish: EngineWish = { engine: 'ollama', baseUrl: server.url, model: 'llama3.2' }
    await expect(choose(wish, none)).rejects.toThrow(
      /has no model llama3\.2: ollama pull llama3\.2 installs it \(installed: qwen3:8b\)/,
    )
  })

  it('asks a host that is no vendor which model it has, and needs no key for it', async () => {
    await using server = await modelServer('local-model')
    expect(await choose({ engine: 'anthropic', baseUrl: server.url }, none)).toEqual({
      engine: 'anthropic',
      model: 'local-model',
      baseUrl: server.url,
    })
    expect(server.requests[0]).toMatchObject({
      path: '/v1/models?limit=1000',
      headers: { host: new URL(server.url).host },
    })
  })

  it('sends the key of the environment to the address beside it, and to no other', async () => {
    await using server = await modelServer('local-model', 'another')
    const baseUrl = `${server.url}/v1`
    const wish = { engine: 'openai-chat', baseUrl } as const
    expect(await choose(wish, openai)).toEqual({ ...wish, model: 'local-model' })
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(await choose({ ...wish, model: 'm' }, { ...openai, OPENAI_BASE_URL: `${baseUrl}/` })).toEqual({
      ...wish,
      model: 'm',
      apiKey: 'key-o',
      keyPlace: 'OPENAI_API_KEY',
    })
    const elsewhere = { ...openai, OPENAI_BASE_URL: 'https://gateway.example' }
    expect(await choose({ ...wish, model: 'm' }, elsewhere)).not.toHaveProperty('apiKey')
  })

  it('says how a key gets to an address that wants one', async () => {
    const error: unknown = await choose({ baseUrl: 'http://127.0.0.1:1/v1' }, openai).catch((thrown) => thrown)
    expect(String(error)).toContain('OPENAI_API_KEY goes only to its own address')
    expect(String(error)).toContain('put that into OPENAI_BASE_URL')
  })

  it('takes an address alone for that of a host that speaks Chat Completions', async () => {
    const wish = { baseUrl: 'http://127.0.0.1:1/v1', model: 'm' }
    expect(await choose(wish, none)).toEqual({ engine: 'openai-chat', ...wish })
  })

  it.each<[EngineWish, string, string]>([
    [{ engine: 'anthropic' }, 'missing_key', 'put it into ANTHROPIC_API_KEY and start again'],
    [{ engine: 'openai-responses' }, 'missing_key', 'put it into OPENAI_API_KEY and start again'],
    [{ engine: 'openai-chat' }, 'missing_key', 'the engine ollama needs none'],
    [{ engine: 'eliza', model: 'm' }, 'bad_model', 'leave them out'],
    [{ engine: 'ollama' }, 'bad_address', 'no Ollama answers at 127.0.0.1:1: start it with ollama serve'],
    [
      { engine: 'ollama', baseUrl: 'localhost:1' },
      'bad_address',
      'must begin with http:// or https://: http://localhost:1',
    ],
    [{ model: 'm' }, 'bad_model', 'no Ollama answers at 127.0.0.1:1; name who has it too, by an engine or an address'],
    [{ model: 'gpt-5' }, 'missing_key', 'gpt-5 is a model of OpenAI, and openai-responses needs a key'],
    [{ baseUrl: 'somewhere' }, 'bad_address', 'must begin with http:// or https://: http://somewhere'],
    [{ baseUrl: 'http://me:secret@127.0.0.1/v1' }, 'bad_address', 'without a password'],
    [{ baseUrl: 'http://127.0.0.1:1/v1' }, 'bad_model', 'http://127.0.0.1:1/v1/models does not list its models: '],
    [{ baseUrl: 'http://127.0.0.1:1/v1' }, 'bad_model', 'look at the address or name a model (--model)'],
    [
      { baseUrl: 'http://127.0.0.1:1' },
      'bad_model',
      'look at the address, such as http://127.0.0.1:1/v1, or name a model (--model)',
    ],
  ])('refuses %j, saying what to do', async (wish, code, message) => {
    const error: unknown = await choose(wish, none).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(String(error)).not.toContain('secret')
  })

  it('says so when a host has no model', async () => {
    await using server = await modelServer()
    await expect(choose({ baseUrl: `${server.url}/v1` }, none)).rejects.toMatchObject({ code: 'bad_model' })
  })
})

describe('chooseEngine, when only a model is named', () => {
  const both = { ...openai, ...anthropic }

  it.each([
    ['claude-haiku-4-5', both, 'anthropic', 'claude-haiku-4-5 is a model of Anthropic'],
    ['o4-mini', both, 'openai-responses', 'o4-mini is a model of OpenAI'],
    // Of nobody that is known, and no Ollama has it.
    ['my-model', both, 'openai-responses', 'OPENAI_API_KEY is set'],
    ['my-model', anthropic, 'anthropic', 'ANTHROPIC_API_KEY is set'],
    // A gateway may have the models of all.
    [
      'claude-x',
      { ...openai, OPENAI_BASE_URL: 'https://gateway.example/v1' },
      'openai-responses',
      'OPENAI_API_KEY is set',
    ],
  ])('takes who has %s', async (model, environment, engine, reason) => {
    expect(await choose({ model }, environment)).toMatchObject({ engine, model, reason })
  })

  it('does not ask one vendor for the model of another', async () =>
    await expect(choose({ model: 'claude-x' }, openai)).rejects.toThrow(
      /^claude-x is a model of Anthropic, and anthropic needs a key: /,
    ))

  it('takes an Ollama that has it, whoever’s key is set', async () => {
    await using server = await modelServer('gpt-oss:latest')
    const environment = { ...both, OLLAMA_HOST: server.url }
    const reason = `the Ollama at ${new URL(server.url).host} has gpt-oss`
    expect(await choose({ model: 'gpt-oss' }, environment)).toMatchObject({
      engine: 'ollama',
      model: 'gpt-oss',
      reason,
    })
  })

  it('never takes eliza for it', async () => {
    await using server = await modelServer('qwen3:8b')
    await expect(choose({ model: 'llama3.2' }, { OLLAMA_HOST: server.url })).rejects.toThrow(
      /^nobody is known to have llama3\.2: .*ollama pull llama3\.2 installs it \(installed: qwen3:8b\)/,
    )
  })
})

describe('otherEngines', () => {
  it('are those that could be had in place of the chosen one', async () => {
    const list = { request: { method: 'GET' }, response: { body: JSON.stringify({ data: [{ id: 'qwen3:8b' }] }) } }
    await using server = await startReplayServer([list, list])
    const environment = { ...openai, ...anthropic, OLLAMA_HOST: server.url }
    expect(await others('openai-responses', environment)).toEqual(['anthropic', 'ollama'])
    expect(await others('ollama', environment)).toEqual(['openai-responses', 'anthropic'])
    expect(await others('eliza', none)).toEqual([])
  })
})
