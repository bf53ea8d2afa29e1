import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { background } from '@geppetto/context'
import { createTurn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { environmentLayer } from '../layers/environment-layer.ts'
import { type SettingsLayer, userConfigLayer, valuesLayer } from '../layers/layer.ts'
import { messageOf, providers, resolve, temporaryFolder, writeOwn } from '../settings.test-helper.ts'
import { connectionOf, connectionTo } from './connection.ts'
import { createEngineFromSettings } from './create-engine.ts'
import { createProviderRegistry } from './registry.ts'

const folder = temporaryFolder()

interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** What the engine of these settings sends to an address on loopback. */
async function sent(layersAt: (url: string) => readonly SettingsLayer[], calls = 1): Promise<readonly Received[]> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(body) })
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"enough"}}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  try {
    const engine = createEngineFromSettings(resolve(...layersAt(`http://127.0.0.1:${port}`)))
    for (let call = 0; call < calls; call++)
      await engine.runInference(background(), createTurn({ blocks: [userBlock('Hello')] })).catch(() => undefined)
  } finally {
    server.close()
  }
  return received
}

const inference = {
  temperature: 0.5,
  top_p: 0.9,
  max_response_tokens: 99,
  stop: ['END'],
  seed: 7,
  reasoning_effort: 'low',
} as const

describe('an engine of settings', () => {
  it.each([
    ['openai', { api: 'openai-chat', host: 'api.openai.com', model: 'gpt-5-mini' }],
    ['openai-responses', { api: 'openai-responses', host: 'api.openai.com', model: 'gpt-5-mini' }],
    ['claude', { api: 'anthropic-messages', host: 'api.anthropic.com', model: 'claude-sonnet-5-5' }],
    ['eliza', { api: 'eliza', host: 'embedded', model: 'eliza-1966' }],
  ])('is made by the provider of its api_type: %s', (api_type, info) => {
    const api_keys = { 'openai-api-key': 'sk-o', 'claude-api-key': 'sk-a' }
    const engine = createEngineFromSettings(resolve(valuesLayer({ chat: { api_type }, api: { api_keys } })))
    expect(engine.info).toMatchObject(info)
  })

  it('asks Chat Completions as the settings say', async () => {
    const [request] = await sent((url) => [
      valuesLayer({
        chat: { api_type: 'openai-chat', engine: 'gpt-4o' },
        inference,
        api: { base_url: `${url}/v1`, api_keys: { 'openai-api-key': 'sk-mine' } },
        openai: { presence_penalty: 0.1, logit_bias: { 50256: '-100' }, parallel_tool_calls: false },
      }),
    ])
    expect(request).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-mine' },
      body: {
        model: 'gpt-4o',
        temperature: 0.5,
        top_p: 0.9,
        seed: 7,
        presence_penalty: 0.1,
        logit_bias: { 50256: -100 },
        parallel_tool_calls: false,
      },
    })
  })

  it('asks Anthropic as the settings say', async () => {
    const [request] = await sent((url) => [
      valuesLayer({
        chat: { api_type: 'claude', engine: 'claude-3-5-haiku-20241022' },
        inference: { max_response_tokens: 99, stop: ['END'] },
        api: { base_urls: { 'claude-base-url': url }, api_keys: { 'claude-api-key': 'sk-mine' } },
        claude: { top_k: 5, user_id: 'user-1', cache: 'off', betas: ['beta-1'] },
      }),
    ])
    expect(request?.path).toBe('/v1/messages')
    expect(request?.headers['anthropic-beta']).toContain('beta-1')
    expect(request?.body).toMatchObject({
      model: 'claude-3-5-haiku-20241022',
      max_tokens: 99,
      stop_sequences: ['END'],
      top_k: 5,
      metadata: { user_id: 'user-1' },
    })
  })

  it('finds Ollama by its address alone', async () => {
    const [request] = await sent((url) => [
      environmentLayer({ OLLAMA_HOST: url.replace('http://', '') }, providers),
      valuesLayer({ chat: { api_type: 'ollama', engine: 'qwen3:8b' } }),
    ])
    expect(request).toMatchObject({ path: '/v1/chat/completions', body: { model: 'qwen3:8b' } })
  })

  it('needs no key of a host that is not the vendor’s', () => {
    const values = { chat: { api_type: 'openai-chat', engine: 'm' }, api: { base_url: 'http://127.0.0.1:8080/v1' } }
    expect(createEngineFromSettings(resolve(valuesLayer(values))).info.host).toBe('127.0.0.1:8080')
  })

  it('goes to the address of the stronger layer, whichever of its names that says', () => {
    const settings = resolve(
      userConfigLayer(
        writeOwn(folder, 'named.yaml', 'api: { base_urls: { openai-responses-base-url: "https://one.example/v1" } }'),
      ),
      environmentLayer({ OPENAI_BASE_URL: 'https://two.example/v1' }, providers),
    )
    expect(connectionTo('openai-responses', settings).baseUrl).toBe('https://two.example/v1')
    expect(connectionTo('openai-chat', settings).baseUrl).toBe('https://two.example/v1')
  })

  it('asks a function for a key for each request', async () => {
    let count = 0
    const token = () => {
      count += 1
      return `token-${count}`
    }
    const requests = await sent(
      (url) => [
        valuesLayer({
          chat: { api_type: 'openai-chat', engine: 'm' },
          api: { base_url: `${url}/v1`, api_keys: { 'openai-api-key': token } },
        }),
      ],
      2,
    )
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })
})

