import { background, type Context, type IdGenerator } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import type { ExecutionHandle, RunResult, Session } from '@geppetto/session'
import { toErrorData } from '@geppetto/turns'
import { watchSignal } from './conformance-watch.ts'
import { driveRun } from './drive-run.ts'
import { type Fault, type FaultMode, type FaultPoint, FaultPoints, faultModes } from './fault-points.ts'
import { type FaultScheduler, scheduleFaults } from './fault-scheduler.ts'
import { createGrammarSink } from './grammar-sink.ts'
import { findBrokenPromises } from './kept-promises.ts'
import { createSequentialIds } from './sequential-ids.ts'

/** What a program that meets faults is made with. */
export interface FaultWorld {
  readonly faults: FaultScheduler
  /** For the session. Time goes on by itself while the run waits. */
  readonly clock: ManualClock
  /** For the session. */
  readonly ids: IdGenerator
  /** To start the run with. Its sink checks every event. */
  readonly ctx: Context
  /** Lets time pass until a run is over, as one that comes before the run that meets faults. */
  drive(handle: ExecutionHandle): Promise<RunResult>
}

/** A session, and one run of it. */
export interface FaultProgram {
  readonly session: Session
  start(): ExecutionHandle
  /** One more run after the first, in which nothing goes wrong and which must complete. Default: submits a prompt. */
  startNext?(): ExecutionHandle
}

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
  createProgram: (world: FaultWorld) => FaultProgram | Promise<FaultProgram>,
  options: TryEveryFaultOptions = {},
): Promise<FaultReport> {
  const { modes = faultModes, check } = options
  const undisturbed = await runWith(createProgram)
  const { points } = undisturbed
  if (undisturbed.broken.length > 0) throw new Error(describe('nothing goes wrong', undisturbed.broken))
  const broken: string[] = []
  let runs = 1
  for (const mode of modes)
    for (const [index, point] of points.entries()) {
      const met: MetFault = { mode, point, index, points }
      const outcome = await runWith(createProgram, { fault: { index, mode }, check: (result) => check?.(result, met) })
      runs++
      const where = `${point.part} ${point.name} (point ${index}) meets: ${mode}`
      if (outcome.broken.length > 0) broken.push(describe(where, outcome.broken))
    }
  let steps = 0
  for (let isOver = false; !isOver; steps++) {
    const outcome = await runWith(createProgram, { cancelAtStep: steps })
    runs++
    isOver = outcome.wasOver
    if (outcome.broken.length > 0) broken.push(describe(`the run is cancelled at step ${steps}`, outcome.broken))
  }
  if (broken.length > 0) throw new Error(`${broken.length} of ${runs} runs broke a promise:\n${broken.join('\n')}`)
  return { points, steps, runs }
}

interface Disturbance {
  readonly fault?: Fault
  readonly check?: (result: RunResult) => void
  readonly cancelAtStep?: number
}

interface Outcome {
  readonly points: readonly FaultPoint[]
  readonly broken: readonly string[]
  /** Whether the run had settled before the step at which it was to be cancelled. */
  readonly wasOver: boolean
}

async function runWith(
  createProgram: (world: FaultWorld) => FaultProgram | Promise<FaultProgram>,
  { fault, check, cancelAtStep }: Disturbance = {},
): Promise<Outcome> {
  const points = new FaultPoints(fault)
  const { scheduler, executions, store } = scheduleFaults(points)
  const clock = createManualClock()
  const ids = createSequentialIds()
  const watched = watchSignal()
  const sink = createGrammarSink()
  const ctx = withEventSinks(background({ clock, ids, signal: watched.signal }), sink)
  const program = await createProgram({
    faults: scheduler,
    clock,
    ids,
    ctx,
    drive: (handle) => driveRun(clock, handle),
  })
  const { session } = program
  // Before the handle is there nothing of the run has happened.
  let handle: ExecutionHandle | undefined
  points.arm(() => void handle?.cancel())
  handle = program.start()
  const wasOver = cancelAtStep === undefined ? false : await cancelAt(handle, clock, cancelAtStep)
  try {
    const result = await driveRun(clock, handle)
    points.disarm()
    const broken: string[] = []
    if (fault === undefined && cancelAtStep === undefined && result.status !== 'completed')
      broken.push(`the run is ${result.status}: it must complete when nothing goes wrong`)
    try {
      check?.(result)
    } catch (error) {
      broken.push(toErrorData(error).message)
    }
    const point = fault === undefined ? undefined : points.passed[fault.index]
    const startNext = () => program.startNext?.() ?? session.submit('Again', {}, ctx)
    const isLocked = fault?.mode === 'throw-after' && point?.part === 'store' && point.name === 'acquire'
    const settled = { session, result, clock, ctx, watched, sink, executions, store: store(), startNext, isLocked }
    broken.push(...(await findBrokenPromises(settled)))
    return { points: points.passed, broken, wasOver }
  } catch (error) {
    return { points: points.passed, broken: [`P4: ${toErrorData(error).message}`], wasOver }
  }
}

/** Cancels after so many microtasks, or timers where only those are left. Says whether the run had settled before. */
async function cancelAt(handle: ExecutionHandle, clock: ManualClock, step: number): Promise<boolean> {
  for (let passed = 0; passed < step && handle.isRunning; passed++) {
    await null
    if (passed % microtasksPerTimer === microtasksPerTimer - 1) clock.runNext()
  }
  const wasOver = !handle.isRunning
  void handle.cancel()
  return wasOver
}

/** After so many a run waits for time. */
const microtasksPerTimer = 50

function describe(where: string, broken: readonly string[]): string {
  return `- ${where}\n${broken.map((problem) => `    ${problem}`).join('\n')}`
}
