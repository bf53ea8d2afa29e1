// Counts tests for the closing line: into a file for `npm test`, which adds its checks, else on a line of its own.
import { writeFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import { type Counts, closingLine } from './counts.ts'

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const { state } of tests.map((test) => test.result())) counts[state === 'pending' ? 'skipped' : state]++
      // A file that could not be collected, or whose hooks failed, has no failing test of its own.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) counts.failed++
    }
    const file = process.env.GEPPETTO_COUNTS_FILE
    if (file) writeFileSync(file, JSON.stringify(counts))
    else process.stdout.write(`\n${closingLine(counts)}\n`)
  }
}
