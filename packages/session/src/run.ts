import { type CancellableContext, type Context, withCancel, withoutCancel } from '@geppetto/context'
import { type Event, type EventCursor, withRunTags } from '@geppetto/events'
import { defined, type Turn } from '@geppetto/turns'
import type { EngineBuilder, InferenceRunner, TurnPersister } from './builder.ts'
import { type RunnerEnding, stopOfAbort } from './ending.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import { RunEvents } from './run-events.ts'
import type { HowToStart, RunHost, StartOptions } from './run-host.ts'
import { RunProgress } from './run-progress.ts'
import type { RunRequest } from './run-request.ts'
import type { RunResult } from './run-result.ts'
import { summarize } from './run-summary.ts'
import { isSessionBusyError, isSessionConflictError, SessionError } from './session-error.ts'
import { type RunEnd, settleRun } from './settle-run.ts'
import type { StoreClaim } from './store-claim.ts'
import type { AnsweredRequest } from './stored-runs.ts'

/** What a run is made with. */
export interface RunOptions extends Pick<StartOptions, 'tags'> {
  /** Default: a new one. */
  readonly runId?: string | undefined
  /** The request that it is for. */
  readonly request?: RunRequest | undefined
}

/** One run from claim to settlement. */
export class Run implements ExecutionHandle {
  readonly runId: string
  readonly sessionId: string
  readonly #host: RunHost
  readonly #request: Partial<RunRequest>
  /** Labels, as the caller gave them. */
  readonly tags: StartOptions['tags']
  readonly #work: CancellableContext
  readonly #events: RunEvents
  readonly #result: PromiseWithResolvers<RunResult> = Promise.withResolvers()
  /** Resolves when the run has taken its claim, or will never have one. */
  #claimed: PromiseWithResolvers<void> = Promise.withResolvers()
  #ctx: Context
  #progress: RunProgress | undefined
  #claim: StoreClaim | undefined
  #persister: TurnPersister | undefined
  #state: 'queued' | 'running' | 'settling' | 'settled' = 'queued'
  #how: HowToStart = {}
  /** Another owner has the session, or has changed it, and nothing has begun: the error that says so. */
  #refusal: unknown
  #turnId: string | undefined
  #input: Turn | undefined
  /** The last event before its own. */
  #startsBehind: EventCursor | undefined
  #answer: AnsweredRequest | undefined

