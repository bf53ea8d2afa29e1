import type { Context } from '@geppetto/context'
import type { ManualClock } from '@geppetto/context/manual-clock'
import { type EventType, isTerminal } from '@geppetto/events'
import { type ExecutionHandle, isSessionBusyError, type RunResult, Session, type SessionStore } from '@geppetto/session'
import { isSameJson, type ToolOutcome, type Turn, toErrorData, validateTurn } from '@geppetto/turns'
import type { WatchedSignal } from './conformance-watch.ts'
import { driveRun } from './drive-run.ts'
import type { ExecutedCall, FaultScheduling } from './fault-scheduler.ts'
import type { GrammarSink } from './grammar-sink.ts'
import { doubledTexts, lostTexts, untoldResults } from './lost-in-run.ts'

/** A session after one of its runs, and everything that is watched of it. */
export interface SettledSession {
  readonly session: Session
  readonly result: RunResult
  readonly clock: ManualClock
  readonly ctx: Context
  /** The signal of `ctx`. */
  readonly watched: WatchedSignal
  /** Saw all events of the session. */
  readonly sink: GrammarSink
  readonly scheduling: FaultScheduling
  /** What was found wrong while it went on. */
  readonly observed: readonly string[]
  /** Starts one more run, in which nothing goes wrong. */
  readonly startNext: () => ExecutionHandle
  /** `held` where a lease was granted and nobody has it: it must run out before anybody can go on. */
  readonly lock: 'free' | 'held' | 'either'
}

const terminalTypes: Readonly<Record<RunResult['status'], EventType>> = {
  completed: 'run-finished',
  cancelled: 'run-cancelled',
  failed: 'run-failed',
  waiting: 'run-waiting',
}

const lockedInStore = 'P2: the session is locked in the store: is its lease released, and does the store go by `clock`?'

/** Longer than any lease holds, in milliseconds. */
const leaseIsOverMs = 15_000

/** What of the promises was not kept: empty where all is well. */
export async function findBrokenPromises(settled: SettledSession): Promise<readonly string[]> {
  const { session, result, clock, sink, scheduling, watched } = settled
  const { executions, persisted, signals } = scheduling
  const broken: string[] = []
  const check = (isKept: boolean, what: string): void => {
    if (!isKept) broken.push(what)
  }
  checkGrammar(sink, broken)
  for (const problem of validateTurn(result.turn)) broken.push(`P1: ${JSON.stringify(problem)}`)
  check(session.latest === result.turn, 'P1: the result is not the latest turn')
  check(!session.isRunning, 'P2: the session is not free')
  const ends = sink.events.filter((event) => isTerminal(event) && event.correlation.runId === result.runId)
  check(ends.length === 1, `P2: the run has ${ends.length} terminal events`)
  check(
    ends.every(({ type }) => type === terminalTypes[result.status]),
    `P2: the run is ${result.status}, and sinks were told ${ends.map(({ type }) => type).join()}`,
  )
  broken.push(...settled.observed)
  // Before a runner is there, nobody knows its persister.
  const isKnown = scheduling.hasPersister() && signals.length > 0
  check(persisted.length <= 1, `the persister was called ${persisted.length} times`)
  check(persisted.length > 0 || !isKnown, 'the persister was not called')
  check(
    persisted.every((turn) => turn === result.turn),
    'P1: the persister got another turn',
  )
  check(
    signals.every((signal) => signal.aborted),
    "P4: the run's signal goes on after its end",
  )
  for (const text of lostTexts(sink.events, result)) broken.push(`P5: lost ${JSON.stringify(text)}`)
  for (const text of doubledTexts(sink.events, result)) broken.push(`P5: kept twice ${JSON.stringify(text)}`)
  for (const call of untoldResults(sink.events, result)) broken.push(`no event tells what became of call ${call}`)
  broken.push(...(await wrongExecutions(executions, result.turn)))
  check(clock.scheduled === 0, `P13: ${clock.scheduled} timers are left`)
  check(watched.listeners === 0, `P13: ${watched.listeners} abort listeners are left`)
  const last = await runAgain(settled, broken)
  const count = sink.events.length
  await clock.advance(4 * leaseIsOverMs)
  check(sink.events.length === count, 'P4: an event came after settlement')
  check(session.latest === last.turn, 'P4: the turn changed after settlement')
  checkGrammar(sink, broken)
  const store = scheduling.store()
  if (store !== undefined) await checkStore(settled, store, broken)
  return broken
}

