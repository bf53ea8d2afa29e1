import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** Runs the measurement in a process of its own, where the heap can be collected on demand. */
function heapOfTurns(turns: number): number {
  const script = fileURLToPath(new URL('./heap-of-turns.test-helper.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, String(turns)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return Number(stdout)
}

describe('P11: memory', () => {
  it('of 10,000 turns is at most 2.2 times that of 5,000', () => {
    const half = heapOfTurns(5_000)
    const whole = heapOfTurns(10_000)
    process.stdout.write(
      `P11: heap of 5,000 turns ${mebibytes(half)}, of 10,000 turns ${mebibytes(whole)}: ${(whole / half).toFixed(2)} times\n`,
    )
    expect(whole / half).toBeLessThan(2.2)
  })
})

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
