import type { RunResult } from '@geppetto/session'
import { BrokenRuns } from './broken-runs.ts'
import { type FaultMode, type FaultPoint, faultModes } from './fault-points.ts'
import {
  type CreateFaultProgram,
  type Disturbance,
  type FaultOutcome,
  type FaultProgram,
  runDisturbed,
} from './fault-run.ts'
import { describeResult } from './kept-promises.ts'

/** A fault that happened. */
export interface MetFault {
  readonly mode: FaultMode
  readonly point: FaultPoint
  readonly index: number
  /** The points that the run passes when nothing goes wrong. */
  readonly points: readonly FaultPoint[]
}

/** One of the runs that were tried. */
export interface TriedRun {
  readonly program: FaultProgram
  /** Undefined where nothing went wrong, and where the run was cancelled at one of its steps. */
  readonly fault: MetFault | undefined
}

/** What {@link tryEveryFault} takes. */
export interface TryEveryFaultOptions {
  /** Default: all of them. */
  readonly modes?: readonly FaultMode[]
  /** Whether the run is cancelled at each of its steps too, which takes a time that grows with their square. Default true. */
  readonly steps?: boolean
  /** Looks at the result of each run; what it throws is a broken promise of that run. */
  readonly check?: (result: RunResult, tried: TriedRun) => void | Promise<void>
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
 * Runs a program once for each fault that can meet it: each callback throws, rejects, hangs, comes late or cancels the run, before its work
 * and after it; and the run is cancelled at each of its steps. After each, the promises must have been kept: see `docs/architecture.md`.
 * `createProgram` is called anew each time, and must make the same each time; what is not wrapped by `faults` meets none. Time goes by
 * `clock` alone: real timers, files and sockets are not waited for.
 * @throws Error telling which promises were broken, and by which faults; or why the program cannot be tried.
 */
export async function tryEveryFault(
  createProgram: CreateFaultProgram,
  options: TryEveryFaultOptions = {},
): Promise<FaultReport> {
  const { modes = faultModes, check } = options
  for (const mode of modes)
    if (!faultModes.includes(mode))
      throw new TypeError(`there is no fault mode ${mode}; there are: ${faultModes.join(', ')}`)
  const run = (disturbance: Omit<Disturbance, 'check'>, fault?: MetFault): Promise<FaultOutcome> =>
    runDisturbed(createProgram, { ...disturbance, check: (result, program) => check?.(result, { program, fault }) })

  const undisturbed = await run({})
  assertCanBeTried(undisturbed)
  const { points } = undisturbed
  const broken = new BrokenRuns()
  for (const mode of modes)
    for (const [index, point] of points.entries()) {
      const outcome = await run({ fault: { index, mode } }, { mode, point, index, points })
      assertSame(points.slice(0, index + 1), outcome.points)
      broken.add(`${point.part} ${point.name} (point ${index}) meets: ${mode}`, outcome.broken)
    }
  const steps = options.steps === false ? 0 : await countSteps(run)
  for (let step = 0; step < steps; step++) {
    const outcome = await run({ cancelAtStep: step })
    broken.add(`the run is cancelled at step ${step}`, outcome.broken)
  }
  broken.assertNone()
  return { points, steps, runs: broken.runs + 1 }
}

/** A run of more steps waits for something that never comes. */
const maxSteps = 20_000

async function countSteps(run: (disturbance: Disturbance) => Promise<FaultOutcome>): Promise<number> {
  const { steps } = await run({ cancelAtStep: maxSteps })
  if (steps === maxSteps) throw new Error(`the program cannot be tried: ${notByClock}`)
  return steps + 1
}

const notByClock =
  'the run waits for something that does not go by `clock`, such as a real timer, a file or a socket, or for nothing at all'

/** @throws Error when the run with no fault is not one that others can be compared with. */
function assertCanBeTried({ driven, broken, points }: FaultOutcome): void {
  const refuse = (why: string): never => {
    throw new Error(`the program cannot be tried: ${why}`)
  }
  if (driven === undefined) return refuse(broken.join('; '))
  const { result, wasStopped } = driven
  if (wasStopped) refuse(notByClock)
  if (result.status !== 'completed' && result.status !== 'waiting')
    refuse(`when nothing goes wrong the run must complete, or wait, and it ${describeResult(result)}`)
  if (result.warnings.some(({ code }) => code !== 'request_degraded'))
    refuse(`when nothing goes wrong there must be no warning, and it ${describeResult(result)}; maybe ${notByClock}`)
  if (result.turn.blocks.some((block) => block.kind === 'tool-result' && block.outcome === 'timed-out'))
    refuse(`a tool timed out when nothing went wrong: maybe ${notByClock}`)
  if (points.length === 0) refuse('the run calls nothing that was wrapped by `faults`')
  if (broken.length > 0)
    throw new Error(`broken when nothing goes wrong:\n${broken.map((problem) => `    ${problem}`).join('\n')}`)
}

/** @throws Error when the run did not pass the points that it passes when nothing goes wrong. */
function assertSame(expected: readonly FaultPoint[], passed: readonly FaultPoint[]): void {
  for (const [index, { part, name }] of expected.entries()) {
    const other = passed[index]
    if (other?.part === part && other.name === name) continue
    const found = other === undefined ? 'the run ended before it' : `it was ${other.part} ${other.name}`
    throw new Error(
      `the program is not the same each time: point ${index} was ${part} ${name}, and then ${found}; take what may differ, as the time and ids, from what createProgram is given, and wait for nothing that does not go by \`clock\`, as real timers, files and sockets`,
    )
  }
}