/** `is failed (error): …`, for people. */
export function describeResult(result: RunResult): string {
  const error = result.status === 'failed' ? `: ${toErrorData(result.error).message}` : ''
  const warnings = result.warnings.map(({ message }) => `; warning: ${message}`)
  return `is ${result.status} (${result.stop})${error}${warnings.join('')}`
}

/** What was executed though it should not have been, or otherwise than the turn says. */
async function wrongExecutions(executions: readonly ExecutedCall[], turn: Turn): Promise<readonly string[]> {
  const wrong: string[] = []
  const effects = executions.filter(({ tool }) => tool.effects === 'side-effecting')
  for (const [index, { key }] of effects.entries())
    if (effects.findIndex((other) => other.key === key) < index) wrong.push(`P7: ${key} was executed again`)
  for (const { key, isRecorded } of effects)
    if (!(await isRecorded)) wrong.push(`P7: ${key} was executed before it was in the store`)
  for (const block of turn.blocks) {
    const isOf = (call: ExecutedCall) => 'callId' in block && call.callId === block.callId
    const executed = executions.find(isOf)
    if (block.kind === 'tool-call' && executed !== undefined) {
      const { input } = block
      const checked = input.state === 'parsed' && (await executed.tool.input['~standard'].validate(input.value))
      if (checked === false || checked.issues !== undefined)
        wrong.push(
          `P6: ${block.callId} was executed with arguments that are ${checked === false ? input.state : 'unfit'}`,
        )
    }
    if (block.kind === 'tool-result' && saysNotRun.includes(block.outcome) && effects.some(isOf))
      wrong.push(`P7: ${block.callId} was executed, and its result says ${block.outcome}`)
  }
  return wrong
}

/** What may be said only of a call that was never started. */
const saysNotRun: readonly ToolOutcome[] = ['not-run', 'cancelled', 'denied']

/** Whoever waits for so long, in milliseconds, waits for a lease. */
const waitMs = 1_000

/** The session must be free for the next run. */
async function runAgain(settled: SettledSession, broken: string[]): Promise<RunResult> {
  const { clock, lock } = settled
  const since = clock.now()
  const { result: next } = await driveRun(clock, settled.startNext())
  const isRefused = next.status === 'failed' && isSessionBusyError(next.error)
  // A session that knows that it may hold a lease itself waits until that has run out.
  const wasLocked = isRefused || (lock === 'held' && clock.now() - since >= waitMs)
  if (lock === (wasLocked ? 'free' : 'held'))
    broken.push(isRefused ? lockedInStore : 'P3: the session is not locked in the store')
  if (isRefused) await clock.advance(leaseIsOverMs)
  const last = isRefused ? (await driveRun(clock, settled.startNext())).result : next
  if (last.status !== 'completed')
    broken.push(`P4: the next run ${describeResult(last)}; give startNext, if it must be another one`)
  return last
}

function checkGrammar(sink: GrammarSink, broken: string[]): void {
  try {
    sink.assertComplete()
  } catch (error) {
    broken.push(`P2: ${toErrorData(error).message}`)
  }
}

async function checkStore({ session, sink }: SettledSession, store: SessionStore, broken: string[]): Promise<void> {
  const known = new Set<unknown>()
  for await (const { type, runId } of store.read(session.id)) if (type === 'run-started') known.add(runId)
  for (const { type, correlation } of sink.events)
    if (type === 'provider-call-started' && !known.has(correlation.runId))
      broken.push(`P5: ${correlation.runId} called the provider before it was in the store`)
  const unused = { build: () => Promise.reject(new Error('unused')) }
  const reopened = await Session.open(store, session.id, { builder: unused })
  if (!isSameJson(reopened.latest, session.latest)) broken.push('P1: the store has another latest turn')
  if (reopened.turnCount !== session.turnCount)
    broken.push(`P1: the store has ${reopened.turnCount} turns of ${session.turnCount}`)
  else
    for (let index = 0; index < session.turnCount; index++)
      if (!isSameJson(reopened.getTurn(index), session.getTurn(index)))
        broken.push(`P1: the store has another turn ${index}`)
}