describe('a key', () => {
  const address = 'https://gateway.example/v1'
  const chat = { api_type: 'openai-chat', engine: 'm' }
  const userKey = userConfigLayer(writeOwn(folder, 'key.yaml', 'api: { api_keys: { openai-api-key: sk-user } }'))
  const userBoth = userConfigLayer(
    writeOwn(
      folder,
      'both.yaml',
      `api: { api_keys: { openai-api-key: sk-gate }, base_urls: { openai-base-url: "${address}" } }`,
    ),
  )

  it.each([
    ['its vendor’s where no address is named', [userKey], 'sk-user'],
    ['the address beside it', [userBoth], 'sk-gate'],
    [
      'the address beside it, though a stronger layer has one for the vendor',
      [userBoth, environmentLayer({ OPENAI_API_KEY: 'sk-env' }, providers)],
      'sk-gate',
    ],
    [
      'no address that somebody else names',
      [environmentLayer({ OPENAI_API_KEY: 'sk-env' }, providers), valuesLayer({ api: { base_url: address } })],
      undefined,
    ],
    [
      'the address that the environment names too',
      [environmentLayer({ OPENAI_API_KEY: 'sk-env', OPENAI_BASE_URL: address }, providers)],
      'sk-env',
    ],
    [
      'no other address than the one beside it',
      [userBoth, valuesLayer({ api: { base_url: 'https://api.openai.com/v1' } })],
      undefined,
    ],
  ])('goes to %s', async (_, layers, expected) => {
    const settings = resolve(...layers, valuesLayer({ chat }, 'chat'))
    const connection = connectionOf(settings)
    expect(await connection?.key?.value.read()).toBe(expected)
  })

  it.each([
    ['openai', 'openai-api-key'],
    ['openai-responses', 'openai-api-key'],
    ['claude', 'claude-api-key'],
  ])(
    'that cannot be had is a matter of the key, and not one of the network to try again: %s',
    async (api_type, name) => {
      const layer = userConfigLayer(
        writeOwn(
          folder,
          `${api_type}-no-file.yaml`,
          `chat: { api_type: ${api_type} }\napi: { api_keys: { ${name}: { api_key_file: no-such-file } } }\n`,
        ),
      )
      const engine = createEngineFromSettings(resolve(layer))
      await expect(
        engine.runInference(background(), createTurn({ blocks: [userBlock('Hello')] })),
      ).rejects.toMatchObject({
        code: 'auth',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(`^there is no key: .*no-file\\.yaml:2: api\\.api_keys\\.${name}: .*no-such-file cannot be read`),
        ),
      })
    },
  )

  it('by a name that nobody here takes is told of, and known names of others are left alone', () => {
    const api_keys = { 'gemini-api-key': 'sk-g', 'weather-token': 'sk-w' }
    expect(resolve(valuesLayer({ api: { api_keys } })).notices).toEqual([
      { place: 'code', message: 'api.api_keys.weather-token is for nobody here' },
    ])
  })

  it('that is not sent is told of, without it', () => {
    const env = environmentLayer({ OPENAI_API_KEY: 'sk-env' }, providers)
    const settings = resolve(env, valuesLayer({ chat, api: { base_url: address } }))
    expect(connectionOf(settings)?.notices).toEqual([
      {
        place: 'OPENAI_API_KEY',
        message: expect.stringMatching(/^this key is not sent to https:\/\/gateway\.example: /),
      },
    ])
  })
})

