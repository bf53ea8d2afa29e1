import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../explain.ts'
import { resolveSettings } from '../resolve-settings.ts'
import { messageOf, providers, resolve, temporaryFolder, untyped, writeOwn } from '../settings.test-helper.ts'
import { environmentLayer } from './environment-layer.ts'
import { defaultsLayer, userConfigLayer, valuesLayer } from './layer.ts'
import { configFolder, usualLayers } from './usual-layers.ts'

const folder = temporaryFolder()

describe('the usual layers', () => {
  const user = join(folder, 'user', 'geppetto')
  const project = join(folder, 'project', '.geppetto')
  const inside = join(folder, 'project', 'src', 'deep')
  for (const path of [user, project, inside, join(folder, 'project', '.git')]) mkdirSync(path, { recursive: true })
  writeOwn(user, 'config.yaml', 'inference: { seed: 1, top_p: 0.1 }\n')
  writeOwn(
    user,
    'profiles.yaml',
    'slug: mine\nprofiles:\n  default: { inference_settings: { inference: { seed: 9, temperature: 0 } } }\n',
  )
  writeOwn(project, 'config.yaml', 'inference: { seed: 2 }\n')
  const named = writeOwn(folder, 'named.yaml', 'inference: { seed: 3 }\n')
  const environment = { XDG_CONFIG_HOME: join(folder, 'user') }
  const settingsOf = (options: { readonly folder?: string; readonly config?: string }) =>
    resolveSettings(usualLayers({ providers, environment, ...options }), { providers })

  it('are the files of the user and of the project around the folder', () => {
    const settings = settingsOf({ folder: inside })
    expect(settings.section('inference')).toEqual({ seed: 2, top_p: 0.1, temperature: 0 })
    expect(settings.values.get('inference.seed')).toMatchObject({
      layer: 'project-config',
      place: `${join(project, 'config.yaml')}:1`,
      overridden: [
        { layer: 'user-config', value: 1 },
        { layer: 'profile', profile: 'mine/default', value: 9 },
      ],
    })
  })

  it.runIf(process.getuid?.() !== 0 && process.platform !== 'win32')('tell of a file that may not be looked at', () => {
    const locked = join(folder, 'locked')
    mkdirSync(join(locked, 'geppetto'), { recursive: true })
    writeOwn(join(locked, 'geppetto'), 'config.yaml', 'inference: { seed: 5 }\n')
    chmodSync(locked, 0o000)
    try {
      const layers = usualLayers({ providers, environment: { XDG_CONFIG_HOME: locked }, folder })
      expect(messageOf(() => resolve(...layers))).toContain('it cannot be read (EACCES)')
    } finally {
      chmodSync(locked, 0o700)
    }
  })

  it('look for a project up to where its repository begins', () => {
    const outer = join(folder, 'outer')
    const repository = join(outer, 'repository')
    for (const path of [join(outer, '.geppetto'), join(repository, '.git'), join(repository, 'src')])
      mkdirSync(path, { recursive: true })
    writeOwn(join(outer, '.geppetto'), 'config.yaml', 'inference: { seed: 4 }\n')
    expect(settingsOf({ folder: join(repository, 'src') }).get('inference.seed')).toBe(1)
    expect(settingsOf({ folder: outer }).get('inference.seed')).toBe(4)
  })

  it.runIf(process.platform !== 'win32')('do not look where anybody may write', () => {
    const shared = join(folder, 'shared')
    const inShared = join(shared, 'mine')
    mkdirSync(join(shared, '.geppetto'), { recursive: true })
    mkdirSync(inShared)
    writeOwn(join(shared, '.geppetto'), 'config.yaml', 'inference: { seed: 666 }\n')
    expect(settingsOf({ folder: inShared }).get('inference.seed')).toBe(666)
    chmodSync(shared, 0o1777)
    expect(settingsOf({ folder: inShared }).get('inference.seed')).toBe(1)
  })

  it('take a file that is named in place of the project’s', () => {
    expect(settingsOf({ folder: inside, config: named }).get('inference.seed')).toBe(3)
    expect(messageOf(() => settingsOf({ config: join(folder, 'nothing.yaml') }))).toContain('there is no such file')
  })

  it.each([
    [{ XDG_CONFIG_HOME: '/etc/xdg' }, 'linux', '/etc/xdg/geppetto'],
    [{ XDG_CONFIG_HOME: 'relative' }, 'linux', '/home/me/.config/geppetto'],
    [{}, 'darwin', '/home/me/.config/geppetto'],
    [{ APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }, 'win32', 'C:\\Users\\me\\AppData\\Roaming\\geppetto'],
  ])('look for the user’s files where the system keeps them: %j on %s', (variables, platform, expected) => {
    expect(configFolder(variables, { platform, home: '/home/me' })).toBe(expected)
  })
})

