import { background, type Context, type IdGenerator } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import type { ExecutionHandle, RunResult, Session } from '@geppetto/session'
import { toErrorData } from '@geppetto/turns'
import { watchSignal } from './conformance-watch.ts'
import { type DrivenRun, driveRun } from './drive-run.ts'
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
  /** Lets time pass until a run is over: one that comes before the run that meets faults. */
  drive(handle: ExecutionHandle): Promise<RunResult>
}

/** A session, and one run of it. */
export interface FaultProgram {
  readonly session: Session
  start(): ExecutionHandle
  /** One more run after the first, in which nothing goes wrong and which must complete. Default: submits the prompt `Again`. */
  startNext?(): ExecutionHandle
}

/** Makes the program: anew for each run, and the same each time. */
export type CreateFaultProgram = (world: FaultWorld) => FaultProgram | Promise<FaultProgram>

/** What happens to one run. */
export interface Disturbance {
  readonly fault?: Fault
  /** What it throws is a broken promise. */
  readonly check?: (result: RunResult, program: FaultProgram) => void | Promise<void>
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
  /** How it ended; undefined where it did not. */
  readonly driven: DrivenRun | undefined
  /** After how many steps it had ended or was cancelled, where it was to be. */
  readonly steps: number
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
  const drive = async (handle: ExecutionHandle) => (await driveRun(clock, handle)).result
  const program = await createProgram({ faults: scheduling.scheduler, clock, ids, ctx, drive })
  const { session } = program
  if (session === undefined || session.isRunning)
    throw new TypeError(
      'createProgram must return { session, start }, with a session that does not run yet: start starts it',
    )
  observer.session = session
  // Before the handle is there nothing of the run has happened.
  let handle: ExecutionHandle | undefined
  const abort = () => void handle?.cancel()
  points.arm(abort)
  meddler?.arm(abort)
  handle = program.start()
  if (typeof handle?.wait !== 'function')
    throw new TypeError('start must return the handle at once, as session.startInference and session.submit do')
  const steps = cancelAtStep === undefined ? 0 : await cancelAt(handle, clock, cancelAtStep)
  const broken: string[] = []
  let driven: DrivenRun | undefined
  try {
    driven = await driveRun(clock, handle)
    const { result } = driven
    points.disarm()
    meddler?.disarm()
    // What does its work only now may take a little while for it.
    if (fault?.mode === 'late') await clock.advance(1_000)
    const checked = await checkResult(disturbance, result, program)
    if (checked !== undefined) broken.push(checked)
    const startNext = () => program.startNext?.() ?? session.submit('Again', {}, ctx)
    const watching = { clock, ctx, watched, sink, scheduling, observed: await observer.found(), startNext }
    const settled = { ...watching, session, result, lock: disturbance.lock ?? lockAfter(points, fault) }
    broken.push(...(await findBrokenPromises(settled)))
  } catch (error) {
    broken.push(toErrorData(error).message)
  }
  return { points: points.passed, broken, driven, steps }
}

/** Where the answer to a granted lease gets lost, nobody has it. */
function lockAfter({ passed }: FaultPoints, fault: Fault | undefined): SettledSession['lock'] {
  const point = fault?.mode === 'throw-after' ? passed[fault.index] : undefined
  return point?.part === 'store' && point.name === 'acquire' ? 'held' : 'free'
}

async function checkResult(
  { check }: Disturbance,
  result: RunResult,
  program: FaultProgram,
): Promise<string | undefined> {
  try {
    await check?.(result, program)
    return undefined
  } catch (error) {
    return toErrorData(error).message
  }
}

/** Cancels after so many microtasks, or timers where only those are left. Returns after how many it was over, or cancelled. */
async function cancelAt(handle: ExecutionHandle, clock: ManualClock, step: number): Promise<number> {
  let passed = 0
  for (; passed < step && handle.isRunning; passed++) {
    await null
    if (passed % microtasksPerTimer === microtasksPerTimer - 1) clock.runNext()
  }
  void handle.cancel()
  return passed
}

/** After so many a run waits for time. */
const microtasksPerTimer = 50
