import type { Context } from '@geppetto/context'
import type { Event, TerminalDraft, Warning } from '@geppetto/events'
import { sealTurn, sumUsage, type Turn, toErrorData, type Usage } from '@geppetto/turns'
import type { TurnPersister } from '../contract/builder.ts'
import { recordsOf } from '../contract/kept-turn.ts'
import type { RunRequest } from '../contract/run-request.ts'
import type { RunResult } from '../contract/run-result.ts'
import { summarize } from '../contract/run-summary.ts'
import type { Verdict } from '../contract/verdict.ts'
import { leaveCalls, type TakenUpCalls } from '../history/left-calls.ts'
import type { StoreClaim } from '../ledger/store-claim.ts'
import { commitVerdict, persist, settledRecord } from '../ledger/write-verdict.ts'
import { judgeRun } from './ending.ts'
import type { RunEvents } from './run-events.ts'
import type { SettlementHost } from './run-host.ts'
import type { ProgressMade } from './run-progress.ts'
import type { RunEnd } from './runner-end.ts'
import { terminalEvent } from './terminal-event.ts'

/** A run whose runner has ended or was abandoned. */
export interface EndedRun extends RunEnd {
  readonly runId: string
  /** The request that it was for. */
  readonly request: Partial<RunRequest>
  /** Another owner has the session, or has changed it, or the store took nothing: nothing of the run was stored, or will be. */
  readonly isRefused: boolean
  /** The turn as it was when the run began. */
  readonly input: Turn
  readonly ctx: Context
  readonly host: SettlementHost
  readonly events: RunEvents
  readonly progress: ProgressMade | undefined
  readonly takenUp?: TakenUpCalls | undefined
  readonly claim: StoreClaim | undefined
  readonly persister: TurnPersister | undefined
  /** Aborts the run's signal. */
  readonly stopWork: () => void
}

/** What a run that is judged ends with. */
interface Conclusion {
  readonly verdict: Verdict
  readonly usage: Usage | undefined
  readonly warnings: readonly Warning[]
}

/** How far settlement has come. */
interface Progress {
  /** The turn as it is kept. */
  sealed?: Turn
  isPersisted?: boolean
  /** What the store has, and what everybody is told: from here on it is the outcome. */
  decided?: Omit<Conclusion, 'warnings'> & { readonly last: Event | TerminalDraft; readonly isCompleted: boolean }
}

/** The one way out of a run: seal, commit, free and tell, drain. Never rejects: where a part of it fails, the run has failed. */
export async function settleRun(ended: EndedRun): Promise<RunResult> {
  const run = { ...ended, host: freeingOnce(ended.host) }
  const progress: Progress = {}
  try {
    return await close(run, await conclude(run, progress))
  } catch (error) {
    return lastResort(run, error, progress)
  }
}

/** A session that is free may have begun its next run already: it must not be freed of that one. */
function freeingOnce(host: SettlementHost): SettlementHost {
  let isFree = false
  const free: SettlementHost['free'] = (summary, isCompleted) => {
    if (isFree) return
    isFree = true
    host.free(summary, isCompleted)
  }
  return { ...host, free }
}

async function conclude(run: EndedRun, progress: Progress): Promise<Conclusion> {
  const { events, ctx, host, ending, aborted, claim, persister, runId } = run
  events.announce(ctx)
  events.silence(aborted, ctx.clock.now())
  const warnings: Warning[] = []
  if (ending.how === 'abandoned')
    warnings.push({ code: 'abandoned', message: 'the runner did not stop when it was cancelled, and was abandoned' })
  const judged = judge(run)
  progress.sealed = judged.turn
  events.tellSealed(judged.turn, run.progress?.handedOver ?? new Set())
  const usage = usageOf(judged.turn, runId)
  host.keep(judged.turn)
  const { verdict, last, warnings: inStore } = await write(run, claim, judged, usage)
  warnings.push(...inStore)
  // A turn that is complete stays so where the store fails: the next run writes it.
  const isCompleted = judged.status === 'completed'
  progress.decided = { verdict, usage, last, isCompleted }
  progress.isPersisted = true
  if (persister !== undefined) warnings.push(...(await persist(persister, ctx, verdict.turn, host.graces)))
  free(run, last, verdict, usage, isCompleted)
  return { verdict, usage, warnings }
}

