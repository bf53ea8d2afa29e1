import type { RunResult } from '@geppetto/session'
import { type FaultMode, type FaultPoint, faultModes } from './fault-points.ts'
import { type CreateFaultProgram, runDisturbed } from './fault-run.ts'

/** A fault that happened. */
export interface MetFault {
  readonly mode: FaultMode
  readonly point: FaultPoint
  readonly index: number
  /** The points that the run passes when nothing goes wrong. */
  readonly points: readonly FaultPoint[]
}

/** What {@link tryEveryFault} takes. */
export interface TryEveryFaultOptions {
  /** Default: all of them. */
  readonly modes?: readonly FaultMode[]
  /** Looks at the result of each run with a fault; what it throws is a broken promise of that run. */
  readonly check?: (result: RunResult, fault: MetFault) => void
}

/** What was tried. */
export interface FaultReport {
  /** The points that the run passes when nothing goes wrong. */
  readonly points: readonly FaultPoint[]
  /** At how many steps the run was cancelled: after each microtask, and at each timer. */
  readonly steps: number
  /** How many runs that makes in all. */
  readonly runs: number
}

/**
 * Runs a program once for each fault that can meet it: each callback throws, rejects, hangs or cancels the run, before its work and after
 * it, and the run is cancelled at each of its steps. After each, the promises must have been kept: see `docs/architecture.md`.
 * `createProgram` is called anew each time, and must make the same each time; what is not wrapped by `faults` meets none.
 * @throws Error naming each fault that broke a promise, and how; or that the run does not complete without any.
 */
export async function tryEveryFault(
  createProgram: CreateFaultProgram,
  options: TryEveryFaultOptions = {},
): Promise<FaultReport> {
  const { modes = faultModes, check } = options
  const undisturbed = await runDisturbed(createProgram)
  const { points } = undisturbed
  if (undisturbed.broken.length > 0) throw new Error(describe('nothing goes wrong', undisturbed.broken))
  const broken: string[] = []
  let runs = 1
  for (const mode of modes)
    for (const [index, point] of points.entries()) {
      const met: MetFault = { mode, point, index, points }
      const outcome = await runDisturbed(createProgram, {
        fault: { index, mode },
        check: (result) => check?.(result, met),
      })
      runs++
      const where = `${point.part} ${point.name} (point ${index}) meets: ${mode}`
      if (outcome.broken.length > 0) broken.push(describe(where, outcome.broken))
    }
  let steps = 0
  for (let isOver = false; !isOver; steps++) {
    const outcome = await runDisturbed(createProgram, { cancelAtStep: steps })
    runs++
    isOver = outcome.wasOver
    if (outcome.broken.length > 0) broken.push(describe(`the run is cancelled at step ${steps}`, outcome.broken))
  }
  if (broken.length > 0) throw new Error(`${broken.length} of ${runs} runs broke a promise:\n${broken.join('\n')}`)
  return { points, steps, runs }
}

function describe(where: string, broken: readonly string[]): string {
  return `- ${where}\n${broken.map((problem) => `    ${problem}`).join('\n')}`
}
