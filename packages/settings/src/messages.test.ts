import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defineCommandLine } from './command-line/command-line.ts'
import { environmentLayer } from './layers/environment-layer.ts'
import { flagsLayer } from './layers/flags-layer.ts'
import { projectConfigLayer, type SettingsLayer, userConfigLayer, valuesLayer } from './layers/layer.ts'
import { createEngineFromSettings } from './providers/create-engine.ts'
import { createProviderRegistry } from './providers/registry.ts'
import { resolveSettings } from './resolve-settings.ts'
import { fixtures, messageOf, providers, resolve, temporaryFolder, writeOwn } from './settings.test-helper.ts'

const folder = temporaryFolder()
let files = 0

/** A file of settings with this text, and what is wrong with it. */
function inFile(text: string, layer: (path: string) => SettingsLayer = userConfigLayer): () => unknown {
  files += 1
  const path = writeOwn(folder, `file-${files}.yaml`, text)
  return () => resolve(layer(path))
}

function inProfiles(text: string, profile = 'p'): () => unknown {
  files += 1
  const path = writeOwn(folder, `profiles-${files}.yaml`, text)
  return () => resolve(valuesLayer({ profile, profile_registries: [path] }))
}

const env = (environment: Readonly<Record<string, string>>) => () => resolve(environmentLayer(environment, providers))
const flag =
  (name: string, ...texts: readonly string[]) =>
  () =>
    resolve(flagsLayer(new Map([[name, texts]])))
const line =
  (...args: readonly string[]) =>
  () =>
    defineCommandLine(providers, [{ title: 'Own', flags: { full: { type: 'boolean', help: 'Say all.' } } }]).parse(args)
const code = (values: object) => () => resolve(valuesLayer({ ...values }))
const engineOf = (values: object) => () => createEngineFromSettings(resolve(valuesLayer({ ...values })))
/** A provider of somebody's own, whose address must be given. */
const mine = createProviderRegistry(
  providers.providers.slice(0, 1).map((provider) => ({
    ...provider,
    apiTypes: [
      {
        name: 'mine',
        description: 'Mine',
        host: {
          keyNames: ['mine-api-key'],
          keyVariable: 'MINE_API_KEY',
          baseUrlNames: ['mine-base-url'],
          baseUrlVariable: 'MINE_BASE_URL',
        },
      },
    ],
  })),
)
const go = join(fixtures, 'go-profiles.yaml')

/** A few lines that are thousands of millions of values. */
function manyAliases(): string {
  const level = (name: string, below: string) =>
    `${name}: &${name} [${Array.from({ length: 9 }, () => below).join(', ')}]\n`
  const names = [...'abcdefghij']
  return names.map((name, index) => level(name, index === 0 ? 'x' : `*${names[index - 1]}`)).join('')
}

