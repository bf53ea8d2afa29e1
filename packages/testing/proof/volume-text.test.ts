import { expect, it } from 'vitest'
import { measure, mebibytes } from './child-measurement.test-helper.ts'

it.each(['session', 'handle', 'sink'])(
  'P11: a %s keeps at most 3 times the size of a text of 20,000 deltas',
  (keeper) => {
    const { bytes = 0, size = 0, kept } = measure(new URL('./heap-of-text.test-helper.ts', import.meta.url), keeper)
    process.stdout.write(
      `P11: a text of ${mebibytes(size)} in 20,000 deltas, kept by a ${keeper}: ${mebibytes(bytes)}\n`,
    )
    expect(kept).toBeGreaterThan(0)
    expect(size).toBeGreaterThan(250_000)
    expect(bytes).toBeGreaterThan(size / 2)
    expect(bytes / size).toBeLessThan(3)
  },
)
