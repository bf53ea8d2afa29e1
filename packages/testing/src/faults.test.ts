import type { RunResult } from '@geppetto/session'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FaultMode, FaultPlan } from './fault-plan.test-helper.ts'
import { createFaultyRun, drive, findFaults } from './faulty-run.test-helper.ts'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})

afterEach(() => {
  process.off('unhandledRejection', note)
})

/** The points that a run passes when nothing goes wrong. */
async function findPoints(): Promise<readonly string[]> {
  const plan = new FaultPlan()
  const run = createFaultyRun(plan)
  const result = await drive(run.clock, run.start())
  expect(result.status).toBe('completed')
  const points = [...plan.points]
  expect(await findFaults(run, plan, result)).toEqual([])
  return points
}

async function tryFault(points: readonly string[], index: number, mode: FaultMode): Promise<string[]> {
  const plan = new FaultPlan({ index, mode })
  const run = createFaultyRun(plan)
  const result = await drive(run.clock, run.start())
  const name = points[index] ?? ''
  const expected = expectedStatus(name, mode, index >= points.lastIndexOf('store commit'))
  const faults = await findFaults(run, plan, result, name === 'store acquire' && mode === 'throw-after')
  return result.status === expected ? faults : [`it is ${result.status}, not ${expected}`, ...faults]
}

/** What stands beside the run must not change its outcome; what fails inside a tool is told to the model. */
const harmless = ['sink', 'persister', 'store release', 'mask']
const toldToModel = ['authorize', 'before execution', 'tool read', 'tool write']

function expectedStatus(name: string, mode: FaultMode, isSettling: boolean): RunResult['status'] {
  if (harmless.includes(name) && mode !== 'abort') return 'completed'
  switch (mode) {
    case 'abort':
      return isSettling ? 'completed' : 'cancelled'
    case 'hang':
      return name === 'store commit' ? 'failed' : 'cancelled'
    case 'throw':
    case 'throw-after':
    case 'reject':
      return toldToModel.includes(name) || name.startsWith('snapshot') ? 'completed' : 'failed'
  }
}

describe('a run of text, parallel tools, three provider calls and pauses keeps its promises', () => {
  it.each(['throw', 'throw-after', 'reject', 'abort', 'hang'] as const)(
    'when a callback is hit by: %s',
    async (mode) => {
      const points = await findPoints()
      expect(new Set(points).size).toBeGreaterThanOrEqual(18)
      const broken: Record<string, string[]> = {}
      for (const [index, name] of points.entries()) {
        const faults = await tryFault(points, index, mode)
        if (faults.length > 0) broken[`${index} ${name}`] = faults
      }
      expect(Object.entries(broken).slice(0, 5)).toEqual([])
      expect(unhandled).toEqual([])
    },
  )

  it('when it is cancelled at any step', async () => {
    const broken: Record<string, string[]> = {}
    const statuses = new Set<string>()
    let isPastEnd = false
    let step = 0
    for (; !isPastEnd; step++) {
      const plan = new FaultPlan()
      const run = createFaultyRun(plan)
      const handle = run.start()
      for (let passed = 0; passed < step && handle.isRunning; passed++) {
        await null
        if (passed % 50 === 49) run.clock.runNext()
      }
      isPastEnd = !handle.isRunning
      void handle.cancel()
      const result = await drive(run.clock, handle)
      statuses.add(result.status)
      const faults = await findFaults(run, plan, result)
      if (faults.length > 0) broken[step] = faults
    }
    expect(step).toBeGreaterThan(200)
    expect(Object.entries(broken).slice(0, 5)).toEqual([])
    expect([...statuses].sort()).toEqual(['cancelled', 'completed'])
    expect(unhandled).toEqual([])
  })
})
