import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { offlineEnvironment, program, runChat } from './run-chat.test-helper.ts'
import { SessionShelf } from './sessions/shelf.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-'))
beforeAll(() => writeFileSync(join(folder, 'notes.txt'), 'buy milk'))
afterAll(() => rmSync(folder, { recursive: true }))

type Json = { readonly [name: string]: unknown }

function jsonLines(text: string): readonly Json[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line): Json => JSON.parse(line))
}

describe('chat without a terminal', () => {
  it('answers a prompt that is given as arguments', async () => {
    const { code, stdout, stderr } = await runChat(['I', 'am', 'sad'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^\w.*\n$/)
  })

  it('answers a prompt that is on standard input', async () => {
    expect((await runChat([], { input: 'I am sad\n' })).stdout).toBe((await runChat(['I am sad'])).stdout)
  })

  it('does not wait for standard input when the prompt is an argument', async () => {
    const child = spawn(process.execPath, [program, 'I am sad'], {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { ...process.env, ...offlineEnvironment },
    })
    // Left open, as by a process manager that never sends anything.
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
  })

  it('calls tools and answers from their results', async () => {
    const { code, stdout } = await runChat(['What is 17 * 23, and what is the weather in Paris?'])
    expect(code).toBe(0)
    expect(stdout).toContain('[call calculator] {"expression":"17 * 23"}')
    expect(stdout).toContain('[result calculator: ok] 17 * 23 = 391')
    expect(stdout).toContain('[call weather] {"city":"Paris"}')
    expect(stdout).toContain('fixed sample data')
  })

  it('prints one JSON object a line', async () => {
    const { code, stdout } = await runChat(['--output', 'json', 'What is the weather in Paris?'])
    expect(code).toBe(0)
    const events = jsonLines(stdout)
    expect(events[0]).toEqual({ type: 'run-started' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool-execution-finished', outcome: 'ok' }))
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', stop: 'end_turn' })
  })

  it('prints every event with --full, and what belongs to it with --with-metadata', async () => {
    const { stdout } = await runChat(['--output=json', '--full', '--with-metadata', 'I am sad'])
    const events = jsonLines(stdout)
    expect(events.map(({ type }) => type)).toContain('text-delta')
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  })

  it('prints YAML documents', async () => {
    const { stdout } = await runChat(['--output', 'yaml', 'What is 17 * 23?'])
    const documents = parseAllDocuments(stdout)
    expect(documents.flatMap(({ errors }) => errors)).toEqual([])
    expect(documents.map((document): Json => document.toJS())).toContainEqual(
      expect.objectContaining({ type: 'tool-execution-finished', name: 'calculator' }),
    )
  })

  it.each([['--no-tools'], ['--tool-choice=none']])('calls no tool with %s', async (flag) => {
    const { stdout } = await runChat([flag, '--output=json', 'What is 17 * 23?'])
    expect(jsonLines(stdout).filter(({ type }) => String(type).startsWith('tool-'))).toEqual([])
  })

  it('says the same with the same seed', async () => {
    const [first, second] = await Promise.all([runChat(['--seed', '7', 'Hello']), runChat(['--seed', '7', 'Hello'])])
    expect(first.stdout).toBe(second.stdout)
  })

  it('puts the system prompt into the conversation without saying it', async () => {
    const { code, stdout } = await runChat(['--system', 'You are a parrot.', 'I am sad'])
    expect(code).toBe(0)
    expect(stdout).not.toContain('parrot')
  })

  it('does not run the last calls when it may make no further step, and says so', async () => {
    const { code, stdout, stderr } = await runChat(['--max-iterations', '1', 'What is 17 * 23?'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('--max-iterations allows more') })
    expect(stdout).not.toContain('391')
  })

  it('reads no file when there is nobody to ask', async () => {
    const { code, stdout } = await runChat(['--output=json', 'Read the file notes.txt'], { folder })
    expect(code).toBe(0)
    expect(stdout).toContain('"name":"read_file"')
    expect(stdout).not.toContain('buy milk')
    expect(stdout).toContain('--yes')
  })

  it('reads a file with --yes', async () => {
    const { stdout } = await runChat(['--yes', '--output=json', 'Read the file notes.txt'], { folder })
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({
        type: 'tool-execution-finished',
        name: 'read_file',
        outcome: 'ok',
        content: [{ type: 'text', text: 'buy milk' }],
      }),
    )
  })

  it.each([
    [[], 'chat: there is no prompt: give one as an argument or on standard input'],
    [['--outputt', 'json', 'Hello'], 'chat: there is no flag --outputt: did you mean --output?\n'],
    [['--tool-choice', 'wether', 'Hello'], 'one of the tools weather, calculator, time, read_file, not "wether"\n'],
    [
      ['--timeout', 'soon', 'Hello'],
      'chat: --timeout must be a number of seconds above 0 and at most 1000000000, not "soon"\n',
    ],
    [['--session', 'trip', '-c', 'Hello'], 'chat: --session and --continue contradict each other'],
    [['--no-store', '--session', 'trip', 'Hello'], 'chat: --session and --no-store contradict each other'],
    [['--session', 'a\nb', 'Hello'], 'chat: --session: the name of a session is one line of plain text'],
    [['--system', '\u001b[2J', '--seed', '\u001b[2J'], 'chat: --seed: inference.seed must be a whole number'],
  ])('refuses %j with 2, saying what to do', async (args, message) => {
    const { code, stdout, stderr } = await runChat(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('\u001b')
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  it('keeps a single answer only where a session or a store is named, and goes on with it', async () => {
    const data = mkdtempSync(join(folder, 'data-'))
    const env = { GEPPETTO_CHAT_STORE: '', XDG_DATA_HOME: data, LOCALAPPDATA: data, HOME: data }
    expect((await runChat(['I am sad'], { env })).code).toBe(0)
    expect(readdirSync(data)).toEqual([])
    expect(await runChat(['-c', 'And now?'], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no session to go on with yet'),
    })
    const keeping = { env: { GEPPETTO_CHAT_STORE: join(data, 'own.sqlite') } }
    for (const args of [
      ['--session', 'trip', 'I am sad'],
      ['-c', 'I am ill'],
      ['--session', 'trip', 'I am tired'],
    ])
      expect(await runChat(args, keeping)).toMatchObject({ code: 0, stderr: '' })
    const store = openSqliteStore(keeping.env.GEPPETTO_CHAT_STORE)
    const summaries = await new SessionShelf(store).list()
    store.close()
    expect(summaries).toMatchObject([{ metadata: { title: 'trip', turns: 3 } }])
  })

  it('says that a session is held, and by whom', async () => {
    const path = join(folder, 'held.sqlite')
    const env = { GEPPETTO_CHAT_STORE: path }
    await runChat(['--session', 'trip', 'I am sad'], { env })
    const store = openSqliteStore(path)
    const lease = await store.acquire('trip', { ttlMs: 60_000, holder: 'process 7', runId: 'run_7' })
    const { code, stdout, stderr } = await runChat(['--session', 'trip', 'Hello'], { env })
    await store.release(lease)
    store.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('chat: the session is getting an answer elsewhere, in process 7: ask again when it has\n')
  })

  it.runIf(process.platform !== 'win32')(
    'says that a store is of a newer version, and leaves it as it is',
    async () => {
      const path = join(folder, 'newer.sqlite')
      await runChat(['--store', path, 'I am sad'])
      const database = new DatabaseSync(path)
      database.exec('PRAGMA user_version = 99')
      database.close()
      const { code, stdout, stderr } = await runChat(['--store', path, 'I am sad'])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^chat: .*has version 99, .*upgrade.*\n$/)
    },
  )

  it('shows its help and its version', async () => {
    expect(await runChat(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: npm start -- [options] [prompt]'),
    })
    expect(await runChat(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^chat \d+\.\d+\.\d+\n$/),
    })
  })

  it.runIf(process.platform !== 'win32')('is quiet when nobody reads on', () => {
    const command = `"${process.execPath}" "${program}" --full --output json "What is 17 * 23?" | true`
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      encoding: 'utf8',
      input: '',
      env: { ...process.env, ...offlineEnvironment },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
