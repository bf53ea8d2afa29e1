import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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
})
