import { type CancellableContext, type Context, withCancel } from '@geppetto/context'
import { type Event, type EventCursor, type Warning, withRunTags } from '@geppetto/events'
import { defined, type Turn } from '@geppetto/turns'
import type { EngineBuilder } from '../contract/builder.ts'
import type { ExecutionHandle } from '../contract/execution-handle.ts'
import type { RunRequest } from '../contract/run-request.ts'
import type { RunResult } from '../contract/run-result.ts'
import { readTags } from '../contract/run-tags.ts'
import type { StartOptions } from '../contract/start-options.ts'
import type { AnsweredRequest } from '../records/stored-runs.ts'
import { type BuiltRunner, buildRunner } from './build-runner.ts'
import { stopOfAbort } from './ending.ts'
import { RunClaim } from './run-claim.ts'
import { RunEvents } from './run-events.ts'
import { type HowToStart, type RunHost, type RunOptions, withoutTrace } from './run-host.ts'
import { RunOutcome } from './run-outcome.ts'
import { RunProgress } from './run-progress.ts'
import { type RunEnd, untilRunnerEnds } from './runner-end.ts'
import { settleRun } from './settle-run.ts'
import { terminalEvent } from './terminal-event.ts'

/** One run from claim to settlement. */
export class Run implements ExecutionHandle {
  readonly runId: string
  readonly sessionId: string
  readonly #host: RunHost
  readonly #request: Partial<RunRequest>
  /** Labels. */
  readonly tags: StartOptions['tags']
  readonly #work: CancellableContext
  readonly #events: RunEvents
  readonly #outcome: RunOutcome
  #ctx: Context
  #progress: RunProgress | undefined
  #claim: RunClaim
  #built: BuiltRunner | undefined
  #state: 'queued' | 'running' | 'settling' | 'settled' = 'queued'
  #how: HowToStart = {}
  #input: Turn | undefined

  /** @throws SessionError `invalid_options` where the tags are no texts */
  constructor(host: RunHost, ctx: Context, options: RunOptions) {
    this.tags = readTags(options.tags)
    this.#host = host
    this.runId = options.runId ?? ctx.ids.next('run')
    this.#request = options.request ?? {}
    this.#outcome = new RunOutcome(this.#request)
    this.sessionId = host.sessionId
    this.#events = new RunEvents(host, ctx, this.runId)
    this.#work = withCancel(this.tags === undefined ? ctx : withRunTags(ctx, this.tags))
    this.#ctx = this.#work.ctx
    this.#claim = this.#newClaim()
  }

  get state(): 'queued' | 'running' | 'settled' {
    return this.#state === 'settling' ? 'running' : this.#state
  }

  get isRunning(): boolean {
    return this.#state !== 'settled'
  }

