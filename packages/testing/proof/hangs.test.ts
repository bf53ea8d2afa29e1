import type { ExecutionHandle, RunResult } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { type Hang, hangsByPlace } from './hang-points.test-helper.ts'
import { createGate, createLab, expectClean, type Lab, textsIn, until } from './run-lab.test-helper.ts'

/** Lets a part of the run do `hang` in place of answering, and looks at how the run ends, and when. */
async function endOf(point: Hang, hang: (handle: ExecutionHandle) => Promise<unknown>) {
  let askedAt: number | undefined
  const lab: Lab = createLab(
    point.lab(async () => {
      askedAt ??= lab.clock.now()
      await hang(handle)
    }),
  )
  const { clock, sink, session } = lab
  const handle = lab.submit()
  const { cancelAfterMs, boundMs, ends, warnings = [] } = point
  let since: number | undefined
  if (cancelAfterMs !== undefined) {
    await clock.advance(cancelAfterMs)
    expect(handle.isRunning).toBe(true)
    since = clock.now()
    void handle.cancel()
  }
  const result = await until(clock, handle.wait())
  expect(`${result.status} ${result.stop}`).toBe(ends)
  expect(clock.now() - (since ?? askedAt ?? Number.NaN)).toBe(boundMs)
  expect(result.warnings.map(({ code }) => code)).toEqual(warnings)
  const hasSpoken = sink.events.some(({ type }) => type === 'text-delta')
  expect(textsIn(result.turn).includes('so far')).toBe(hasSpoken)
  expect([askedAt !== undefined, session.turnCount]).toEqual([true, 1])
  return { lab, result }
}

describe.each(hangsByPlace)('P4: of $of, holds up wait() for a bounded time:', ({ hangs }) => {
  it.each(hangs)('$what that never returns, and nobody hears it when it does', async (point) => {
    const gate = createGate()
    const { lab, result } = await endOf(point, () => gate.pass())
    await expectClean(lab, result, () => gate.open())
  })

  it.each(hangs)('$what that waits for the end of its own run, which it gets', async (point) => {
    const gotten: RunResult[] = []
    const { lab, result } = await endOf(point, async (handle) => void gotten.push(await handle.wait()))
    await expectClean(lab, result)
    expect(new Set(gotten)).toEqual(new Set([result]))
  })

  it.each(hangs)('$what that cancels its own run and waits for that', async (point) => {
    const { cancelAfterMs: _, ...self } = { ...point, ...point.ifItCancels }
    const gotten: RunResult[] = []
    const { lab, result } = await endOf(self, async (handle) => void gotten.push(await handle.cancel()))
    await expectClean(lab, result)
    expect(new Set(gotten)).toEqual(new Set([result]))
  })
})