/** What is told at the end: the event that the store has, if it has it. */
async function write(
  { runId, request, events, ctx, host, isRefused }: EndedRun,
  claim: StoreClaim | undefined,
  judged: Verdict,
  usage: Usage | undefined,
): Promise<{ readonly verdict: Verdict; readonly last: Event | TerminalDraft; readonly warnings: readonly Warning[] }> {
  if (claim === undefined && (host.leave === undefined || isRefused))
    return { verdict: judged, last: terminalEvent(judged, usage), warnings: [] }
  const makeLast = (verdict: Verdict) => events.makeLast(terminalEvent(verdict, usage))
  if (claim === undefined) {
    const last = makeLast(judged)
    const place = { settledAt: ctx.clock.now(), epoch: last.epoch ?? 0, seq: last.seq }
    host.leave?.([settledRecord({ runId, request, verdict: judged, usage }, place)], [...events.replay(), last])
    return { verdict: judged, last, warnings: [] }
  }
  return commitVerdict(
    claim,
    { runId, request, verdict: judged, usage, makeLast, isAwaited: () => host.isAwaited() },
    ctx.clock,
    host.graces,
  )
}

/** One synchronous step: whoever hears the last event finds the session free. */
function free(
  { host, events, runId, request: { requestId } }: EndedRun,
  last: Event | TerminalDraft,
  verdict: Verdict,
  usage: Usage | undefined,
  isCompleted: boolean,
): void {
  host.free(summarize(verdict, { runId, usage, requestId }), isCompleted)
  events.finish(last)
}

async function close(run: EndedRun, { verdict, usage, warnings }: Conclusion): Promise<RunResult> {
  const { events, host, progress, runId } = run
  // The signal ends with the run: whatever still goes on in its name may stop.
  run.stopWork()
  await events.drain(host.graces.drainMs)
  const told = [...(progress?.warnings ?? []), ...warnings, ...events.warnings]
  return { ...verdict, runId, usage, warnings: told }
}

/** Settlement itself failed, as on an event that somebody damaged: what is known of the turn is kept, and nobody waits for ever. */
async function lastResort(run: EndedRun, error: unknown, progress: Progress): Promise<RunResult> {
  const { runId, host, events, ctx, claim, persister, stopWork } = run
  const { sealed, decided, isPersisted } = progress
  const warnings: Warning[] = []
  const attempt = async (step: () => void | Promise<void>): Promise<void> => {
    try {
      await step()
    } catch (problem) {
      warnings.push(settlementFailed(problem))
    }
  }
  let verdict: Verdict = decided?.verdict ?? { status: 'failed', turn: sealed ?? run.input, stop: 'error', error }
  const usage = decided?.usage
  let last: Event | TerminalDraft | undefined = decided?.last
  if (decided !== undefined) warnings.push(settlementFailed(error))
  else {
    if (sealed === undefined)
      await attempt(() => {
        const { progress: reached, takenUp = new Map(), input } = run
        const left = leaveCalls(reached?.committed.turn ?? input, takenUp, reached?.handedOver ?? new Set())
        const turn = sealTurn(left, { runId, nextId: () => ctx.ids.next('blk') })
        verdict = { ...verdict, turn }
      })
    await attempt(() => host.keep(verdict.turn))
    if (claim !== undefined)
      await attempt(async () => {
        try {
          const written = await write(run, claim, verdict, usage)
          last = written.last
          warnings.push(...written.warnings)
        } catch (problem) {
          // Without a clock it is not waited for; but nobody else can give the lease back.
          claim.end().catch(ignoreLateOutcome)
          throw problem
        }
      })
  }
  if (persister !== undefined && isPersisted !== true)
    await attempt(async () => void warnings.push(...(await persist(persister, ctx, verdict.turn, host.graces))))
  await attempt(() => free(run, last ?? terminalEvent(verdict, usage), verdict, usage, decided?.isCompleted ?? false))
  await attempt(stopWork)
  await attempt(() => events.drain(host.graces.drainMs))
  await attempt(() => void warnings.push(...(run.progress?.warnings ?? []), ...events.warnings))
  return { ...verdict, runId, usage, warnings }
}

/** Its result tells that settlement failed. */
function ignoreLateOutcome(): void {}

function settlementFailed(problem: unknown): Warning {
  return { code: 'settlement_failed', message: `settlement failed: ${toErrorData(problem).message}` }
}

function judge({ runId, ending, aborted, input, events, progress, ctx, takenUp = new Map() }: EndedRun): Verdict {
  const start = { turn: input, seq: 0 }
  return judgeRun({
    runId,
    ending,
    input,
    committed: progress?.committed ?? start,
    reached: progress?.reached ?? start,
    events: events.replay(),
    handedOver: progress?.handedOver ?? new Set(),
    takenUp,
    aborted,
    statedStop: progress?.statedStop,
    nextId: () => ctx.ids.next('blk'),
    now: () => ctx.clock.now(),
  })
}

/** Of all provider calls of this run. */
function usageOf(turn: Turn, runId: string): Usage | undefined {
  const records = recordsOf(turn).filter((record) => record.runId === runId)
  return sumUsage(records.map((record) => record.usage))
}
