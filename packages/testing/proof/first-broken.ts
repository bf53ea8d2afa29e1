import { faultModes } from '../src/fault-points.ts'
import { runDisturbed } from '../src/fault-run.ts'
import { findContinuations, tryContinuations } from './every-continuation.ts'
import { checkExpected } from './fault-expectations.test-helper.ts'
import { faultScenarios } from './fault-scenarios.test-helper.ts'

/** The first broken promise that faults in callbacks and throws where the code goes on bring to light; undefined where there is none. */
export async function findFirstBroken(): Promise<string | undefined> {
  const found = await findContinuations()
  for (const { name, broken } of found) if (broken.length > 0) return `${name}: ${broken[0]}`
  for (const mode of faultModes)
    for (const [scenario, createProgram] of Object.entries(faultScenarios)) {
      const { points, driven } = await runDisturbed(createProgram)
      if (driven?.result.status !== 'completed') return `${scenario}: it does not complete when nothing goes wrong`
      for (const [index, point] of points.entries()) {
        const { broken } = await runDisturbed(createProgram, {
          fault: { index, mode },
          check: (result) => checkExpected(result, { mode, point, index, points }, scenario),
        })
        if (broken.length > 0) return `${scenario}: ${mode} at ${point.part} ${point.name} (${index}): ${broken[0]}`
      }
    }
  for (const scenario of found)
    for await (const [first] of tryContinuations(scenario)) if (first !== undefined) return first
  return undefined
}
