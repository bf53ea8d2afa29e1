import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCosts } from './run-cost.test-helper.ts'

it('a run costs as many statements, rows and bytes behind 5,000 turns as behind 10', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-cost-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { costs, fileBytes } = await runCosts(join(folder, 'sessions.sqlite'), [10, 1_000, 5_000])
  const [short] = costs
  process.stdout.write(`${JSON.stringify(costs)}; ${fileBytes} bytes in the file\n`)
  for (const { statements, rows, bytes } of costs) {
    expect([statements, rows]).toEqual([short?.statements, short?.rows])
    expect(bytes).toBeLessThan((short?.bytes ?? 0) * 1.1)
  }
})
