import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReplayServer, startReplayServer } from '@geppetto/testing/node'
import { afterAll, describe, expect, it } from 'vitest'
import { closeChats, hasPty, openChat } from './chat-screen.test-helper.ts'
import { offlineEnvironment, program, runChat } from './run-chat.test-helper.ts'

// A key is looked for in everything that the programs print or keep, wherever it comes from and whatever goes wrong.
const secret = 'sk-canary-0123456789abcdef'
const folder = mkdtempSync(join(tmpdir(), 'chat-secrets-'))
afterAll(async () => {
  await closeChats()
  rmSync(folder, { recursive: true })
})

const recording = new URL('../../../packages/testing/recordings/openai-chat/text-stream-usage.json', import.meta.url)
const { response: good } = JSON.parse(readFileSync(recording, 'utf8'))

let files = 0

function write(name: string, text: string): string {
  files += 1
  const path = join(folder, `${files}-${name}`)
  writeFileSync(path, text, { mode: 0o600 })
  chmodSync(path, 0o600)
  return path
}

const keyFile = write('key', secret)
const printer = write('printer.cjs', `console.log('${secret}')\nconsole.error('${secret}')\n`)

/** A file of settings in which the key is said in this form. */
function config(name: string, key: string, url: string): string {
  return write(
    `${name}.yaml`,
    `chat: { api_type: openai-chat, engine: m }\napi:\n  base_urls: { openai-base-url: "${url}/v1" }\n  api_keys: { openai-api-key: ${key} }\n`,
  )
}

/** Whatever a key can come from. */
const sources: Readonly<
  Record<string, (url: string) => { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv }>
> = {
  environment: (url) => ({
    args: ['--engine', 'openai-chat', '--model', 'm'],
    env: { OPENAI_API_KEY: secret, OPENAI_BASE_URL: `${url}/v1` },
  }),
  config: (url) => ({ args: ['--config', config('inline', secret, url)] }),
  file: (url) => ({ args: ['--config', config('file', `{ api_key_file: "${keyFile}" }`, url)] }),
  variable: (url) => ({ args: ['--config', config('variable', '{ api_key_env: MINE }', url)], env: { MINE: secret } }),
  command: (url) => ({
    args: ['--config', config('command', `{ api_key_command: ["${process.execPath}", "${printer}"] }`, url)],
  }),
  profile: (url) => ({
    args: [
      '--profile',
      'p',
      '--profile-registries',
      write(
        'profiles.yaml',
        `slug: r\nprofiles:\n  p:\n    inference_settings:\n      chat: { api_type: openai, engine: m }\n      api:\n        api_keys: { openai-api-key: ${secret} }\n        base_urls: { openai-base-url: "${url}/v1" }\n`,
      ),
    ],
  }),
}

/** Answers with all that it was sent, as some hosts do in their errors. */
function echo(status: number) {
  return (received: { readonly headers: unknown }) => ({
    response: {
      status,
      contentType: 'application/json',
      body: JSON.stringify({ error: { message: `Incorrect API key provided: ${secret}`, received: received.headers } }),
    },
  })
}

const modes: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['text', ['Hello']],
  ['json', ['--output', 'json', '--full', '--with-metadata', 'Hello']],
  ['yaml', ['--output', 'yaml', '--full', '--with-metadata', 'Hello']],
  ['settings', ['--print-settings']],
]

async function everything(
  server: ReplayServer,
  source: string,
  args: readonly string[],
  name: string,
): Promise<string> {
  const { args: more = [], env = {} } = sources[source]?.(server.url) ?? {}
  const data = join(folder, name)
  mkdirSync(data, { recursive: true })
  const store = args.includes('--print-settings') ? [] : ['--store', join(data, 'sessions.sqlite')]
  const { stdout, stderr } = await runChat([...more, ...store, ...args], { folder, env })
  const kept = readdirSync(data).map((file) => readFileSync(join(data, file), 'latin1'))
  return [stdout, stderr, ...kept].join('\n')
}