  constructor(host: RunHost, ctx: Context, options: RunOptions) {
    this.#host = host
    this.runId = options.runId ?? ctx.ids.next('run')
    this.#request = options.request ?? {}
    this.tags = options.tags
    this.sessionId = host.sessionId
    this.#events = new RunEvents(host, ctx, this.runId)
    this.#work = withCancel(withRunTags(ctx, options.tags ?? {}))
    this.#ctx = this.#work.ctx
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
    if (progress === undefined) return { turn: this.#input, cursor: this.#startsBehind }
    const { turn, seq } = progress.committed
    return { turn, cursor: { epoch: this.#claim?.epoch ?? 0, seq } }
  }

  wait(): Promise<RunResult> {
    return this.#result.promise
  }

  cancel(reason: unknown = 'user'): Promise<RunResult> {
    this.#work.cancel(reason)
    return this.#result.promise
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

  /** Whether it has failed as another owner had the session, or had changed it, before anything was run or stored. */
  get isRefused(): boolean {
    return this.#state === 'settled' && this.#refusal !== undefined
  }

  /** What became of it, when it has ended. */
  get answer(): AnsweredRequest | undefined {
    return this.#answer
  }

  /** Writes what the session has beside its turns, once the run may write; whether it could: false where that time is over. */
  async writeAside(): Promise<boolean> {
    await this.#claimed.promise
    return (await this.#claim?.commitAside()) ?? false
  }

  /**
   * Begins to run `turn` with what `builder` makes. Called by the session, when the claim is taken: once, unless another owner has the session,
   * and there is a line to go back to by `putBack`.
   */
  start(turn: Turn, builder: EngineBuilder, how: HowToStart = {}): void {
    this.#input = turn
    this.#state = 'running'
    this.#how = how
    this.#turnId = turn.id
    const { epoch = 0, last: seq } = this.#host.sequence
    this.#startsBehind = { epoch, seq }
    this.#ctx = this.#events.enter(this.#work.ctx, turn.id)
    void this.#live(turn, builder)
  }

  /** Ends a run that never began: no event was or will be published. `failure` says why, where it was not the caller's wish. */
  withdraw(turn: Turn, failure?: { readonly error: unknown }): void {
    this.#state = 'settled'
    this.#claimed.resolve()
    this.#work.release()
    this.#events.finish()
    const facts = { runId: this.runId, turn, usage: undefined, warnings: [] }
    this.#settle(
      failure === undefined
        ? { status: 'cancelled', stop: stopOfAbort(this.signal.reason), ...facts }
        : { status: 'failed', stop: 'error', error: failure.error, ...facts },
    )
  }

  /** Ends it as another owner has run it, or has ended it without: its readers and sinks are told what that one has said. */
  async endAs(told: ExecutionHandle, answer: AnsweredRequest): Promise<void> {
    this.#state = 'settled'
    this.#claimed.resolve()
    this.#answer = answer
    const ended = await told.wait()
    try {
      for await (const event of told.events()) this.#events.relay(event)
    } finally {
      this.#work.release()
      this.#events.finish()
      this.#result.resolve(ended)
    }
  }

  #settle(result: RunResult): void {
    const { runId, usage } = result
    const { turnId: made, ...summary } = summarize(result, { runId, usage, requestId: this.#request.requestId })
    const turnId = this.#turnId === undefined ? undefined : made
    this.#answer = { summary, turnId, start: this.#startsBehind, promptDigest: this.#request.promptDigest }
    this.#result.resolve(result)
  }

  /** Never rejects: every path ends in settlement. */
  async #live(turn: Turn, builder: EngineBuilder): Promise<void> {
    let end: RunEnd
    try {
      end = await this.#runToEnd(turn, builder)
      // Whoever has stopped it is told that.
      if (end.aborted !== undefined) this.#refusal = undefined
      if (this.#refusal !== undefined) {
        this.#how.takeBack?.()
        if (this.#how.putBack?.(this.#refusal) === true) return this.#waitOn()
      }
    } catch (error) {
      // A clock or a signal that is not ours may throw.
      end = { ending: { how: 'threw', error }, aborted: undefined }
    }
    this.#state = 'settling'
    this.#progress?.end()
    const result = await settleRun({
      ...end,
      runId: this.runId,
      request: this.#request,
      isRefused: this.#refusal !== undefined,
      input: turn,
      ctx: this.#ctx,
      host: this.#refusal === undefined ? this.#host : withoutTrace(this.#host),
      events: this.#events,
      progress: this.#progress,
      claim: this.#claim,
      persister: this.#persister,
      stopWork: () => this.#work.cancel('shutdown'),
    })
    this.#state = 'settled'
    this.#claimed.resolve()
    this.#settle(result)
  }

  /** As if it had not been started. */
  #waitOn(): void {
    const claimed = this.#claimed
    this.#state = 'queued'
    this.#refusal = undefined
    this.#events.forgetStart()
    this.#turnId = undefined
    this.#startsBehind = undefined
    this.#claimed = Promise.withResolvers()
    claimed.resolve()
  }

  /** The runner's end, or its being abandoned a grace time after an abort that it does not listen to. */
  async #runToEnd(turn: Turn, builder: EngineBuilder): Promise<RunEnd> {
    // The caller gets the handle before anything happens.
    await Promise.resolve()
    const { signal } = this
    const withAbort = (ending: RunnerEnding): RunEnd => ({
      ending,
      aborted: signal.aborted ? { reason: signal.reason } : undefined,
    })
    const abandoned = Promise.withResolvers<RunEnd>()
    let stopGrace = () => {}
    const onAbort = () => {
      const abandon = () => abandoned.resolve(withAbort({ how: 'abandoned' }))
      stopGrace = this.#ctx.clock.schedule(abandon, this.#host.graces.runnerMs)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    // Whether it was cancelled is asked in the same step in which it ends: a cancel that comes later is too late.
    const finished = this.#runTurn(turn, builder).then(
      (result) => withAbort({ how: 'returned', turn: result }),
      (error: unknown) => withAbort({ how: 'threw', error }),
    )
    try {
      return await Promise.race([finished, abandoned.promise])
    } finally {
      stopGrace()
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #runTurn(turn: Turn, builder: EngineBuilder): Promise<Turn> {
    const { signal } = this
    let runner: InferenceRunner
    try {
      // Also where it was cancelled already: what became of it shall outlive the process.
      await this.#takeClaim(turn)
      signal.throwIfAborted()
      runner = await builder.build(this.#ctx, this.sessionId)
      // A builder that comes late finds its run abandoned.
      if (this.#state !== 'running') return turn
      if (typeof runner?.runInference !== 'function')
        throw new SessionError('invalid_options', 'the builder made no runner: build must return one')
      // Each is read once, here: a getter may throw, or give another one each time.
      const { eventSinks = [], persister } = runner
      this.#persister = persister
      this.#ctx = this.#events.attach(this.#ctx, eventSinks)
    } finally {
      // Also where there is nothing to run: a run that fails or is cancelled before it begins has its two events.
      if (this.#refusal === undefined) this.#events.announce(this.#ctx)
    }
    signal.throwIfAborted()
    this.#progress = new RunProgress({
      runId: this.runId,
      input: turn,
      now: () => this.#ctx.clock.now(),
      nextId: () => this.#ctx.ids.next('blk'),
      claim: this.#claim,
      keepSnapshots: this.#host.keepSnapshots,
      ...defined({ resumption: this.#how.resumption }),
      lastSeq: () => this.#host.sequence.last,
      keep: (state) => this.#host.keep(state),
      publish: (draft) => this.#events.publish(draft),
    })
    return runner.runInference(this.#ctx, turn, this.#progress)
  }

  async #takeClaim(turn: Turn): Promise<void> {
    try {
      await this.#writeAhead(turn)
    } catch (error) {
      if (this.#claim?.isOver === true) this.#claim = undefined
      if (this.#claim === undefined && (isSessionBusyError(error) || isSessionConflictError(error)))
        this.#refusal = error
      throw error
    }
  }

  /** The user's words and the run's record are in the store before anything is sent. */
  async #writeAhead(turn: Turn): Promise<void> {
    const { runId } = this
    const listener = { onLost: () => this.cancel('owner_lost'), onCancel: (reason: string) => this.cancel(reason) }
    const claim = await this.#host.claim(runId, withoutCancel(this.#ctx), listener)
    if (claim === undefined) return
    // A store that comes late finds its run abandoned.
    if (this.#state !== 'running') return claim.end()
    this.#claim = claim
    const { sequence } = this.#host
    const { epoch, journal } = claim
    const seq = sequence.last
    sequence.epoch = epoch
    this.#startsBehind = { epoch, seq }
    this.#events.tap(journal)
    const start = this.#events.makeStart(this.#ctx)
    const facts = { runId, turnId: turn.id, startedAt: start.time, ...this.#request }
    const starting = claim.begin([{ type: 'run-started', ...facts, epoch, seq }], [start])
    this.#claimed.resolve()
    await starting
    // From here on the store has what was said before: those who follow the session live miss nothing.
    this.#events.tap(this.#host.feed.begin(journal))
  }
}

/** What was refused is not in the history, and is not said to be the last run. */
function withoutTrace(host: RunHost): RunHost {
  return { ...host, keep: () => {}, free: () => host.pass() }
}
