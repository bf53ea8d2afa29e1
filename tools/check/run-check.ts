// Runs checks without mixing their output: one line for what passes, everything for what does not.
import { spawn } from 'node:child_process'
import { root } from '../workspace.ts'
import type { Check } from './checks.ts'

/** Runs the checks, `limit` at a time, and resolves to whether each passed. */
export async function runChecks(checks: readonly Check[], limit: number): Promise<boolean[]> {
  const results: boolean[] = []
  const waiting = checks.entries()
  const worker = async () => {
    for (const [index, check] of waiting) results[index] = await runCheck(check)
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}

async function runCheck({ name, command, fix }: Check): Promise<boolean> {
  const started = performance.now()
  const { code, output } = await capture(command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code === 0) console.log(`✓ ${name} (${seconds} s)`)
  else console.log(`✗ ${name} (${seconds} s)\n\n${output.trim()}\n\n  to fix: ${fix}\n`)
  return code === 0
}

function capture([command, ...args]: readonly [string, ...string[]]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    const chunks: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
