import { expect } from 'vitest'
import { measure, mebibytes } from './child-measurement.test-helper.ts'

/** Has so many megabytes come through sessions in a heap of so many, where no more than `maxGrowth` bytes may stay of two thirds of them. */
export function expectBytesToPass(megabytes: number, heapMegabytes: number, maxGrowth: number): void {
  const script = new URL('./bytes-of-wire.test-helper.ts', import.meta.url)
  const { wire, deltas, deltasSeen, grew } = measure({ script, heapMegabytes }, megabytes)
  process.stdout.write(`P11: of ${mebibytes(wire)} of wire in a heap of ${heapMegabytes} MB stay ${mebibytes(grew)}\n`)
  expect(wire).toBeGreaterThanOrEqual(megabytes * 1e6)
  expect(deltasSeen).toBe(deltas)
  expect(grew).toBeLessThan(maxGrowth)
}
