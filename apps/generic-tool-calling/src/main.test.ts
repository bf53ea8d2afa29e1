import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startReplayServer } from '@geppetto/testing/node'
import { describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

function run(...args: string[]): string {
  return execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' })
}

describe('generic-tool-calling', () => {
  it('calls three tools at once, answers from their results, and prints the final turn', () => {
    const [events, turn] = run().split(/^--- .*\n/m)
    for (const text of [events, turn]) {
      expect(text).toContain('[call get_weather] {"city":"Paris"}')
      expect(text).toContain('[call multiply] {"first":6,"second":7}')
      expect(text).toContain('[call set_reminder] {"minutes":20,"text":"take an umbrella"}')
    }
    expect(turn?.match(/^\[\w+/gm)).toEqual([
      '[user',
      ...Array(3).fill('[call'),
      ...Array(3).fill('[result'),
      '[assistant',
      '[usage',
    ])
    expect(turn).toMatch(/^\[assistant\] (.*\n)*.* 42\b/m)
  })

  it('takes another prompt', () => {
    const output = run('Multiply 12.5 by 8.')
    expect(output).toContain('[call multiply] {"first":12.5,"second":8}')
    expect(output).not.toContain('[call get_weather]')
    expect(output).toMatch(/^\[assistant\] .*100/m)
  })

  it('runs the tools for another engine when flags name one', async () => {
    await using server = await startReplayServer((request, call) => ({
      response: { status: 200, contentType: 'application/json', body: JSON.stringify(answerOf(request.body, call)) },
    }))
    const flags = ['--engine', 'anthropic', '--model', 'local', '--base-url', server.url]
    const env = { ...process.env, ANTHROPIC_API_KEY: '' }
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...flags, 'What is 6 times 7?'], { env })
    expect(stdout).toContain('[call multiply] {"first":6,"second":7}\n[result multiply: ok] 42\n')
    expect(stdout).toMatch(/\[assistant\] It is 42\.\n/)
    expect(server.requests).toHaveLength(2)
  })
})

/** Calls the tool first, and answers from its result. */
function answerOf(request: string, call: number) {
  const content =
    call === 1
      ? [{ type: 'tool_use', id: 'toolu_1', name: 'multiply', input: { first: 6, second: 7 } }]
      : [{ type: 'text', text: request.includes('"42"') ? 'It is 42.' : 'Nobody told me.' }]
  const stop_reason = call === 1 ? 'tool_use' : 'end_turn'
  const usage = { input_tokens: 10, output_tokens: 5 }
  return { id: `msg_${call}`, type: 'message', role: 'assistant', model: 'local', content, stop_reason, usage }
}
