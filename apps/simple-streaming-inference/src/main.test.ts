import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

function run(...args: string[]): string {
  return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' })
}

describe('simple-streaming-inference', () => {
  it('streams the same answer twice and prints the final turn', () => {
    const [direct, inSession, turn] = run('I am sad')
      .split(/^--- .*\n/m)
      .slice(1)
    expect(direct).toMatch(/^\w.+\n\n$/)
    expect(inSession).toBe(direct)
    expect(turn).toBe(`[user] I am sad\n[assistant] ${direct?.trim()}\n${turn?.split('\n').at(-2)}\n`)
    expect(turn).toMatch(/\[usage\] \d+ tokens in, \d+ out \(estimated\)\n$/)
  })

  it('has a prompt of its own', () => expect(run()).toContain('[user] I am a little tired today.'))

  it('is answered by another engine when flags name one', async () => {
    const delta = { role: 'assistant', content: 'Rest a while.' }
    const chunk = {
      id: 'c-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'local',
      choices: [{ index: 0, delta }],
    }
    const end = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
    const body = `${[chunk, end].map((data) => `data: ${JSON.stringify(data)}\n\n`).join('')}data: [DONE]\n\n`
    const response = { status: 200, contentType: 'text/event-stream', body }
    const exchange = { request: { path: '/v1/chat/completions' }, response }
    await using server = await startReplayServer([exchange, exchange])
    const flags = ['--engine', 'openai-chat', '--model', 'local', '--base-url', `${server.url}/v1`]
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...flags, 'I am tired'])
    expect(stdout).toMatch(/\[user\] I am tired\n\[assistant\] Rest a while\.\n/)
    expect(server.requests.map(({ body: sent }) => JSON.parse(sent).model)).toEqual(['local', 'local'])
    server.assertDone()
  })

  it('says why a call failed, and ends with 1', async () => {
    const body = JSON.stringify({ error: { message: 'Incorrect API key provided.' } })
    const refusal = { response: { status: 401, contentType: 'application/json', body } }
    await using server = await startReplayServer([refusal, refusal])
    const flags = ['--engine', 'openai-chat', '--model', 'local', '--base-url', `${server.url}/v1`]
    const run = promisify(execFile)(process.execPath, [program, ...flags])
    const end: unknown = await run.catch((thrown: unknown) => thrown)
    expect(end).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\n\[failed: auth\] Incorrect .*\n\n--- The final turn \(failed\):\n\[user\] /),
      stderr: expect.stringMatching(/^The call failed \(auth\): Incorrect API key provided\..*\n$/),
    })
  })

  it('shows its help', () => expect(run('--help')).toMatch(/^Who answers:\n +--engine NAME/m))

  it.each([
    [
      ['--engine', 'gemini'],
      '--engine: there is no api_type gemini: registered are openai-responses, openai-chat, openai, ollama, anthropic',
    ],
    [['--engine', 'anthropic'], 'put it into ANTHROPIC_API_KEY and start again'],
    [['--model'], '--model needs a value'],
    [
      ['--base-url', 'here'],
      '--base-url: api.base_url must be an address without a password that begins with http:// or https://',
    ],
  ])('refuses %j with 2, saying what to do', (args, message) => {
    const env = { ...process.env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' }
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