describe.concurrent('a key', { timeout: 60_000 }, () => {
  describe.each(Object.keys(sources))('from %s', (source) => {
    // What is printed of a key is the same wherever it comes from: one source is tried in every mode.
    const some = source === 'environment' ? modes : modes.filter(([mode]) => mode === 'json' || mode === 'settings')

    it.each(some)('is sent, and is in nothing that is printed or kept: %s', async (mode, args) => {
      await using server = await startReplayServer(() => ({ response: good }))
      const all = await everything(server, source, args, `good-${source}-${mode}`)
      expect(all).not.toContain(secret)
      if (mode === 'settings') expect(all).toMatch(/^api\.api_keys\.openai-api-key +\*\*\*/m)
      else expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${secret}`)
    })

    it.each(some.filter(([mode]) => mode === 'text' || mode === 'json'))(
      'is in nothing where the host repeats it in its error: %s',
      async (mode, args) => {
        await using server = await startReplayServer(echo(401))
        const all = await everything(server, source, args, `bad-${source}-${mode}`)
        expect(all).toContain('Incorrect API key')
        expect(all).not.toContain(secret)
      },
    )
  })

  it.each([
    ['a damaged file', `api:\n  api_keys:\n    openai-api-key: ${secret}\n   bad: [\n`],
    ['a name that there is not', `api:\n  api_key: ${secret}\n`],
    ['a value in the wrong place', `api:\n  api_keys: ${secret}\n`],
    ['a key in place of all settings', `${secret}\n`],
    ['a key in place of a section', `api: ${secret}\n`],
    ['a source that there is not', `api:\n  api_keys: { openai-api-key: { api_key: ${secret} } }\n`],
    ['an address with a password', `api:\n  base_url: http://user:${secret}@127.0.0.1:1/v1\n`],
    [
      'an address with a query',
      `chat: { api_type: openai }\napi:\n  base_url: "http://127.0.0.1:1/v1?api_key=${secret}"\n`,
    ],
  ])('is in no error about %s', async (what, text) => {
    const path = write(`${what.replaceAll(' ', '-')}.yaml`, text)
    for (const args of [
      ['--config', path, 'Hello'],
      ['--config', path, '--print-settings'],
    ]) {
      const { stdout, stderr } = await runChat(args, { folder })
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  it.skipIf(!hasPty)('is in nothing that a conversation shows, or writes to files', async () => {
    let calls = 0
    await using server = await startReplayServer((received) => {
      calls += 1
      return calls === 1 ? { response: good } : echo(401)(received)
    })
    const store = join(folder, 'conversation.sqlite')
    const exported = ['all.jsonl', 'read.md', 'go.yaml'].map((name) => join(folder, name))
    const env = { OPENAI_API_KEY: secret, OPENAI_BASE_URL: `${server.url}/v1` }
    const chat = openChat(['--engine', 'openai-chat', '--model', 'm', '--store', store], { folder, env })
    await chat.waitFor('> ')
    const commands = ['/engine', '/model', '/model other', '/history', '/tools', '/sessions', '/engine anthropic']
    for (const line of ['Hello', 'Again', ...commands, ...exported.map((path) => `/export ${path}`)]) {
      chat.type(`${line}\r`)
      await chat.waitFor(`${line.slice(0, 20)}`)
      await chat.waitFor('\n> ')
    }
    chat.type('/exit\r')
    await chat.exit
    const kept = [store, ...exported].map((path) => readFileSync(path, 'latin1'))
    expect(chat.text).toContain('Incorrect API key')
    expect([chat.text, ...kept].join('\n')).not.toContain(secret)
  })

  it.each([
    ['simple-streaming-inference', ['Hello']],
    ['generic-tool-calling', ['Hello']],
    ['openai-tools', ['--prompt', 'Hello']],
  ])('is in nothing that %s prints', async (app, prompt) => {
    await using server = await startReplayServer(echo(401))
    const env = { OPENAI_API_KEY: secret, OPENAI_BASE_URL: `${server.url}/v1` }
    const args = app === 'openai-tools' ? [] : ['--engine', 'openai-chat', '--model', 'm']
    const path = fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url))
    for (const more of [prompt, ['--print-settings'], ['--help']]) {
      const text = await outputOf(path, [...args, ...more], env)
      expect(text).not.toContain(secret)
    }
    expect(server.requests.length).toBeGreaterThan(0)
  })
})

it('is in nothing that the web chat prints of its settings', async () => {
  const path = fileURLToPath(new URL('../../webchat/dist/server/main.js', import.meta.url))
  const text = await outputOf(path, ['--engine', 'openai-chat', '--print-settings'], { OPENAI_API_KEY: secret })
  expect(text).toMatch(/^api\.api_keys\.openai-api-key +\*\*\*/m)
  expect(text).not.toContain(secret)
})

function outputOf(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path, ...args],
      { env: { ...process.env, ...offlineEnvironment, ...env } },
      (_, out, err) => resolve(out + err),
    )
  })
}

it('is looked for in the built program', () => expect(program).toMatch(/dist[/\\]main\.js$/))
