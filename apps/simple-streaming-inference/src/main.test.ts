import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
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
})
