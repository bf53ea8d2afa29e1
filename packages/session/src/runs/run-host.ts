import type { Context } from '@geppetto/context'
import type { Event, EventSequence } from '@geppetto/events'
import type { Turn } from '@geppetto/turns'
import type { Resumption } from '../contract/builder.ts'
import type { Graces } from '../contract/graces.ts'
import type { RunRequest } from '../contract/run-request.ts'
import type { RunSummary } from '../contract/run-summary.ts'
import type { SnapshotPhase } from '../contract/snapshot.ts'
import type { StartOptions } from '../contract/start-options.ts'
import type { StoredNote } from '../contract/store.ts'
import type { LiveFeed } from '../follow/live-feed.ts'
import type { TakenUpCalls } from '../history/left-calls.ts'
import type { ClaimListener, StoreClaim } from '../ledger/store-claim.ts'
import type { RunRecord } from '../records/run-record.ts'

/** What a run is made with. */
export interface RunOptions extends Pick<StartOptions, 'tags'> {
  /** Default: a new one. */
  readonly runId?: string | undefined
  /** The request that it is for. */
  readonly request?: RunRequest | undefined
}

/** What is said of a run when it starts. */
export interface HowToStart {
  readonly resumption?: Resumption | undefined
  readonly takenUp?: TakenUpCalls
  /** Has the history as it was before: the run was refused, and nothing has begun. */
  readonly takeBack?: (() => void) | undefined
  /** It has waited in line: the store may know of it, so that one that is stopped may still be run by others. */
  readonly hasWaited?: boolean | undefined
  /** Has it wait on, where another owner stands in the way as `refusal` says; whether that could be done. */
  readonly putBack?: ((refusal: unknown) => boolean) | undefined
}

/** What the settlement of a run needs of its session. */
export interface SettlementHost {
  readonly sessionId: string
  readonly sequence: EventSequence
  readonly graces: Graces
  /** Has the end of a run that never had that right, and its events, written with the next commit; undefined where there is no store. */
  readonly leave: ((records: readonly RunRecord[], events: readonly Event[]) => void) | undefined
  /** Whether a prompt waits for the end of the active run. */
  isAwaited(): boolean
  /** Puts a further state of the turn into the history. */
  keep(turn: Turn): void
  /** The session accepts the next run from here on. */
  free(summary: RunSummary, isCompleted: boolean): void
}

/** What a run needs of its session. */
export interface RunHost extends SettlementHost {
  readonly keepSnapshots: ReadonlySet<SnapshotPhase>
  /** Who follows the session hears of the run by it. */
  readonly feed: LiveFeed
  /** The right to write to the store for the length of a run; undefined where there is no store. */
  claim(runId: string, ctx: Context, listener: ClaimListener): Promise<StoreClaim> | undefined
  /** Takes in what others have left for whoever runs the session. */
  takeNotes(notes: readonly StoredNote[]): void
  /** The same as `free` where the run was refused, and nothing became of it. */
  pass(): void
}

/** What was refused is not in the history, and is not said to be the last run. */
export function withoutTrace(host: RunHost): SettlementHost {
  return { ...host, keep: () => {}, free: () => host.pass() }
}
