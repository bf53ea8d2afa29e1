import type { Context } from '@geppetto/context'
import type { Event, EventSequence } from '@geppetto/events'
import type { DescribedSchema, InferenceConfig, Turn } from '@geppetto/turns'
import type { Resumption } from './builder.ts'
import type { Graces } from './graces.ts'
import type { TakenUpCalls } from './left-calls.ts'
import type { LiveFeed } from './live-feed.ts'
import type { RunRecord } from './run-record.ts'
import type { RunRequest } from './run-request.ts'
import type { RunSummary } from './run-summary.ts'
import type { SnapshotPhase } from './snapshot.ts'
import type { StoredNote } from './store.ts'
import type { ClaimListener, StoreClaim } from './store-claim.ts'

/** What a caller may say about one run. */
export interface StartOptions {
  /** The form that the answer must have: read it with `parseOutput(result, schema)`. */
  readonly output?: DescribedSchema
  /** How the model is asked in this run: wins, field by field, over what the turn and the engine say. Not copied to the turns that follow. */
  readonly inferenceConfig?: InferenceConfig
  /** Labels: on `run-started`, and for middlewares and tools by `runTagsFrom(ctx)`. */
  readonly tags?: { readonly [name: string]: string }
}

/** How the latest turn is run. */
export interface InferenceOptions extends StartOptions {
  /**
   * The caller's own id of the request: the same one again gives the same handle; in a session that was opened, one that is settled with what
   * became of it. Nothing is run twice, but for what was refused before it began, as by another owner.
   */
  readonly requestId?: string
}

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
  /** Has the history as it was before: another owner has the session, or has written to it, and nothing has begun. */
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
  claim(runId: string, ctx: Context, listener: ClaimListener): Promise<StoreClaim | undefined>
  /** Takes in what others have left for whoever runs the session. */
  takeNotes(notes: readonly StoredNote[]): void
  /** The same as `free` where the run was refused, and nothing became of it. */
  pass(): void
}

/** What was refused is not in the history, and is not said to be the last run. */
export function withoutTrace(host: RunHost): SettlementHost {
  return { ...host, keep: () => {}, free: () => host.pass() }
}
