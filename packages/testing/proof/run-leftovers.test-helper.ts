import { expect } from 'vitest'
import { measure } from './child-measurement.test-helper.ts'

const kindsOfRuns = 8

/**
 * Does so many runs, in `new` sessions or in `one`: completed, with tools, failed, crashed, cancelled, out of time, and left by who listened. No
 * listener, timer, signal or promise may stay, and at most so many bytes per run.
 */
export function expectNoLeftovers(where: 'new' | 'one', runs: number, maxBytesPerRun: number): void {
  const found = measure(new URL('./many-runs.test-helper.ts', import.meta.url), where, runs)
  const at = (when: 'first' | 'last', what: string) => found[`${when}${what}`] ?? Number.NaN
  expect(found).toMatchObject({ completed: runs / 2, failed: runs / 4, cancelled: runs / 4 })
  expect(found).toMatchObject({ timedOut: runs / kindsOfRuns, turns: where === 'one' ? runs : 0 })
  expect(found.published).toBeGreaterThan(runs * 5)
  for (const when of ['first', 'last'] as const) {
    expect(at(when, 'Listeners')).toBe(0)
    expect(at(when, 'Scheduled')).toBe(0)
    expect(at(when, 'Timers')).toBe(0)
  }
  // The process has some of its own.
  expect(at('last', 'Promises') - at('first', 'Promises')).toBeLessThan(10)
  expect(at('last', 'Signals') - at('first', 'Signals')).toBeLessThan(10)
  // It looks after a fifth of the runs, when the process has got going, and after all of them.
  const bytesPerRun = (at('last', 'Bytes') - at('first', 'Bytes')) / (runs * 0.8)
  process.stdout.write(
    `P11: each of ${runs} runs in ${where === 'new' ? 'new sessions' : 'one session'} leaves ${bytesPerRun.toFixed(0)} bytes\n`,
  )
  expect(bytesPerRun).toBeLessThan(maxBytesPerRun)
}
