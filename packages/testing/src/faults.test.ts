import type { RunResult } from '@geppetto/session'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultPart } from './fault-points.ts'
import { faultScenarios } from './fault-scenarios.test-helper.ts'
import { type MetFault, tryEveryFault } from './try-every-fault.ts'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})

afterEach(() => {
  process.off('unhandledRejection', note)
})

/** What happens beside the run never changes its outcome. */
const beside: readonly string[] = ['sink', 'persister', 'store release', 'hook maskInput', 'hook shouldRetry']
/** What fails here is told to the model, or is a warning. */
const told: readonly FaultPart[] = ['hook', 'tool', 'snapshot hook']
/** What hangs here ends by a time limit of its own. */
const limited: Readonly<Partial<Record<string, RunResult['status']>>> = {
  tool: 'completed',
  transport: 'failed',
  'store commit': 'failed',
}

/** The first engine call and the first tool call of the retry fail by themselves: after that there is nothing to add. */
function isRetried({ mode, point, index, points }: MetFault): boolean {
  const isAfter = mode === 'throw-after' || mode === 'hang-after'
  const first = points.findIndex(({ part, name }) => part === point.part && name === point.name)
  return isAfter && index === first && (point.part === 'engine' || point.name === 'unsteady')
}

function expectedStatus(fault: MetFault, scenario: string): RunResult['status'] {
  const { mode, point, index, points } = fault
  const { part } = point
  const name = `${part} ${point.name}`
  if (mode === 'abort') {
    const settling = points.findLastIndex((other) => `${other.part} ${other.name}` === 'store commit')
    return index >= settling ? 'completed' : 'cancelled'
  }
  if (beside.includes(part) || beside.includes(name)) return 'completed'
  if (scenario === 'a retry' && isRetried(fault)) return 'completed'
  if (mode === 'hang' || mode === 'hang-after') return limited[part] ?? limited[name] ?? 'cancelled'
  return told.includes(part) ? 'completed' : 'failed'
}

describe('P1, P2, P4, P5, P7, P13: a run keeps its promises at every fault in a callback, and cancelled at every step', () => {
  it.each(Object.entries(faultScenarios))(
    '%s',
    async (scenario, createProgram) => {
      const report = await tryEveryFault(createProgram, {
        check({ status }, fault) {
          const expected = expectedStatus(fault, scenario)
          if (status !== expected) throw new Error(`it is ${status}, not ${expected}`)
        },
      })
      expect(report.points.length).toBeGreaterThan(20)
      expect(report.steps).toBeGreaterThan(report.points.length)
      expect(unhandled).toEqual([])
    },
    120_000,
  )
})
