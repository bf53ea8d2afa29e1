import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, OPENAI_API_KEY: '', OPENAI_BASE_URL: '', XDG_CONFIG_HOME: '/nowhere', ...env },
  })
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [code, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}

describe('openai-tools without a key', () => {
  it('calls a tool and answers from its recorded result', async () => {
    const { code, stdout, stderr } = await run(['--mode', 'tools'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(
      stdout,
    ).toBe(`OPENAI_API_KEY is not set: this is a replay of recorded traffic, openai-responses/tool-loop-stream
Prompt to gpt-5.5: What is 1231 * 2331? Use the multiply tool.

--- Tools
call multiply {"a":1231,"b":2331}
result of multiply (ok): 2869461

--- Answer
1231 × 2331 = **2,869,461**

Tokens: 152 in (cached: 0), 41 out (reasoning: 0)
`)
  })

  it('takes the mode with tools where none is named', async () =>
    expect((await run([])).stdout).toBe((await run(['--mode=tools'])).stdout))

  it('shows its help', async () =>
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/--mode MODE +What to see: tools, thinking,/),
    }))

  it('shows its settings, and where each comes from', async () => {
    const { code, stdout } = await run(['--mode', 'thinking', '--temperature', '0.5', '--print-settings'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^chat\.engine +o4-mini +defaults +default/m)
    expect(stdout).toMatch(/^inference\.temperature +0\.5 +flags +--temperature$/m)
  })

  it('prints reasoning apart from the answer', async () => {
    const { code, stdout, stderr } = await run(['--mode', 'thinking'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /\n--- Reasoning\n\*\*Explaining simple addition\*\*\n[\s\S]+equals 4\.\n\n--- Answer\nHere’s a simple[\s\S]+2 \+ 2 = 4\.\n\nTokens: 19 in \(cached: 0\), 159 out \(reasoning: 64\)\n$/,
    )
  })

  it('calls a tool twice at once and answers from the recorded results', async () => {
    const { code, stdout, stderr } = await run(['--mode', 'parallel-tools'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`--- Tools
call get_weather {"city":"Tokyo"}
call get_weather {"city":"Paris"}
result of get_weather (ok): Weather in Tokyo: 72F (22C), sunny`)
    expect(stdout).toMatch(
      /\n--- Answer\nTokyo is currently [\s\S]+\n\nTokens: 420 in \(cached: 0\), 151 out \(reasoning: 12\)\n$/,
    )
  })

  it('shows what the server runs on its side', async () => {
    const { code, stdout, stderr } = await run(['--mode', 'server-tools'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(
      'the server ran web_search_call: {"type":"search","query":"tech news today December 5 2025"',
    )
    expect(stdout.match(/^the server ran web_search_call/gm)).toHaveLength(6)
    expect(stdout).toContain('--- Answer\nI checked today’s tech headlines')
    expect(stdout).toMatch(/\nTokens: 31073 in \(cached: 3712\), 4416 out \(reasoning: 3712\)\n$/)
  })

  it.each([
    [['--mode', 'all'], '--mode must be one of tools, thinking, parallel-tools, server-tools, not all\n'],
    [['--prompt', 'Hello'], 'recorded traffic answers its own prompt only\n'],
    [['--model', 'gpt-5'], 'need a key in OPENAI_API_KEY'],
    [['--colour'], 'there is no flag --colour'],
    [['--reasoning-effort', 'hihg'], 'must be one of none, minimal, low'],
  ])('refuses %j with 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('openai-tools with a key', () => {
  it('asks the API, with the model and the prompt that are given, and says when it fails', async () => {
    const body = JSON.stringify({ error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } })
    await using server = await startReplayServer([
      { request: { path: '/v1/responses' }, response: { status: 401, contentType: 'application/json', body } },
    ])
    const { code, stdout, stderr } = await run(['--mode', 'tools', '--model', 'gpt-5', '--prompt', 'Hello'], {
      OPENAI_API_KEY: 'a-key',
      OPENAI_BASE_URL: `${server.url}/v1`,
    })
    server.assertDone()
    const [request] = server.requests
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ model: 'gpt-5', store: false })
    expect(request?.headers.authorization).toBe('Bearer a-key')
    expect(code).toBe(1)
    expect(stdout).toContain('Prompt to gpt-5: Hello\n')
    expect(stderr).toContain('Incorrect API key provided.')
  })
})