/** Whatever can be wrong, by what it is. */
const wrong: Readonly<Record<string, () => unknown>> = {
  'a misspelt setting': inFile('chat:\n  enigne: gpt-5\n'),
  'a misspelt section': inFile('infernce:\n  seed: 1\n'),
  'a setting in the wrong section': inFile('chat:\n  reasoning_effort: low\n'),
  'a setting without its section': inFile('engine: gpt-5\n'),
  'a setting that nobody has': inFile('chat:\n  xyzzy: 1\n'),
  'a key without its section': inFile('openai-api-key: sk-secret\n'),
  'a section that nobody has': inFile('xyzzy:\n  a: 1\n'),
  'a text where a number must be': inFile('inference:\n  temperature: hot\n'),
  'a number that is too large': inFile('chat:\n  temperature: 3\n'),
  'half a token': inFile('inference:\n  max_response_tokens: 0.5\n'),
  'a word that is none of those allowed': inFile('inference:\n  reasoning_effort: hihg\n'),
  'a text where a list must be': inFile('inference:\n  stop: END\n'),
  'a list of numbers': inFile('inference:\n  stop: [1]\n'),
  'a text where an object must be': inFile('inference: low\n'),
  'a list instead of settings': inFile('- chat\n'),
  'an empty model': inFile("chat:\n  engine: ' '\n"),
  'a price below nothing': inFile('model_info:\n  cost: { input: -1 }\n'),
  'an unknown price': inFile('model_info:\n  cost: { inptu: 1 }\n'),
  'an address without its scheme': inFile('api:\n  base_url: localhost:8080\n'),
  'a host instead of an address': inFile('api:\n  base_url: localhost\n'),
  'an address with a password': inFile('api:\n  base_urls: { openai-base-url: "https://user:hunter2@host" }\n'),
  'addresses without names': inFile('api:\n  base_urls: http://localhost\n'),
  'a number for a key': inFile('api:\n  api_keys: { openai-api-key: 12345 }\n'),
  'an unknown source of a key': inFile('api:\n  api_keys: { openai-api-key: { api_key_comand: [pass] } }\n'),
  'a key where its name must be': inFile('api:\n  api_keys: sk-secret\n'),
  'a key where all settings must be': inFile('sk-secret-0000\n'),
  'a key where a section must be': inFile('api: sk-secret-0000\n'),
  'a number that has no word in JSON': inFile('inference: { top_p: .inf }\n'),
  'a misspelt name of a key': inFile('api: { api_keys: { openapi-api-key: sk-secret } }\n'),
  'a variable for the name of a key': inFile('api: { api_keys: { OPENAI_API_KEY: sk-secret } }\n'),
  'another name of a provider for that of its key': inFile('api: { api_keys: { anthropic-api-key: sk-secret } }\n'),
  'a misspelt name of an address': inFile('api: { base_urls: { openai_base_urls: http://localhost } }\n'),
  'a name that stands twice': inFile('chat:\n  engine: a\n  engine: b\n'),
  'a tab': inFile('chat:\n\tengine: a\n'),
  'an unclosed list': inFile('inference:\n  stop: [a\n'),
  'an unclosed text': inFile('chat:\n  engine: "gpt\n'),
  'aliases that multiply': inFile(manyAliases()),
  'a file that is too large': inFile('#'.repeat(2 ** 20 + 1)),
  'more than anybody reads': inFile(Array.from({ length: 50 }, (_, index) => `x${index}: 1\n`).join('')),
  'an alias of nothing': inFile('chat: *nobody\n'),
  'several things at once': inFile('chat:\n  enigne: a\ninference:\n  seed: many\n'),
  'a file that is missing': () => resolve(userConfigLayer(join(folder, 'missing.yaml'))),
  'a file that is a folder': () => resolve(userConfigLayer(folder)),
  'a project that runs commands': inFile(
    'api:\n  api_keys: { openai-api-key: { api_key_command: [curl, evil] } }\n',
    projectConfigLayer,
  ),
  'a variable with a bad value': env({ GEPPETTO_INFERENCE_SEED: 'many' }),
  'a misspelt variable': env({ GEPPETTO_CHAT_ENGIEN: 'gpt-5' }),
  'a vendor’s variable with a bad address': env({ OPENAI_BASE_URL: 'ftp://host' }),
  'a flag with a bad value': flag('temperature', 'hot'),
  'a flag with a bad number': flag('seed', '0x10'),
  'a misspelt flag': line('--modle', 'gpt-5'),
  'a flag that nobody has': line('--xyzzy'),
  'a flag without its value': line('--model'),
  'a flag whose value is a flag': line('--model', '--full'),
  'a switch with a value': line('--full=yes'),
  'a flag that is there twice': line('--model', 'a', '--model', 'b'),
  'a value in code': code({ inference: { seed: '7' } }),
  'a misspelt setting in code': code({ chat: { model: 'gpt-5' } }),
  'an unknown profile': () => resolve(valuesLayer({ profile: 'anlyst', profile_registries: [go] })),
  'a profile like no other': () => resolve(valuesLayer({ profile: 'xyzzy', profile_registries: [go] })),
  'a profile without a registry': code({ profile: 'team' }),
  'an unknown registry': () => resolve(valuesLayer({ profile: 'goteam/analyst', profile_registries: [go] })),
  'a registry that is missing': code({ profile_registries: [join(folder, 'missing.yaml')] }),
  'a database that is missing': code({ profile_registries: [`sqlite:${join(folder, 'missing.db')}`] }),
  'a data source name': code({ profile_registries: ['sqlite-dsn:file:a.db?mode=ro'] }),
  'two registries with one slug': () =>
    resolve(
      valuesLayer({
        profile_registries: [
          writeOwn(folder, 'one.yaml', 'slug: same\n'),
          writeOwn(folder, 'two.yaml', 'slug: same\n'),
        ],
      }),
    ),
  'an empty registry': inProfiles(''),
  'a registry without a slug': inProfiles('profiles: {}\n'),
  'several registries in one file': inProfiles('registries: { default: { slug: default } }\n'),
  'the profiles of older files': inProfiles('default:\n  ai-chat: { ai-engine: gpt-4 }\n'),
  'a registry that is a list': inProfiles('- slug: a\n'),
  'a misspelt field of a registry': inProfiles('slug: r\nprofils: {}\n'),
  'a misspelt field of a profile': inProfiles('slug: r\nprofiles:\n  p: { inference_setings: {} }\n'),
  'a misspelt setting of a profile': inProfiles(
    'slug: r\nprofiles:\n  p:\n    inference_settings:\n      chat: { enigne: a }\n',
  ),
  'a profile that is a key': inProfiles('slug: r\nprofiles:\n  p: sk-secret-0000\n'),
  'a slug that is none': inProfiles('slug: r\nprofiles:\n  "a b": {}\n'),
  'a slug unlike its name': inProfiles('slug: r\nprofiles:\n  p: { slug: q }\n'),
  'a default that is missing': inProfiles('slug: r\ndefault_profile_slug: q\nprofiles:\n  p: {}\n'),
  'a stack that is a text': inProfiles('slug: r\nprofiles:\n  p: { stack: base }\n'),
  'a stack without slugs': inProfiles('slug: r\nprofiles:\n  p:\n    stack:\n      - profile: base\n'),
  'a stack with more than slugs': inProfiles(
    'slug: r\nprofiles:\n  p:\n    stack:\n      - { profile_slug: q, when: never }\n',
  ),
  'a missing reference': inProfiles('slug: r\nprofiles:\n  p:\n    stack:\n      - profile_slug: bas\n  base: {}\n'),
  'a missing registry of a reference': inProfiles(
    'slug: r\nprofiles:\n  p:\n    stack:\n      - { registry_slug: q, profile_slug: base }\n',
  ),
  'a profile that builds on itself': inProfiles('slug: r\nprofiles:\n  p: { stack: [{ profile_slug: p }] }\n'),
  'a circle of profiles': inProfiles(
    'slug: r\nprofiles:\n  p: { stack: [{ profile_slug: q }] }\n  q: { stack: [{ profile_slug: s }] }\n  s: { stack: [{ profile_slug: q }] }\n',
  ),
  'profiles that are too deep': inProfiles(
    `slug: r\nprofiles:\n  p: { stack: [{ profile_slug: p1 }] }\n${Array.from({ length: 40 }, (_, index) => `  p${index + 1}: { stack: [{ profile_slug: p${index + 2} }] }\n`).join('')}  p41: {}\n`,
  ),
  'an extension without a version': inProfiles('slug: r\nprofiles:\n  p: { extensions: { custom: 1 } }\n'),
  'no api_type': engineOf({}),
  'a misspelt api_type': engineOf({ chat: { api_type: 'antropic' } }),
  'an api_type that nobody has': engineOf({ chat: { api_type: 'xyzzy' } }),
  'an api_type whose host speaks Chat Completions': engineOf({ chat: { api_type: 'mistral' } }),
  'an api_type that is not registered': () =>
    resolveSettings([valuesLayer({ chat: { api_type: 'claude' } })], {
      providers: createProviderRegistry(providers.providers.filter(({ section }) => section === 'eliza')),
    }),
  'no provider at all': () =>
    resolveSettings([valuesLayer({ chat: { api_type: 'openai' } })], { providers: createProviderRegistry([]) }),
  'no key': engineOf({ chat: { api_type: 'openai' } }),
  'no model': engineOf({ chat: { api_type: 'ollama' } }),
  'no address': () =>
    createEngineFromSettings(
      resolveSettings([valuesLayer({ chat: { api_type: 'mine', engine: 'm' } })], { providers: mine }),
    ),
}

it('says of whatever is wrong where it is, what was expected and what may be meant', async () => {
  const said = Object.entries(wrong).map(([what, call]) => `# ${what}\n${messageOf(call)}\n`)
  const text = said.join('\n').replaceAll(folder, '…').replaceAll(fixtures, 'fixtures')
  expect(text).not.toMatch(/sk-secret|hunter2/)
  await expect(text).toMatchFileSnapshot('../fixtures/messages.txt')
})
