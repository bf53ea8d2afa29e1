import type { Context } from '@geppetto/context'
import type { RequestPreview, TokenCount } from '@geppetto/engine'
import type { EventSink, Warning } from '@geppetto/events'
import type { ContentPart, StopReason, ToolCallBlock, ToolOutcome, Turn } from '@geppetto/turns'
import type { Snapshot } from './snapshot.ts'

/** Makes what runs a session's turns. Called anew for each run. */
export interface EngineBuilder {
  build(ctx: Context, sessionId: string): InferenceRunner | Promise<InferenceRunner>
}

/** Runs one turn to its end: provider calls, tools, and what stands around them. */
export interface InferenceRunner {
  /** The session attaches them before `run-started`, so that it owns the first and the last event. */
  readonly eventSinks?: readonly EventSink[]
  /** Called once by settlement, for every outcome, with the sealed turn. */
  readonly persister?: TurnPersister
  /** Resolves with the turn completed. When it rejects or is cancelled, what had arrived is kept: see `EngineError.partial`. */
  runInference(ctx: Context, turn: Turn, scope?: RunScope): Promise<Turn>
  /** The request that the next provider call would send, by `previewRequest` of the engine package. Sends nothing and publishes nothing. */
  prepare?(ctx: Context, turn: Turn): Promise<RequestPreview>
  /** How many tokens that request has: by the API where it counts, else an estimate. Publishes nothing. */
  countTokens?(ctx: Context, turn: Turn): Promise<TokenCount>
}

/** What a run may ask of its session while it goes on. */
export interface RunScope {
  /**
   * A provider call with its tool results is done: the turn so far enters the history, so that a later failure cannot lose it.
   * @throws TurnShrunkError when it lacks blocks that were there; EngineError `cancelled` when the run is over.
   */
  commitStep(turn: Turn): Promise<void>
  /**
   * A provider call is done, and what it called is about to be run: from here on the store has it. Resolves at once where there is no store.
   * @throws as {@link RunScope.commitStep}
   */
  commitCalls(turn: Turn): Promise<void>
  /** A provider call is done and its tools are not: what is kept, sealed, should the run end here without a word. */
  noteTurn(turn: Turn): void
  /** The turn at a point of the run: kept in the store where the session keeps such snapshots, else nothing. */
  noteSnapshot(snapshot: Snapshot): void
  /** These calls are about to be handed to something that runs them: from here on nobody can say that they were not run, unless an event or result does. */
  noteHandedOver(calls: readonly ToolCallBlock[]): void
  /**
   * To be asked before each provider call and each step of tools, as a process may have been stopped for longer than its lease holds.
   * @throws SessionConflictError when the run has lost its session in the store.
   */
  assertOwner(): void
  /**
   * To be waited for right before a tool with side effects is started: from then on the store knows that the call may have run. Where it
   * rejects, the call must not be started.
   */
  recordStart(call: ToolCallBlock): Promise<void>
  /** Where the run takes up what an interrupted one left: see {@link Resumption}. */
  readonly resumption?: Resumption | undefined
  /** Why the run ends, where the last provider call does not say it: `max_iterations`. */
  endWith(stop: StopReason): void
  /** Adds to the result's warnings. */
  warn(warning: Warning): void
}

/**
 * What an interrupted run left. Calls that were never started wait: their result is `pending`, and they are run as any that wait. Those of
 * `unsureCalls` may have run: their result is `unknown`, and stays so, also in the store, until something takes its place. Such a call is run again
 * only where its tool's effects allow it, or the tool or {@link Resumption.decide} says so.
 */
export interface Resumption {
  /** Call ids, of calls whose result is `unknown`. */
  readonly unsureCalls: ReadonlySet<string>
  /** What is to become of an unsure call with side effects whose tool cannot say itself whether it ran. */
  decide(ctx: Context, call: ToolCallBlock): Promise<UnsureCallDecision>
}

/** What becomes of a call of which nobody knows whether it ran. */
export type UnsureCallDecision =
  /** The model is told that the outcome is unknown. */
  | { readonly decision: 'tell' }
  /** It is run again, whatever it did. */
  | { readonly decision: 'run' }
  /** Somebody knows what came of it. */
  | {
      readonly decision: 'answer'
      readonly content: string | readonly ContentPart[]
      /** Default `ok`. */
      readonly outcome?: Exclude<ToolOutcome, 'pending'>
    }

/** Keeps finished turns somewhere else. What it throws is a warning, never the run's outcome. */
export interface TurnPersister {
  persistTurn(ctx: Context, turn: Turn): void | Promise<void>
}
