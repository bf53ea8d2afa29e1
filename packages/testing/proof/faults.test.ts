import type { RunResult } from '@geppetto/session'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TriedRun, tryEveryFault } from '../src/try-every-fault.ts'
import { checkExpected } from './fault-expectations.test-helper.ts'
import { faultScenarios } from './fault-scenarios.test-helper.ts'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})

afterEach(() => {
  process.off('unhandledRejection', note)
})

describe('P1, P2, P4, P5, P7, P13: a run keeps its promises at every fault in a callback, and cancelled at every step', () => {
  it.each(Object.entries(faultScenarios))(
    '%s',
    async (scenario, createProgram) => {
      const check = (result: RunResult, { fault }: TriedRun) => {
        if (fault !== undefined) checkExpected(result, fault, scenario)
      }
      const report = await tryEveryFault(createProgram, { check })
      expect(report.points.length).toBeGreaterThan(20)
      expect(report.steps).toBeGreaterThan(report.points.length)
      expect(unhandled).toEqual([])
    },
    120_000,
  )
})
