import type { Context } from '@geppetto/context'
import type { ManualClock } from '@geppetto/context/manual-clock'
import { isTerminal } from '@geppetto/events'
import { type ExecutionHandle, isSessionBusyError, type RunResult, Session, type SessionStore } from '@geppetto/session'
import { isSameJson, toErrorData, validateTurn } from '@geppetto/turns'
import type { WatchedSignal } from './conformance-watch.ts'
import { driveRun } from './drive-run.ts'
import type { GrammarSink } from './grammar-sink.ts'
import { lostTexts, untoldResults } from './lost-in-run.ts'

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
  readonly executions: ReadonlyMap<string, number>
  readonly store: SessionStore | undefined
  /** Starts one more run, in which nothing goes wrong. */
  readonly startNext: () => ExecutionHandle
  /** Whether the lease was granted and the grant got lost: then it must run out before anybody can go on. */
  readonly isLocked: boolean
}

/** Longer than any lease holds, in milliseconds. */
const leaseIsOverMs = 15_000

/** What of the promises was not kept: empty where all is well. */
export async function findBrokenPromises(settled: SettledSession): Promise<readonly string[]> {
  const { session, result, clock, sink, executions, watched } = settled
  const broken: string[] = []
  const check = (isKept: boolean, what: string): void => {
    if (!isKept) broken.push(what)
  }
  checkGrammar(sink, broken)
  for (const problem of validateTurn(result.turn)) broken.push(`P1: ${JSON.stringify(problem)}`)
  check(session.latest === result.turn, 'P1: the result is not the latest turn')
  check(!session.isRunning, 'P2: the session is not free')
  const ends = sink.events.filter((event) => isTerminal(event) && event.correlation.runId === result.runId).length
  check(ends === 1, `P2: the run has ${ends} terminal events`)
  for (const text of lostTexts(sink.events, result)) broken.push(`P5: lost ${JSON.stringify(text)}`)
  for (const call of untoldResults(sink.events, result)) broken.push(`no event tells what became of call ${call}`)
  for (const [call, count] of executions) check(count === 1, `P7: ${call} was executed ${count} times`)
  check(clock.scheduled === 0, `P13: ${clock.scheduled} timers are left`)
  check(watched.listeners === 0, `P13: ${watched.listeners} abort listeners are left`)
  const last = await runAgain(settled, broken)
  const count = sink.events.length
  await clock.advance(4 * leaseIsOverMs)
  check(sink.events.length === count, 'P4: an event came after settlement')
  check(session.latest === last.turn, 'P4: the turn changed after settlement')
  checkGrammar(sink, broken)
  if (settled.store !== undefined) await checkStore(session, settled.store, broken)
  return broken
}

/** The session must be free for the next run. */
async function runAgain(settled: SettledSession, broken: string[]): Promise<RunResult> {
  const { session, clock, ctx, isLocked } = settled
  const next = await driveRun(clock, settled.startNext())
  const isRefused = next.status === 'failed' && isSessionBusyError(next.error)
  if (isRefused !== isLocked)
    broken.push(isRefused ? 'P2: the session is locked in the store' : 'P3: the session is not locked in the store')
  if (isRefused) await clock.advance(leaseIsOverMs)
  const last = isRefused ? await driveRun(clock, session.startInference(ctx)) : next
  if (last.status !== 'completed') {
    const why = last.status === 'failed' ? toErrorData(last.error).message : last.stop
    broken.push(`P4: the next run is ${last.status}: ${why}`)
  }
  return last
}

function checkGrammar(sink: GrammarSink, broken: string[]): void {
  try {
    sink.assertComplete()
  } catch (error) {
    broken.push(`P2: ${toErrorData(error).message}`)
  }
}

async function checkStore(session: Session, store: SessionStore, broken: string[]): Promise<void> {
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
