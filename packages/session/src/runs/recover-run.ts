import type { Context } from '@geppetto/context'
import { type Event, isEvent } from '@geppetto/events'
import type { ToolResultBlock } from '@geppetto/turns'
import type { RunResult } from '../contract/run-result.ts'
import { SessionError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import type { History } from '../history/history.ts'
import type { StoreClaim } from '../ledger/store-claim.ts'
import { readStoredEvents } from '../records/stored-events.ts'
import type { StoredRun } from '../records/stored-runs.ts'
import { RunEvents } from './run-events.ts'
import type { SettlementHost } from './run-host.ts'
import { type EndedRun, settleRun } from './settle-run.ts'

/** A run whose owner is gone, and the right to settle it: undefined where the store cannot be written to, and gets to know with the next commit. */
export interface LostRun {
  readonly host: SettlementHost
  readonly ctx: Context
  readonly store: Pick<SessionStore, 'readEvents' | 'readBlob'>
  readonly claim: StoreClaim | undefined
  readonly run: StoredRun
  readonly history: History
}

/**
 * Makes ready to settle a run whose owner is gone, by the one way out of a run: with what it had committed, and what its journal tells of the
 * rest. Its readers are told first what of that is lost. What this returns settles it, and gives the claim back.
 */
export async function prepareRecovery(lost: LostRun): Promise<() => Promise<RunResult>> {
  const past = await readPast(lost)
  const { ctx, claim, run, history } = lost
  const host = leavingOut(past, lost.host)
  const { runId } = run
  const turn = history.get(history.count - 1)
  const { sequence } = host
  sequence.skipTo(Math.max(past.at(-1)?.seq ?? 0, run.startedSeq))
  const events = new RunEvents(host, ctx, runId, past)
  const runCtx = events.enter(ctx, turn.id)
  if (claim !== undefined) {
    sequence.epoch = claim.epoch
    events.tap(claim.journal)
  }
  const reason = 'the process that ran it is gone, and with it what it said last'
  events.publish({ type: 'run-rolled-back', fromSeq: sequence.last + 1, reason })
  for (const result of unheardOf(lost, past)) tellUnknown(events, result)
  const reached = { turn, seq: run.reachedSeq }
  const handedOver = new Set(run.startedCalls)
  const ended: EndedRun = {
    ending: { how: 'threw', error: new SessionError('owner_lost', `the process that ran ${runId} is gone`) },
    aborted: { reason: 'owner_lost' },
    runId,
    request: run.request,
    isRefused: false,
    input: history.getFirst(history.count - 1).turn,
    ctx: runCtx,
    host,
    events,
    progress: { committed: reached, reached, handedOver, statedStop: undefined, warnings: [] },
    claim,
    persister: undefined,
    stopWork: () => {},
  }
  return () => settleRun(ended)
}

/** What the run had said is in the store. */
function leavingOut(past: readonly Event[], host: SettlementHost): SettlementHost {
  const known = new Set(past)
  const leave: SettlementHost['leave'] = (records, events) =>
    host.leave?.(
      records,
      events.filter((event) => !known.has(event)),
    )
  return { ...host, leave }
}

/** What the run had said, as far as it was written. */
async function readPast({ store, host, run }: LostRun): Promise<readonly Event[]> {
  const past: Event[] = []
  const { epoch, startedSeq: seq } = run
  for await (const { event } of readStoredEvents(store, host.sessionId, { epoch, seq }))
    if (isEvent(event)) past.push(event)
  return past
}

/** Calls that may have run, and whose stored result says otherwise: they were started right before the end, and no event tells of it. */
function unheardOf({ run, history }: LostRun, past: readonly Event[]): readonly ToolResultBlock[] {
  const heardOf = new Set<string | undefined>()
  for (const { type, correlation } of past)
    if (type === 'tool-execution-started' || type === 'tool-execution-finished') heardOf.add(correlation.toolCallId)
  const results = history.latest?.blocks.filter((block) => block.kind === 'tool-result') ?? []
  return results.filter(({ callId }) => run.startedCalls?.has(callId) === true && !heardOf.has(callId))
}

function tellUnknown(events: RunEvents, { id: segmentId, callId: toolCallId, name }: ToolResultBlock): void {
  const text = 'The outcome was not observed. The tool may or may not have had its effect.'
  const content = [{ type: 'text', text }] as const
  const correlation = { segmentId, toolCallId }
  events.publish({ type: 'tool-execution-finished', correlation, name, outcome: 'unknown', content, durationMs: 0 })
}
