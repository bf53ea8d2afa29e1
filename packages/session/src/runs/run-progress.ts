import type { Context } from '@geppetto/context'
import { EngineError, TurnShrunkError } from '@geppetto/engine'
import type { EventDraft, Warning } from '@geppetto/events'
import {
  appendBlocks,
  assertValidTurn,
  furtherState,
  type SealOptions,
  type StopReason,
  sealedResult,
  sealTurn,
  type ToolCallBlock,
  type Turn,
  unansweredCalls,
} from '@geppetto/turns'
import type { Resumption, RunScope } from '../contract/builder.ts'
import { lostBlocks, type TurnState } from '../contract/kept-turn.ts'
import type { Snapshot } from '../contract/snapshot.ts'
import type { StoreClaim } from '../ledger/store-claim.ts'
import { SnapshotLog } from '../records/snapshot-log.ts'
import type { RunHost } from './run-host.ts'

/** What the progress of a run is told to. */
export interface ProgressOptions {
  readonly runId: string
  readonly input: Turn
  readonly ctx: Context
  readonly host: Pick<RunHost, 'sequence' | 'keepSnapshots' | 'keep'>
  readonly claim: StoreClaim | undefined
  readonly resumption?: Resumption
  readonly publish: (draft: EventDraft) => void
}

/** How far a run came. */
export type ProgressMade = Pick<RunProgress, 'committed' | 'reached' | 'handedOver' | 'statedStop' | 'warnings'>

/** How far a run has come, as its runner tells it. Once the run is over, nothing that the runner says counts any more. */
export class RunProgress implements RunScope {
  readonly warnings: Warning[] = []
  /** The ids of the calls that something was given to run. */
  readonly handedOver: Set<string> = new Set()
  statedStop: StopReason | undefined
  readonly #options: ProgressOptions
  #committed: TurnState
  #reached: TurnState
  #steps = 0
  readonly #snapshots: SnapshotLog
  #isOver = false

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#snapshots = new SnapshotLog(options.runId, options.input, options.host.keepSnapshots)
    this.#committed = { turn: options.input, seq: this.#lastSeq }
    this.#reached = this.#committed
  }

  get resumption(): Resumption | undefined {
    return this.#options.resumption
  }

  /** The newest state that a step committed. */
  get committed(): TurnState {
    return this.#committed
  }

  /** The newest state. */
  get reached(): TurnState {
    return this.#reached
  }

  /** From here on the run is settled. */
  end(): void {
    this.#isOver = true
  }

  async commitStep(turn: Turn): Promise<void> {
    this.#assertGoingOn()
    const { runId, input, host, claim, publish } = this.#options
    const made = furtherState(input, turn)
    const missing = lostBlocks(this.#reached.turn, made)
    if (missing.length > 0) throw new TurnShrunkError('of the runner', missing)
    assertValidTurn(made)
    this.#committed = { turn: made, seq: this.#lastSeq }
    this.#reached = this.#committed
    host.keep(made)
    await claim?.commit([{ type: 'step-reached', runId, seq: this.#committed.seq }])
    this.#assertGoingOn()
    this.#steps++
    publish({ type: 'step-committed', step: this.#steps })
  }

  async commitCalls(turn: Turn): Promise<void> {
    this.#assertGoingOn()
    const { runId, input, ctx, host, claim } = this.#options
    if (claim === undefined) return
    claim.assertHeld()
    const { clock, ids } = ctx
    const seal: SealOptions = {
      outcomeOf: () => 'not-run',
      nextId: () => ids.next('blk'),
      now: () => clock.now(),
      runId,
    }
    // Sealed, as all that is stored: what has begun to run by the time of a crash, other records tell. The results stand at the end, so
    // that what is known of a long conversation need not be found out again for the turn that the run goes on with.
    const open = furtherState(input, turn)
    const results = unansweredCalls(open).map((call) => sealedResult(call, seal))
    host.keep(sealTurn(appendBlocks(open, ...results), seal))
    await claim.commit([{ type: 'step-reached', runId, seq: this.#lastSeq }])
    this.#assertGoingOn()
  }

  noteTurn(turn: Turn): void {
    if (this.#isOver || lostBlocks(this.#reached.turn, turn).length > 0) return
    this.#reached = { turn: furtherState(this.#options.input, turn), seq: this.#lastSeq }
  }

  noteSnapshot(snapshot: Snapshot): void {
    const { claim } = this.#options
    if (this.#isOver || claim === undefined) return
    const record = this.#snapshots.add(snapshot)
    if (record !== undefined) claim.note(record)
  }

  noteHandedOver(calls: readonly ToolCallBlock[]): void {
    for (const { callId } of calls) this.handedOver.add(callId)
  }

  async recordStart({ callId }: ToolCallBlock): Promise<void> {
    this.#assertGoingOn()
    const { claim, runId, ctx } = this.#options
    await claim?.commit([{ type: 'call-started', runId, callId, startedAt: ctx.clock.now() }])
    this.#assertGoingOn()
  }

  assertOwner(): void {
    this.#options.claim?.assertHeld()
  }

  endWith(stop: StopReason): void {
    this.statedStop = stop
  }

  warn(warning: Warning): void {
    this.warnings.push(warning)
  }

  /** The number of the newest event. */
  get #lastSeq(): number {
    return this.#options.host.sequence.last
  }

  /** A runner that was abandoned stops at the next step, also where it does not look at its signal. */
  #assertGoingOn(): void {
    if (this.#isOver) throw new EngineError('cancelled', 'the run is over: what its runner does now counts for nothing')
  }
}
