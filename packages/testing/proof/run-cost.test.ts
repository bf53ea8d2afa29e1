import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { runCosts } from './run-cost.test-helper.ts'

// 5,000 turns in run-cost.deep.test.ts.
it('a run costs as many statements, rows and bytes behind 1,000 turns as behind 10', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-cost-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { costs, fileBytes } = await runCosts(join(folder, 'sessions.sqlite'), [10, 1_000])
  const [short, long] = costs
  process.stdout.write(`a run behind 10 and 1,000 turns: ${JSON.stringify(costs)}; ${fileBytes} bytes in the file\n`)
  expect(short?.rows).toBeGreaterThan(0)
  expect([long?.statements, long?.rows]).toEqual([short?.statements, short?.rows])
  // Ids and places have more digits.
  expect(long?.bytes).toBeLessThan((short?.bytes ?? 0) * 1.1)
})
