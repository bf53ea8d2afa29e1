import { readFileSync } from 'node:fs'
import { type ReplayServer, startReplayServer } from '@geppetto/testing/node'
import { afterAll, describe, expect, it } from 'vitest'
import { type ChatScreen, closeChats, hasPty, openChat } from './chat-screen.test-helper.ts'
import { runChat } from './run-chat.test-helper.ts'

const ctrlC = '\x03'
const enter = '\r'

afterAll(closeChats)

/** What a provider answered when it was recorded. */
function recorded(id: string) {
  const file = new URL(`../../../packages/testing/recordings/${id}.json`, import.meta.url)
  const { response } = JSON.parse(readFileSync(file, 'utf8'))
  return { response: { status: 200, contentType: String(response.contentType), body: String(response.body) } }
}

/** Says "ok". */
const claude = recorded('anthropic-messages/text-stream')
/** Says "hello". */
const gpt = recorded('openai-responses/text-stream')

function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
  const body = JSON.stringify({ error: { message, type: 'some_error', code: null } })
  return { response: { status, contentType: 'application/json', headers, body } }
}

const openaiAt = ({ url }: ReplayServer) => ({ OPENAI_API_KEY: 'key-o', OPENAI_BASE_URL: `${url}/v1` })
const anthropicAt = ({ url }: ReplayServer) => ({ ANTHROPIC_API_KEY: 'key-a', ANTHROPIC_BASE_URL: url })
const sentTo = (server: ReplayServer, index: number): string => server.requests[index]?.body ?? ''