describe('a provider that is swapped', () => {
  const path = writeOwn(
    folder,
    'swap.yaml',
    'slug: r\nprofiles:\n  p:\n    inference_settings:\n      chat:\n        api_type: openai-responses\n        engine: gpt-5\n      model_info: { cost: { input: 1, output: 2 } }\n',
  )
  const profile = valuesLayer({ profile: 'p', profile_registries: [path] })

  it('brings its own model, and says which was set aside', () => {
    const settings = resolve(profile, valuesLayer({ chat: { api_type: 'anthropic' } }))
    expect(settings.get('chat.engine')).toBe('claude-sonnet-5-5')
    expect(settings.modelInfo).toEqual({})
    expect(settings.notices.map(({ message }) => message)).toEqual([
      'the model gpt-5 was set aside: it was named for openai-responses, and anthropic answers',
      'what is known of the model gpt-5 was set aside: claude-sonnet-5-5 is asked',
    ])
  })

  it('keeps the model where the API alone changes', () => {
    const settings = resolve(profile, valuesLayer({ chat: { api_type: 'openai-chat' } }))
    expect(settings.get('chat.engine')).toBe('gpt-5')
    expect(settings.modelInfo).toEqual({ cost: { input: 1, output: 2 } })
  })

  it('keeps what one of its APIs has no word for to the other, and says so', () => {
    const openai = { presence_penalty: 0.1, store: true, parallel_tool_calls: false }
    const of = (api_type: string) => resolve(valuesLayer({ chat: { api_type }, openai }))
    expect(of('openai-responses').section('openai')).toEqual({ store: true, parallel_tool_calls: false })
    expect(of('openai-responses').notices).toEqual([
      { place: 'code', message: 'openai.presence_penalty was set aside: openai-responses has nothing like it' },
    ])
    expect(of('openai-chat').section('openai')).toEqual({ presence_penalty: 0.1, parallel_tool_calls: false })
  })

  it('does not mind what a weaker layer says of nobody that is known', () => {
    const settings = resolve(
      userConfigLayer(writeOwn(folder, 'gemini.yaml', 'chat: { api_type: gemini, engine: gemini-x }\n')),
      valuesLayer({ chat: { api_type: 'openai' } }),
    )
    expect(settings.get('chat.engine')).toBe('gpt-5-mini')
    expect(settings.notices.map(({ message }) => message)).toEqual([
      'the model gemini-x was set aside: it was named for gemini, and openai-chat answers',
    ])
  })

  it('is not asked for its usual model where somebody else is: what others have is not known', () => {
    const chat = { api_type: 'openai' }
    const elsewhere = resolve(valuesLayer({ chat, api: { base_url: 'http://127.0.0.1:8080/v1' } }))
    expect(elsewhere.get('chat.engine')).toBeUndefined()
    const written = resolve(valuesLayer({ chat, api: { base_url: 'https://api.openai.com/v1/' } }))
    expect(written.get('chat.engine')).toBe('gpt-5-mini')
    const gateway = { OPENAI_BASE_URL: 'https://gateway.example/v1', OPENAI_API_KEY: 'sk-gate' }
    expect(resolve(valuesLayer({ chat }), environmentLayer(gateway, providers)).get('chat.engine')).toBe('gpt-5-mini')
  })

  it('has the facts of the model that they name, and of no other', () => {
    const model_info = { id: 'gpt-5-mini', context_window: 400_000 }
    const settings = resolve(valuesLayer({ chat: { api_type: 'openai', engine: 'gpt-5' }, model_info }))
    expect(settings.modelInfo).toEqual({})
    const named = resolve(valuesLayer({ chat: { api_type: 'openai', engine: 'gpt-5-mini' }, model_info }))
    expect(named.modelInfo).toEqual(model_info)
  })

  it('keeps facts for another model of the same provider to themselves', () => {
    const settings = resolve(profile, valuesLayer({ chat: { engine: 'gpt-5-mini' } }))
    expect(settings.modelInfo).toEqual({})
    expect(resolve(profile, valuesLayer({ chat: { engine: 'gpt-5-2025-08-07' } })).modelInfo).toHaveProperty('cost')
  })
})

describe('a registry of providers', () => {
  it('refuses two with one name', () => {
    const [first] = providers.providers
    if (first === undefined) throw new Error('there are no providers')
    expect(messageOf(() => createProviderRegistry([first, first]))).toContain('is registered twice')
  })
})
