import { chmodSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { toErrorData } from '@geppetto/turns'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { explain } from '../explain.ts'
import { environmentLayer } from '../layers/environment-layer.ts'
import { projectConfigLayer, userConfigLayer, valuesLayer } from '../layers/layer.ts'
import { connectionOf } from '../providers/connection.ts'
import { messageOf, providers, resolve, temporaryFolder, untyped, writeOwn } from '../settings.test-helper.ts'
import { KeySource } from './key-source.ts'

afterEach(() => {
  vi.useRealTimers()
})

const folder = temporaryFolder()
const secret = 'sk-never-to-be-shown-4711'

function keyIn(given: unknown): KeySource {
  const key = resolve(untyped({ api: { api_keys: { 'openai-api-key': given } } })).get('api.api_keys.openai-api-key')
  if (key instanceof KeySource) return key
  throw new Error('there is no key')
}

async function failure(read: () => unknown): Promise<string> {
  try {
    await read()
  } catch (error) {
    return toErrorData(error).message
  }
  throw new Error('it was read')
}

/** A program that prints something. */
const printing = (code: string) => [process.execPath, '-e', code]

describe('a key', () => {
  it('may be given itself, in a file, in a variable, by a command or by a function', async () => {
    const path = writeOwn(folder, 'key', `${secret}\n`)
    expect(await keyIn(secret).read()).toBe(secret)
    expect(await keyIn({ api_key_file: path }).read()).toBe(secret)
    expect(await keyIn({ api_key_command: printing(`console.log('${secret}')`) }).read()).toBe(secret)
    expect(await keyIn(async () => secret).read()).toBe(secret)
    const settings = resolve(
      environmentLayer({ MY_KEY: ` ${secret} ` }, providers),
      valuesLayer({ api: { api_keys: { 'openai-api-key': { api_key_env: 'MY_KEY' } } } }),
    )
    expect(await settings.keys('openai-api-key')[0]?.value.read()).toBe(secret)
  })

  it('never shows: printed, logged or made JSON of, it says where it is', () => {
    const path = writeOwn(folder, 'shown', secret)
    const sources = [
      [secret, '***'],
      [{ api_key_file: path }, `*** (file ${path})`],
      [{ api_key_command: ['pass', 'show', secret] }, '*** (command pass)'],
      [{ api_key_command: `echo ${secret}` }, '*** (command echo)'],
      [{ api_key_env: 'MY_KEY' }, '*** (variable MY_KEY)'],
      [() => secret, '*** (function)'],
    ] as const
    for (const [given, shown] of sources) {
      const settings = resolve(
        untyped({ chat: { api_type: 'openai' }, api: { api_keys: { 'openai-api-key': given } } }),
      )
      const key = settings.get('api.api_keys.openai-api-key')
      expect([`${String(key)}`, JSON.parse(JSON.stringify(key)), inspect(key, { depth: 9 })]).toEqual([
        shown,
        shown,
        shown,
      ])
      const everything = [
        explain(settings),
        JSON.stringify(settings),
        inspect(settings, { depth: 12, showHidden: true }),
        JSON.stringify(settings.section('api')),
        JSON.stringify(connectionOf(settings)?.key),
      ]
      expect(everything.join('\n')).not.toContain(secret)
    }
  })

  it('of a file is read anew for each request', async () => {
    const path = writeOwn(folder, 'changing', 'one')
    const key = keyIn({ api_key_file: path })
    expect(await key.read()).toBe('one')
    writeFileSync(path, 'two')
    expect(await key.read()).toBe('two')
  })

  it.runIf(process.platform !== 'win32')('is not read from a file that others can read', async () => {
    const path = writeOwn(folder, 'open', secret)
    for (const mode of [0o640, 0o604, 0o644, 0o620]) {
      chmodSync(path, mode)
      expect(await failure(() => keyIn({ api_key_file: path }).read())).toContain(
        `others on this machine can read ${path}: close it to them with chmod 600`,
      )
    }
    chmodSync(path, 0o400)
    expect(await keyIn({ api_key_file: path }).read()).toBe(secret)
  })

  it.each([
    ['missing', undefined, 'cannot be read (ENOENT)'],
    ['empty', '\n', 'is empty: put the key into it'],
    ['lines', `${secret}\n${secret}`, 'has more than one line'],
    ['large', secret.repeat(4_000), 'is no file with a key'],
  ])('in a file that is %s is told without what is in it', async (name, content, message) => {
    const path = content === undefined ? `${folder}/${name}` : writeOwn(folder, name, content)
    const said = await failure(() => keyIn({ api_key_file: path }).read())
    expect(said).toContain(message)
    expect(said).not.toContain(secret)
  })

  it('of a command is asked for once while it is fresh, also by requests at the same time', async () => {
    const log = writeOwn(folder, 'runs', '')
    const code = `require('fs').appendFileSync('${log}', 'x'); console.log(require('fs').readFileSync('${log}').length)`
    const key = keyIn({ api_key_command: printing(code) })
    expect(await Promise.all([key.read(), key.read()])).toEqual(['1', '1'])
    expect(await key.read()).toBe('1')
    vi.useFakeTimers({ toFake: ['performance'] })
    const aging = keyIn({ api_key_command: printing(code) })
    expect(await aging.read()).toBe('2')
    vi.advanceTimersByTime(299_000)
    expect(await aging.read()).toBe('2')
    vi.advanceTimersByTime(1_000)
    expect(await aging.read()).toBe('3')
    vi.useRealTimers()
    const fleeting = keyIn({ api_key_command: printing(code), refresh_seconds: 0 })
    expect([await fleeting.read(), await fleeting.read()]).toEqual(['4', '5'])
  })

  it('of a command that fails is told without what it printed, and asked for again', async () => {
    const marker = `${folder}/second`
    const key = keyIn({
      api_key_command: printing(
        `const fs = require('fs'); if (fs.existsSync('${marker}')) console.log('${secret}'); else { fs.writeFileSync('${marker}', ''); console.log('${secret}'); console.error('${secret}'); process.exit(3) }`,
      ),
    })
    const said = await failure(() => key.read())
    expect(said).toMatch(/: the command \S+ failed with 3$/)
    expect(said).not.toContain(secret)
    expect(await key.read()).toBe(secret)
  })

  it.each([
    [['no-such-program-anywhere'], /cannot be run \(ENOENT\)$/],
    [printing('console.log("")'), /must print the key alone, in one line$/],
    [printing(`console.log('${secret}\\nmore')`), /must print the key alone, in one line$/],
  ])('of a command that gives none is told: %#', async (command, message) => {
    const said = await failure(() => keyIn({ api_key_command: command }).read())
    expect(said).toMatch(message)
    expect(said).not.toContain(secret)
  })

  it.each(['sk-one sk-two', 'sk-a\u0001b', 'sk-\u043a\u043b\u044e\u0447', 'sk-a\r\nx-evil: 1'])(
    'that no header can carry is refused, without it: %j',
    async (key) => {
      for (const given of [key, () => key, () => Promise.resolve(key)]) {
        const said = await failure(() => keyIn(given).read())
        expect(said).toBe(
          'code: api.api_keys.openai-api-key: there are spaces, line ends or letters in this key that no key has',
        )
      }
    },
  )

  it('of a variable or a function that has none is told', async () => {
    expect(await failure(() => keyIn({ api_key_env: 'NOBODY' }).read())).toContain('the variable NOBODY is not set')
    expect(await failure(() => keyIn(() => ' ').read())).toContain('the function gave no key')
  })
})

describe('a file of settings with a key', () => {
  it.runIf(process.platform !== 'win32')('that others can read is told of', () => {
    const text = `api: { api_keys: { openai-api-key: ${secret} } }`
    const path = writeOwn(folder, 'open.yaml', text)
    const noticesAt = (mode: number) => {
      chmodSync(path, mode)
      return resolve(userConfigLayer(path)).notices
    }
    expect(noticesAt(0o644)).toEqual([{ place: path, message: expect.stringContaining('chmod 600') }])
    expect(noticesAt(0o600)).toEqual([])
    const plain = writeOwn(folder, 'plain.yaml', 'inference: { seed: 1 }', 0o644)
    expect(resolve(userConfigLayer(plain)).notices).toEqual([])
  })

  it.each([
    ['{ api_key_command: [rm, -rf, /] }'],
    ['{ api_key_file: ~/.ssh/id_ed25519 }'],
    ['{ api_key_env: AWS_SECRET_ACCESS_KEY }'],
  ])('of a project may not say where keys are: %s', (source) => {
    const path = writeOwn(folder, 'project.yaml', `api:\n  api_keys:\n    openai-api-key: ${source}\n`)
    expect(messageOf(() => resolve(projectConfigLayer(path)))).toContain(`${path}:3: `)
    expect(messageOf(() => resolve(projectConfigLayer(path)))).toContain('a project may not say where keys are')
    expect(resolve(projectConfigLayer(path, { isTrusted: true })).keys('openai-api-key')).toHaveLength(1)
  })

  it('of a project may not name profiles that say where keys are', () => {
    writeOwn(
      folder,
      'theirs.yaml',
      'slug: theirs\nprofiles:\n  default:\n    inference_settings:\n      api: { api_keys: { openai-api-key: { api_key_command: [evil] } } }\n',
    )
    const path = writeOwn(folder, 'naming.yaml', 'profile_registries: [theirs.yaml]\n')
    expect(messageOf(() => resolve(projectConfigLayer(path)))).toContain('a project may not say where keys are')
    expect(resolve(userConfigLayer(path)).keys('openai-api-key')).toHaveLength(1)
  })
})