async function startChat(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<ChatScreen> {
  const chat = openChat(args, { env })
  await chat.waitFor('> ')
  return chat
}

async function say(chat: ChatScreen, line: string, answer: string | RegExp): Promise<void> {
  chat.type(line + enter)
  await chat.waitFor(`${line}\n`)
  await chat.waitFor(answer)
  await chat.waitFor('> ')
}

async function leave(chat: ChatScreen): Promise<void> {
  chat.type(ctrlC)
  expect(await chat.exit).toBe(0)
}

describe.skipIf(!hasPty).concurrent('a chat with providers, in a terminal', () => {
  it('goes on with OpenAI what was begun with Anthropic, and back', async () => {
    await using anthropic = await startReplayServer([claude, claude])
    await using openai = await startReplayServer([gpt])
    const chat = await startChat({ ...anthropicAt(anthropic), ...openaiAt(openai) }, ['--engine', 'anthropic'])
    expect(chat.text).toMatch(/Answering: claude-\S+ at 127\.0\.0\.1:\d+ \(anthropic\)\nTools:/)
    await say(chat, 'Are you there?', /^ok\n/)
    await say(chat, '/engine openai-responses', /Answering: gpt-\S+ at 127\.0\.0\.1:\d+ \(openai-responses\)\n/)
    await say(chat, 'Say hello.', /^hello\n/)
    await say(chat, '/engine anthropic', 'Answering: claude-')
    await say(chat, 'And now?', /^ok\n/)
    await say(chat, '/history', /\[assistant\] ok\n\[user\] Say hello\.\n(\[reasoning\] .*\n)?\[assistant\] hello\n/)
    for (const text of ['Are you there?', '"ok"', 'Say hello.']) expect(sentTo(openai, 0)).toContain(text)
    for (const text of ['Are you there?', '"ok"', 'Say hello.', '"hello"', 'And now?'])
      expect(sentTo(anthropic, 1)).toContain(text)
    // No key reaches the other provider.
    expect(JSON.stringify(anthropic.requests[1]?.headers)).toMatch(/^(?!.*key-o).*key-a/)
    expect(JSON.stringify(openai.requests[0]?.headers)).toMatch(/^(?!.*key-a).*key-o/)
    anthropic.assertDone()
    openai.assertDone()
    await leave(chat)
  })

  it('takes another model with /model', async () => {
    const list = { request: { path: '/v1/models' }, response: { body: '{"data":[{"id":"gpt-4.1"}]}' } }
    await using openai = await startReplayServer([list, gpt])
    const chat = await startChat(openaiAt(openai))
    await say(chat, '/model gpt-4.1', 'Answering: gpt-4.1 at ')
    await say(chat, 'Hi', /^hello\n/)
    expect(JSON.parse(sentTo(openai, 1))).toMatchObject({ model: 'gpt-4.1' })
    await leave(chat)
  })

  it('shows what is wrong with a key, and what to do, and goes on', async () => {
    await using openai = await startReplayServer([failure(401, 'Incorrect API key provided.'), gpt])
    const chat = await startChat(openaiAt(openai))
    await say(chat, 'Hi', /^\[failed\] Incorrect API key provided\. .*\nLook at the key in OPENAI_API_KEY;[^>]+/)
    await say(chat, 'Hi', /^hello\n/)
    await leave(chat)
  })

  it('asks again what had failed, as it was asked', async () => {
    await using openai = await startReplayServer([failure(401, 'Wrong key.'), gpt, failure(401, 'Wrong key.')])
    const chat = await startChat(openaiAt(openai))
    await say(chat, 'Hi', /\n\/retry asks again, \/undo drops the prompt; else it goes along with\s+the next\.\n\n/)
    await say(chat, '/retry', /^Again: Hi\nhello\n\n/)
    expect(sentTo(openai, 1)).toBe(sentTo(openai, 0))
    await say(chat, '/retry', /^Again: Hi\n\[failed\] [^>]*\nThe answer from before stays; \/retry asks again\.\n\n/)
    await say(chat, '/history', /^\[user\] Hi\n(\[reasoning\] .*\n)?\[assistant\] hello\n/)
    await leave(chat)
  })

  it('sends nothing of what was dropped', async () => {
    await using openai = await startReplayServer([gpt, failure(401, 'Wrong key.'), gpt, gpt])
    const chat = await startChat(openaiAt(openai))
    await say(chat, 'First', /^hello\n/)
    await say(chat, 'Second', /^\[failed\] /)
    await say(chat, '/undo', /^Dropped: Second\n/)
    await say(chat, 'Third', /^hello\n/)
    expect(sentTo(openai, 2)).toMatch(/^(?!.*Second).*First.*Third/)
    await say(chat, '/new', 'A new conversation.\n')
    await say(chat, 'Fourth', /^hello\n/)
    expect(sentTo(openai, 3)).toMatch(/^(?!.*First).*Fourth/)
    await leave(chat)
  })

  it('says what of the conversation the other provider does not get, once', async () => {
    await using anthropic = await startReplayServer([recorded('anthropic-messages/thinking-stream')])
    await using openai = await startReplayServer([gpt, gpt])
    const chat = await startChat({ ...anthropicAt(anthropic), ...openaiAt(openai) }, ['--engine', 'anthropic'])
    await say(chat, 'Name two pelicans', /Gullet\*\*\n/)
    await say(chat, '/engine openai-responses', 'Answering: gpt-')
    await say(chat, 'Hi', /^hello\n(\[.*\n)*\[reasoning-dropped\] .*\n(\[.*\n)*\n/)
    await say(chat, 'Again', /^hello\n\n/)
    await leave(chat)
  })

  it('does not doubt the address of an answer that broke off', async () => {
    await using anthropic = await startReplayServer([recorded('anthropic-messages/derived-cut-stream')])
    const chat = await startChat(anthropicAt(anthropic))
    await say(chat, 'Hi', /\[failed\] [^>]*\nThe answer broke off in the middle\. \/engine takes/)
    await leave(chat)
  })

  it('says that it tries again when it was asked to slow down, and answers', async () => {
    await using anthropic = await startReplayServer([failure(429, 'Slow down.', { 'retry-after': '0' }), claude])
    const chat = await startChat(anthropicAt(anthropic))
    await say(chat, 'Hi', /^\[trying again in \d+\.\d s\] .*Slow down\.\nok\n/)
    anthropic.assertDone()
    await leave(chat)
  })

  it('hangs up when an answer is stopped, and keeps what was said', async () => {
    const product = recorded('openai-responses/tool-loop-stream.2')
    const at = Buffer.from(product.response.body).indexOf('event: response.output_text.done')
    await using openai = await startReplayServer([
      { ...product, faults: [{ kind: 'delay', ms: Number.POSITIVE_INFINITY, at }] },
      gpt,
    ])
    const chat = await startChat(openaiAt(openai))
    chat.type(`Hi${enter}`)
    await chat.waitFor('1231 × 2331 =')
    chat.type(ctrlC)
    await chat.waitFor('2,869,461** [cancelled]\n\n> ')
    expect(await openai.requests[0]?.ended).toBe('client-left')
    await say(chat, 'Again', /^hello\n/)
    await leave(chat)
  })

  it('takes a model that runs on this machine when there is no key, and says why', async () => {
    const models = JSON.stringify({ data: [{ id: 'qwen3:8b' }] })
    const list = { request: { path: '/v1/models' }, response: { body: models } }
    const chatStream = recorded('openai-chat/text-stream-usage')
    await using ollama = await startReplayServer([list, { request: { path: '/v1/chat/completions' }, ...chatStream }])
    const { host } = new URL(ollama.url)
    const chat = await startChat({ OLLAMA_HOST: host })
    expect(chat.text).toContain(`Answering: qwen3:8b at ${host} (ollama)\nTaken because no key is set`)
    await say(chat, 'Hi', /^\w.+\n/)
    expect(JSON.parse(sentTo(ollama, 1))).toMatchObject({ model: 'qwen3:8b' })
    ollama.assertDone()
    await leave(chat)
  })

  it('says which provider it takes when there are two keys, and how to choose', async () => {
    const chat = await startChat({ OPENAI_API_KEY: 'key-o', ANTHROPIC_API_KEY: 'key-a' })
    expect(chat.text).toMatch(/Answering: gpt-\S+ at api\.openai\.com \(openai-responses\)\n/)
    expect(chat.text.replaceAll(/\s+/g, ' ')).toContain(
      'Taken because OPENAI_API_KEY is set, and comes before ANTHROPIC_API_KEY. Also there: anthropic; /engine NAME takes one.',
    )
    await leave(chat)
  })

  it('says who answers one prompt', async () => {
    const chat = openChat(['I am sad'])
    await chat.waitFor(
      /^chat: answering: eliza, [^(]*no network, because no key is set[^;]+; --engine takes\s+another\n/,
    )
    expect(await chat.exit).toBe(0)
  })
})

describe('a chat with providers, without a terminal', () => {
  it('answers, and says nothing of who does', async () => {
    await using openai = await startReplayServer([gpt])
    expect(await runChat(['Hi'], { env: openaiAt(openai) })).toEqual({ code: 0, stdout: 'hello\n', stderr: '' })
  })

  it('says that it tries again where the answer is not', async () => {
    await using anthropic = await startReplayServer([failure(429, 'Slow down.', { 'retry-after': '0' }), claude])
    expect(await runChat(['Hi'], { env: anthropicAt(anthropic) })).toEqual({
      code: 0,
      stdout: 'ok\n',
      stderr: expect.stringMatching(/^chat: trying again in \d+\.\d s: .*Slow down\.\n$/),
    })
  })

  it('says why it failed, and what to do', async () => {
    await using openai = await startReplayServer([failure(401, 'Incorrect API key provided.')])
    const { code, stdout, stderr } = await runChat(['Hi'], { env: openaiAt(openai) })
    // Once, and not among what a program reads as the answer.
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^chat: the answer failed: Incorrect API key provided\. .*\nchat: Look at the key in OPENAI_API_KEY; .+\n$/,
    )
  })

  it.each([
    [['--engine', 'anthropic', 'Hi'], 'chat: anthropic needs a key: make one at https://'],
    [['--engine', 'gemini', 'Hi'], 'chat: --engine: there is no api_type gemini: registered are openai-responses,'],
    [['--model', 'm', 'Hi'], 'chat: nobody is known to have m: no key is set'],
    [
      ['--base-url', 'localhost', 'Hi'],
      'chat: --base-url: api.base_url must be an address without a password that begins with http:// or https://',
    ],
    [['--engine', 'eliza', '--model', 'gpt-5', 'Hi'], 'eliza has neither models nor an address'],
  ])('refuses %j with 2', async (args, message) => {
    const { code, stdout, stderr } = await runChat(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
