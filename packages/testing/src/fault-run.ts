import { background, type Context, type IdGenerator } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import type { ExecutionHandle, RunResult, Session } from '@geppetto/session'
import { toErrorData } from '@geppetto/turns'
import { watchSignal } from './conformance-watch.ts'
import { driveRun } from './drive-run.ts'
import { type Fault, type FaultPoint, FaultPoints } from './fault-points.ts'
import { type FaultScheduler, scheduleFaults } from './fault-scheduler.ts'
import { createGrammarSink } from './grammar-sink.ts'
import { findBrokenPromises, type SettledSession } from './kept-promises.ts'
import { RunObserver } from './run-observer.ts'
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

/** Makes the program: anew for each run, and the same each time. */
export type CreateFaultProgram = (world: FaultWorld) => FaultProgram | Promise<FaultProgram>

/** What happens to one run. */
export interface Disturbance {
  readonly fault?: Fault
  readonly check?: (result: RunResult) => void
  readonly cancelAtStep?: number
  /** Others that do something to it from its start to its settlement. */
  readonly meddler?: { arm(abort: () => void): void; disarm(): void }
  /** Whether the store may be left with a lease that it granted and nobody holds. Default: where the store's answer is lost. */
  readonly lock?: SettledSession['lock']
}

/** What came of it. */
export interface FaultOutcome {
  readonly points: readonly FaultPoint[]
  readonly broken: readonly string[]
  /** Whether the run had settled before the step at which it was to be cancelled. */
  readonly wasOver: boolean
}

/** Runs a program with one disturbance, and looks at what became of the promises. */
export async function runDisturbed(
  createProgram: CreateFaultProgram,
  disturbance: Disturbance = {},
): Promise<FaultOutcome> {
  const { fault, cancelAtStep, meddler } = disturbance
  const points = new FaultPoints(fault)
  const scheduling = scheduleFaults(points)
  const clock = createManualClock()
  const ids = createSequentialIds()
  const watched = watchSignal()
  const sink = createGrammarSink()
  const observer = new RunObserver(scheduling.store)
  const ctx = withEventSinks(background({ clock, ids, signal: watched.signal }), sink, observer)
  const drive = (handle: ExecutionHandle) => driveRun(clock, handle)
  const program = await createProgram({ faults: scheduling.scheduler, clock, ids, ctx, drive })
  const { session } = program
  observer.session = session
  // Before the handle is there nothing of the run has happened.
  let handle: ExecutionHandle | undefined
  const abort = () => void handle?.cancel()
  points.arm(abort)
  meddler?.arm(abort)
  handle = program.start()
  const wasOver = cancelAtStep === undefined ? false : await cancelAt(handle, clock, cancelAtStep)
  const broken: string[] = []
  try {
    const result = await drive(handle)
    points.disarm()
    meddler?.disarm()
    // What does its work only now may take a little while for it.
    if (fault?.mode === 'late') await clock.advance(1_000)
    broken.push(...checkResult(result, disturbance))
    const startNext = () => program.startNext?.() ?? session.submit('Again', {}, ctx)
    const watching = { clock, ctx, watched, sink, scheduling, observed: await observer.found(), startNext }
    const settled = { ...watching, session, result, lock: disturbance.lock ?? lockAfter(points, fault) }
    broken.push(...(await findBrokenPromises(settled)))
  } catch (error) {
    broken.push(`P4: ${toErrorData(error).message}`)
  }
  return { points: points.passed, broken, wasOver }
}

/** Where the answer to a granted lease gets lost, nobody has it. */
function lockAfter({ passed }: FaultPoints, fault: Fault | undefined): SettledSession['lock'] {
  const point = fault?.mode === 'throw-after' ? passed[fault.index] : undefined
  return point?.part === 'store' && point.name === 'acquire' ? 'held' : 'free'
}

function checkResult(result: RunResult, { fault, cancelAtStep, meddler, check }: Disturbance): readonly string[] {
  const isDisturbed = fault !== undefined || cancelAtStep !== undefined || meddler !== undefined
  if (!isDisturbed && result.status !== 'completed')
    return [`the run is ${result.status}: it must complete when nothing goes wrong`]
  try {
    check?.(result)
    return []
  } catch (error) {
    return [toErrorData(error).message]
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