  /** The turn as its steps have left it, and the last event that it has taken in: undefined while the store has nothing of the run. */
  get reached(): { readonly turn: Turn | undefined; readonly cursor: EventCursor | undefined } {
    const progress = this.#progress
    if (progress === undefined) return { turn: this.#input, cursor: this.#claim.startsBehind }
    const { turn, seq } = progress.committed
    return { turn, cursor: { epoch: this.#claim.held?.epoch ?? 0, seq } }
  }

  wait(): Promise<RunResult> {
    return this.#outcome.wait()
  }

  cancel(reason: unknown = 'user'): Promise<RunResult> {
    this.#work.cancel(reason)
    return this.#outcome.wait()
  }

  events(): AsyncIterableIterator<Event> {
    return this.#events.read()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel()
  }

  /** The signal of the run. */
  get signal(): AbortSignal {
    return this.#work.ctx.signal
  }

  /** Whether it has failed before anything was run or stored, and left no trace: another owner had the session, or had changed it, or the store took nothing. */
  get isRefused(): boolean {
    return this.#state === 'settled' && this.#claim.refusal !== undefined
  }

  /** See {@link RunOutcome.answer}. */
  get answer(): AnsweredRequest | undefined {
    return this.#outcome.answer
  }

  /** See {@link RunClaim.writeAside}. */
  writeAside(): Promise<boolean> {
    return this.#claim.writeAside()
  }

  /** See {@link RunClaim.untilClosed}. */
  untilIdle(): Promise<void> {
    return this.#claim.untilClosed()
  }

  /**
   * Begins to run `turn` with what `builder` makes. Called by the session, when the claim is taken: once, unless another owner has the session,
   * and there is a line to go back to by `putBack`.
   */
  start(turn: Turn, builder: EngineBuilder, how: HowToStart = {}): void {
    this.#input = turn
    this.#state = 'running'
    this.#how = how
    this.#claim.begin()
    this.#ctx = this.#events.enter(this.#work.ctx, turn.id)
    void this.#live(turn, builder)
  }

  /** Another owner runs it, whose it stays: it ends by {@link endAs}. */
  beginElsewhere(): void {
    this.#state = 'running'
  }

  /** Ends a run that never began: no event was or will be published. `error` says why, where it was not the caller's wish; `warning` what else is to be known. */
  withdraw(turn: Turn, more: { readonly error?: unknown; readonly warning?: Warning } = {}): void {
    const { error, warning } = more
    this.#state = 'settled'
    this.#claim.close()
    this.#work.release()
    this.#events.finish()
    const facts = { runId: this.runId, turn, usage: undefined, warnings: warning === undefined ? [] : [warning] }
    const stop = stopOfAbort(this.signal.reason)
    this.#outcome.settle(
      'error' in more ? { status: 'failed', stop: 'error', error, ...facts } : { status: 'cancelled', stop, ...facts },
      undefined,
    )
  }

  /** Ends it as another owner has run it, or has ended it without: its readers and sinks are told what that one has said. */
  async endAs(told: ExecutionHandle, answer: AnsweredRequest): Promise<void> {
    this.#state = 'settled'
    this.#claim.close()
    this.#outcome.settleAs(answer)
    const ended = await told.wait()
    const warnings = await this.#events.retell(told.events(), terminalEvent(ended, ended.usage))
    this.#work.release()
    this.#outcome.tell({ ...ended, warnings: [...ended.warnings, ...warnings] })
  }

  /** Never rejects: every path ends in settlement. */
  async #live(turn: Turn, builder: EngineBuilder): Promise<void> {
    let end: RunEnd
    try {
      // The caller gets the handle before anything happens.
      await Promise.resolve()
      end = await untilRunnerEnds(() => this.#runTurn(turn, builder), this.#ctx, this.#host.graces.runnerMs)
      if (end.aborted !== undefined && this.#how.hasWaited !== true) this.#claim.forgetRefusal()
      const { refusal } = this.#claim
      if (refusal !== undefined) {
        this.#how.takeBack?.()
        if (this.#how.putBack?.(refusal) === true) return this.#waitOn()
      }
    } catch (error) {
      // A clock or a signal that is not ours may throw.
      end = { ending: { how: 'threw', error }, aborted: undefined }
    }
    this.#state = 'settling'
    this.#progress?.end()
    const isRefused = this.#claim.refusal !== undefined
    const result = await settleRun({
      ...end,
      runId: this.runId,
      request: this.#request,
      isRefused,
      input: turn,
      ctx: this.#ctx,
      host: isRefused ? withoutTrace(this.#host) : this.#host,
      events: this.#events,
      progress: this.#progress,
      takenUp: this.#how.takenUp,
      claim: this.#claim.held,
      persister: this.#built?.persister,
      stopWork: () => this.#work.cancel('shutdown'),
    })
    this.#state = 'settled'
    this.#claim.close()
    this.#outcome.settle(result, this.#claim.startsBehind)
  }

  /** As if it had not been started. */
  #waitOn(): void {
    const claim = this.#claim
    this.#state = 'queued'
    this.#events.forgetStart()
    this.#input = undefined
    this.#claim = this.#newClaim()
    claim.close()
  }

  #newClaim(): RunClaim {
    return new RunClaim({
      runId: this.runId,
      host: this.#host,
      events: this.#events,
      request: this.#request,
      // A builder or a store that comes late finds its run abandoned.
      isWanted: () => this.#state === 'running',
      mayVanish: () => this.#request.requestId !== undefined && this.#how.hasWaited !== true,
      cancel: (reason) => this.cancel(reason),
    })
  }

  async #runTurn(turn: Turn, builder: EngineBuilder): Promise<Turn> {
    const { signal } = this
    try {
      // Also where it was cancelled already: what became of it shall outlive the process.
      await this.#claim.take(turn.id, this.#ctx)
      signal.throwIfAborted()
      this.#built = await buildRunner(builder, this.#ctx, this.sessionId, () => this.#state === 'running')
      // A builder that comes late finds its run abandoned.
      if (this.#built === undefined) return turn
      this.#ctx = this.#events.attach(this.#ctx, this.#built.eventSinks)
    } finally {
      // Also where there is nothing to run: a run that fails or is cancelled before it begins has its two events.
      if (this.#claim.refusal === undefined) this.#events.announce(this.#ctx)
    }
    signal.throwIfAborted()
    this.#progress = new RunProgress({
      runId: this.runId,
      input: turn,
      ctx: this.#ctx,
      host: this.#host,
      claim: this.#claim.held,
      ...defined({ resumption: this.#how.resumption }),
      publish: (draft) => this.#events.publish(draft),
    })
    return this.#built.runner.runInference(this.#ctx, turn, this.#progress)
  }
}