describe('the environment', () => {
  it('has a variable for each setting, and those of the vendors', () => {
    const settings = resolve(
      environmentLayer(
        {
          GEPPETTO_PROFILE_REGISTRIES: '',
          GEPPETTO_CHAT_API_TYPE: 'claude',
          GEPPETTO_INFERENCE_STOP: 'a, b',
          GEPPETTO_MODEL_INFO_COST: '{"input": 1}',
          GEPPETTO_MODEL_INFO_REASONING: 'true',
          GEPPETTO_CLAUDE_TOP_K: '3',
          ANTHROPIC_API_KEY: 'sk-a',
          OLLAMA_HOST: '127.0.0.1:11434',
          OPENAI_BASE_URL: ' ',
          GEPPETTO_CHAT_STORE: 'not ours',
        },
        providers,
      ),
    )
    expect(JSON.parse(JSON.stringify(settings))).toEqual({
      'chat.api_type': 'claude',
      'chat.engine': 'claude-sonnet-5-5',
      'inference.stop': ['a', 'b'],
      'api.api_keys.claude-api-key': '***',
      'api.base_urls.ollama-base-url': 'http://127.0.0.1:11434',
      'model_info.reasoning': true,
      'model_info.cost': { input: 1 },
      'claude.top_k': 3,
    })
  })
})

describe('the address of an Ollama', () => {
  it.each([
    ['studio.local', 'http://studio.local:11434'],
    [':9999', 'http://127.0.0.1:9999'],
    ['studio.local:80/api', 'http://studio.local/api'],
    ['studio.local/api', 'http://studio.local:11434/api'],
    ['http://studio.local', 'http://studio.local'],
  ])('may lack scheme and port, as its own programs take it: %s', (given, address) => {
    const settings = resolve(environmentLayer({ OLLAMA_HOST: given }, providers))
    expect(settings.get('api.base_urls.ollama-base-url')).toBe(address)
  })
})

describe('explain', () => {
  it('shows each value with its layer and its place', () => {
    const path = writeOwn(folder, 'explained.yaml', 'chat:\n  temperature: 0.5\n  engine: gpt-5\n')
    const text = explain(
      resolve(
        defaultsLayer({ client: { timeout: 600 } }),
        userConfigLayer(path, { name: 'config.yaml' }),
        environmentLayer({ OPENAI_API_KEY: 'sk-secret', GEPPETTO_CHAT_ENGINE: 'gpt-5-mini' }, providers),
        valuesLayer({ chat: { api_type: 'openai' }, inference: { stop: ['a\nb', 'x'.repeat(60)] } }, 'main.ts'),
      ),
    )
    expect(text).toBe(`setting                      value                                             layer        place
chat.api_type                openai                                            code         main.ts
chat.engine                  gpt-5-mini                                        environment  GEPPETTO_CHAT_ENGINE, over user-config
inference.temperature        0.5                                               user-config  config.yaml:2 (as chat.temperature)
inference.stop               a b, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  code         main.ts
api.api_keys.openai-api-key  ***                                               environment  OPENAI_API_KEY
client.timeout               600                                               defaults     default
`)
  })

  it('shows nothing that is secret in an address', () => {
    const settings = resolve(
      valuesLayer({ api: { base_urls: { 'openai-base-url': 'https://host/v1?api_key=hunter2&v=1' } } }),
    )
    for (const text of [explain(settings), JSON.stringify(settings)]) {
      expect(text).toContain('https://host/v1?api_key=')
      expect(text).not.toContain('hunter2')
    }
    expect(settings.get('api.base_urls.openai-base-url')).toContain('hunter2')
  })

  it('says so where nothing is set', () => expect(explain(resolve())).toBe('Nothing is set.\n'))

  it('shows no control characters of a file’s', () => {
    expect(explain(resolve(valuesLayer({ chat: { engine: 'a\u001b[2Jb' } })))).not.toContain('\u001b')
  })
})

describe('names of Go’s', () => {
  it('are other names of settings: in one source the own name wins, between layers the stronger', () => {
    const both = resolve(untyped({ chat: { temperature: 0.1 }, inference: { temperature: 0.2 } }))
    expect(both.get('inference.temperature')).toBe(0.2)
    const other = resolve(untyped({ inference: { temperature: 0.2 }, chat: { temperature: 0.1 } }))
    expect(other.get('inference.temperature')).toBe(0.2)
    const layers = resolve(defaultsLayer({ inference: { temperature: 0.2 } }), untyped({ chat: { temperature: 0.1 } }))
    expect(layers.get('inference.temperature')).toBe(0.1)
  })
})
