// Runs vitest and brings its counts home.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../workspace.ts'
import type { Counts } from './counts.ts'

export async function runTests(args: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-test-'))
  const file = join(folder, 'counts.json')
  try {
    const code = await vitest(args, file)
    const counts: Counts = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
      : { passed: 0, failed: 0, skipped: 0 }
    // It can fail without a failing test: nothing matched the filter, a broken configuration, a crash.
    if (code !== 0 && counts.failed === 0) counts.failed++
    return counts
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function vitest(args: readonly string[], countsFile: string): Promise<number> {
  const environment = { ...process.env, GEPPETTO_COUNTS_FILE: countsFile }
  const colour = process.stdout.isTTY ? [] : ['--no-color']
  const child = spawn('vitest', ['run', ...colour, ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
