// Counts tests for the closing line: into a file for `npm test`, which adds its checks, else on a line of its own. Says why tests were skipped, where they tell.
import { writeFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'
import { type Counts, closingLine } from './counts.ts'

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const notes = new Map<string, number>()
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const result of tests.map((test) => test.result())) {
        counts[result.state === 'pending' ? 'skipped' : result.state]++
        if (result.state === 'skipped' && result.note !== undefined)
          notes.set(result.note, (notes.get(result.note) ?? 0) + 1)
      }
      // A file that could not be collected, or whose hooks failed, has no failing test of its own.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed')) counts.failed++
    }
    for (const [note, count] of notes) process.stdout.write(`\n${count} skipped: ${note}\n`)
    const file = process.env.GEPPETTO_COUNTS_FILE
    if (file) writeFileSync(file, JSON.stringify(counts))
    else process.stdout.write(`\n${closingLine(counts)}\n`)
  }
}
