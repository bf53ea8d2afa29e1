import { isTimeoutReason } from '@geppetto/context'
import { isEngineError, isTurnShrunkError, TurnShrunkError } from '@geppetto/engine'
import { type Event, foldEvents } from '@geppetto/events'
import {
  assertValidTurn,
  type Block,
  isStopReason,
  missingBlocks,
  providerCalls,
  type StopReason,
  sealTurn,
  type ToolCallBlock,
  type Turn,
  withBlocks,
  withProviderCall,
} from '@geppetto/turns'

/** How the runner came to its end. */
export type RunnerEnding =
  | { readonly how: 'returned'; readonly turn: Turn }
  | { readonly how: 'threw'; readonly error: unknown }
  /** It did not listen to the abort, and nobody waits for it any more. */
  | { readonly how: 'abandoned' }

/** What a run knows when it is settled. */
export interface RunFindings {
  readonly runId: string
  readonly ending: RunnerEnding
  /** The turn as it was when the run began. */
  readonly input: Turn
  /** The newest state that a step committed, and how many events there were by then. */
  readonly committed: { readonly turn: Turn; readonly seq: number }
  /** The run's events, deltas merged. */
  readonly events: readonly Event[]
  /** The reason of the abort, where there was one before the runner ended. */
  readonly aborted: { readonly reason: unknown } | undefined
  /** What the runner said of its end. */
  readonly statedStop: StopReason | undefined
  readonly nextId: () => string
  readonly now: () => number
}

/** What a run ends with, before warnings and usage. */
export type Verdict = { readonly turn: Turn; readonly stop: StopReason } & (
  | { readonly status: 'completed' | 'cancelled' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'waiting'; readonly pending: readonly ToolCallBlock[] }
)

/** Decides how a run ended and makes the turn that is kept: sealed, with everything that any sink saw and was not rolled back. */
export function judgeRun(findings: RunFindings): Verdict {
  const { ending, committed } = findings
  if (ending.how !== 'returned') return judgeBroken(findings, ending.how === 'threw' ? ending.error : undefined)
  const missing = missingBlocks(committed.turn, ending.turn)
  if (missing.length > 0) return judgeBroken(findings, new TurnShrunkError('of the runner', missing))
  const turn = seal(withRecords(keepIdentity(findings.input, ending.turn), findings), findings)
  try {
    assertValidTurn(turn)
  } catch (error) {
    return judgeBroken(findings, error)
  }
  if (findings.aborted !== undefined) return { status: 'cancelled', turn, stop: stopOfAbort(findings.aborted.reason) }
  const pending = pendingCalls(turn)
  if (pending.length > 0) return { status: 'waiting', turn, stop: 'tool_calls', pending }
  return { status: 'completed', turn, stop: findings.statedStop ?? lastStop(turn, findings.runId) }
}

/** The runner threw, was abandoned, or returned what cannot be kept. */
function judgeBroken(findings: RunFindings, error: unknown): Verdict {
  const { input, committed, events, aborted } = findings
  const partial = isEngineError(error) && !isTurnShrunkError(error) ? error.partial : undefined
  const news = partial?.blocks ?? foldEvents(events.filter((event) => event.seq > committed.seq)).blocks
  const merged = { ...committed.turn, metadata: { ...committed.turn.metadata, ...partial?.metadata } }
  const whole = withRecords(keepIdentity(input, withBlocks(merged, addNews(committed.turn.blocks, news))), findings)
  const turn = sealValid(whole, findings)
  if (aborted !== undefined) return { status: 'cancelled', turn, stop: stopOfAbort(aborted.reason) }
  // Stopped from inside, as by a step controller.
  if (isEngineError(error) && error.code === 'cancelled')
    return { status: 'cancelled', turn, stop: stopOfAbort(error.cause) }
  const stop = isEngineError(error) && error.code === 'timeout' ? 'deadline' : 'error'
  return { status: 'failed', turn, stop, error: error ?? new Error('the runner ended without a result') }
}

/** The known blocks, each in its newest form, and the new ones behind them. A call has one result: a newer one takes the place of the older. */
function addNews(blocks: readonly Block[], news: readonly Block[]): readonly Block[] {
  const byKey = new Map(news.map((block) => [keyOf(block), block]))
  const known = new Set(blocks.map(keyOf))
  const merged = blocks.map((block) => {
    const newer = byKey.get(keyOf(block))
    return newer === undefined || newer.id === block.id ? (newer ?? block) : Object.freeze({ ...newer, id: block.id })
  })
  return [...merged, ...news.filter((block) => !known.has(keyOf(block)))]
}

function keyOf(block: Block): string {
  return block.kind === 'tool-result' ? `result of ${block.callId}` : block.id
}

/** What was made of the turn is still that turn: its id, its place, its time. */
function keepIdentity(input: Turn, turn: Turn): Turn {
  const { parentId: _, ...facts } = turn
  const { id, createdAt, parentId } = input
  return Object.freeze({ ...facts, id, createdAt, ...(parentId === undefined ? undefined : { parentId }) })
}

/** The turn with the records of the provider calls that the events tell of and the turn does not: those of failed attempts. */
function withRecords(turn: Turn, findings: RunFindings): Turn {
  const known = new Set(providerCalls(turn).map((record) => record.id))
  let recorded = turn
  for (const event of findings.events)
    if (
      event.type === 'provider-call-finished' &&
      event.correlation.runId === findings.runId &&
      !known.has(event.record.id)
    )
      recorded = withProviderCall(recorded, event.record)
  return recorded
}

function seal(turn: Turn, findings: RunFindings): Turn {
  const started = new Set<string | undefined>()
  for (const event of findings.events)
    if (event.type === 'tool-execution-started') started.add(event.correlation.toolCallId)
  return sealTurn(turn, {
    runId: findings.runId,
    nextId: findings.nextId,
    now: findings.now,
    outcomeOf: (call) =>
      started.has(call.callId) ? 'unknown' : findings.aborted === undefined ? 'not-run' : 'cancelled',
  })
}

/** The turn sealed; where what had arrived cannot be made valid, the newest state that was. */
function sealValid(turn: Turn, findings: RunFindings): Turn {
  const sealed = seal(turn, findings)
  try {
    assertValidTurn(sealed)
    return sealed
  } catch {
    // The runner's own failure is what the result reports; blocks that no store could take are left out.
    return seal(withRecords(findings.committed.turn, findings), findings)
  }
}

function pendingCalls(turn: Turn): readonly ToolCallBlock[] {
  const pending = new Set<string>()
  for (const block of turn.blocks)
    if (block.kind === 'tool-result' && block.outcome === 'pending') pending.add(block.callId)
  return turn.blocks.filter((block) => block.kind === 'tool-call').filter((call) => pending.has(call.callId))
}

function lastStop(turn: Turn, runId: string): StopReason {
  return providerCalls(turn).findLast((record) => record.runId === runId)?.stop ?? 'end_turn'
}

/** Why a run was stopped: a timeout is a deadline, a typed reason speaks for itself, anything else was the user. */
export function stopOfAbort(reason: unknown): StopReason {
  if (isTimeoutReason(reason)) return 'deadline'
  return isStopReason(reason) ? reason : 'user'
}
