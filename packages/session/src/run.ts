import { type CancellableContext, type Clock, type Context, withCancel } from '@geppetto/context'
import {
  type Correlation,
  closeOpenItems,
  createEventHub,
  type Event,
  type EventDraft,
  type EventHub,
  type EventSequence,
  eventSinksFrom,
  runIdFrom,
  runTagsFrom,
  type TerminalDraft,
  type Warning,
  withCorrelation,
  withHub,
  withRunTags,
} from '@geppetto/events'
import {
  assertValidTurn,
  defined,
  missingBlocks,
  providerCalls,
  type Schema,
  type StopReason,
  sumUsage,
  type Turn,
  toErrorData,
  type Usage,
} from '@geppetto/turns'
import type { EngineBuilder, InferenceRunner, RunScope } from './builder.ts'
import { judgeRun, type RunnerEnding, stopOfAbort, type Verdict } from './ending.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import type { Graces } from './graces.ts'
import type { StoreClaim } from './ledger.ts'
import type { RunResult } from './run-result.ts'
import { SessionError } from './session-error.ts'
import type { SessionRecord } from './store.ts'

/** What a caller may say about one run. */
export interface StartOptions {
  /** The form that the answer must have: read it with `parseOutput(result, schema)`. */
  readonly output?: Schema
  /** Labels: on `run-started`, and for middlewares and tools by `runTagsFrom(ctx)`. */
  readonly tags?: { readonly [name: string]: string }
}

/** What a run needs of its session. */
export interface RunHost {
  readonly sessionId: string
  readonly builder: EngineBuilder
  readonly sequence: EventSequence
  readonly graces: Graces
  /** The right to write to the store for the length of a run; undefined where there is no store. */
  claim(runId: string, clock: Clock, onLost: () => void): Promise<StoreClaim | undefined>
  /** Puts a further state of the turn into the history. */
  keep(turn: Turn): void
  /** The session accepts the next run from here on. */
  free(run: Run, isCompleted: boolean): void
}

/** One run from claim to settlement. */
export class Run implements ExecutionHandle {
  readonly runId: string
  readonly sessionId: string
  readonly #host: RunHost
  readonly #work: CancellableContext
  readonly #result: PromiseWithResolvers<RunResult> = Promise.withResolvers()
  readonly #warnings: Warning[] = []
  #ctx: Context
  #hub: EventHub
  /** What the runner publishes on: shut up before the run is closed, so that nothing comes between. */
  #voice: EventHub
  #correlation: Correlation
  #committed: { turn: Turn; seq: number } | undefined
  #claim: StoreClaim | undefined
  #runner: InferenceRunner | undefined
  #statedStop: StopReason | undefined
  #steps = 0
  #isAnnounced = false
  #state: 'queued' | 'running' | 'settling' | 'settled' = 'queued'

  constructor(host: RunHost, ctx: Context, options: StartOptions) {
    this.#host = host
    this.runId = ctx.ids.next('run')
    this.sessionId = host.sessionId
    this.#work = withCancel(ctx)
    this.#hub = createEventHub({
      clock: ctx.clock,
      sinks: eventSinksFrom(ctx),
      sequence: host.sequence,
      keepsLog: true,
    })
    this.#voice = this.#hub.extend([])
    this.#correlation = { sessionId: host.sessionId, runId: this.runId, ...defined({ parentRunId: runIdFrom(ctx) }) }
    this.#ctx = withRunTags(this.#work.ctx, options.tags ?? {})
  }

  get state(): 'queued' | 'running' | 'settled' {
    return this.#state === 'settling' ? 'running' : this.#state
  }

  get isRunning(): boolean {
    return this.#state !== 'settled'
  }

  wait(): Promise<RunResult> {
    return this.#result.promise
  }

  cancel(reason: unknown = 'user'): Promise<RunResult> {
    this.#work.cancel(reason)
    return this.#result.promise
  }

  events(): AsyncIterableIterator<Event> {
    return this.#hub.read()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel()
  }

  /** The signal of the run. */
  get signal(): AbortSignal {
    return this.#work.ctx.signal
  }

  /** Begins to run `turn`. Called once, by the session, when the claim is taken. */
  start(turn: Turn): void {
    this.#state = 'running'
    this.#correlation = { ...this.#correlation, turnId: turn.id }
    this.#ctx = withHub(withCorrelation(this.#ctx, this.#correlation), this.#voice)
    void this.#live(turn)
  }

  /** Ends a run that never began: no event was or will be published. `failure` says why, where it was not the caller's wish. */
  withdraw(turn: Turn, failure?: { readonly error: unknown }): void {
    this.#state = 'settled'
    this.#work.release()
    this.#hub.finish()
    const facts = { runId: this.runId, turn, usage: undefined, warnings: [] }
    this.#result.resolve(
      failure === undefined
        ? { status: 'cancelled', stop: 'user', ...facts }
        : { status: 'failed', stop: 'error', error: failure.error, ...facts },
    )
  }

  /** Never rejects: every path ends in settlement. */
  async #live(turn: Turn): Promise<void> {
    this.#committed = { turn, seq: this.#host.sequence.last }
    // The caller gets the handle before anything happens.
    await Promise.resolve()
    const { ending, aborted } = await this.#runToEnd(turn)
    await this.#settle(turn, ending, aborted)
  }

  /** The runner's end, or its being abandoned a grace time after an abort that it does not listen to. */
  async #runToEnd(turn: Turn): Promise<{ ending: RunnerEnding; aborted: { reason: unknown } | undefined }> {
    const { signal } = this
    const aborted = () => (signal.aborted ? { reason: signal.reason as unknown } : undefined)
    const finished = this.#runTurn(turn).then(
      (result): RunnerEnding => ({ how: 'returned', turn: result }),
      (error: unknown): RunnerEnding => ({ how: 'threw', error }),
    )
    const abandoned = Promise.withResolvers<RunnerEnding>()
    let stopGrace = () => {}
    const onAbort = () => {
      stopGrace = this.#ctx.clock.schedule(() => abandoned.resolve({ how: 'abandoned' }), this.#host.graces.runnerMs)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    // Whether it was cancelled is asked in the same step in which it ends: a cancel that comes later is too late.
    const outcome = await Promise.race([
      finished.then((ending) => ({ ending, aborted: aborted() })),
      abandoned.promise.then((ending) => ({ ending, aborted: aborted() })),
    ])
    stopGrace()
    signal.removeEventListener('abort', onAbort)
    return outcome
  }

  async #runTurn(turn: Turn): Promise<Turn> {
    const { signal } = this
    try {
      await this.#takeClaim(turn)
      signal.throwIfAborted()
      this.#runner = await this.#host.builder.build(this.#ctx, this.sessionId)
      if (this.#state !== 'running') return turn
      this.#hub = this.#hub.extend(this.#runner.eventSinks ?? [])
      this.#voice = this.#hub.extend([])
      this.#ctx = withHub(this.#ctx, this.#voice)
    } finally {
      // Also where there is nothing to run: a run that fails or is cancelled before it begins has its two events.
      this.#announce()
    }
    signal.throwIfAborted()
    return this.#runner.runInference(this.#ctx, turn, this.#scope())
  }

  /** Write ahead: the user's words and the run's record are in the store before anything is sent. */
  async #takeClaim(turn: Turn): Promise<void> {
    const { runId } = this
    const { clock } = this.#ctx
    const claim = await this.#host.claim(runId, clock, () => this.cancel('owner_lost'))
    if (claim === undefined) return
    if (this.#state !== 'running') return claim.end()
    this.#claim = claim
    await claim.commit([{ type: 'run-started', runId, turnId: turn.id, startedAt: clock.now() }])
  }

  #announce(): void {
    if (this.#isAnnounced) return
    this.#isAnnounced = true
    const tags = runTagsFrom(this.#ctx)
    this.#publish({ type: 'run-started', ...(Object.keys(tags).length === 0 ? undefined : { tags }) })
  }

  #scope(): RunScope {
    return {
      commitStep: async (turn) => {
        const committed = this.#committed
        // An abandoned runner may still go on: nothing it says counts any more.
        if (this.#state !== 'running' || committed === undefined) return
        const missing = missingBlocks(committed.turn, turn)
        if (missing.length > 0)
          throw new SessionError(
            'session_conflict',
            `a step lost blocks that were committed before it: ${missing.join(', ')}`,
          )
        assertValidTurn(turn)
        this.#committed = { turn, seq: this.#host.sequence.last }
        this.#host.keep(turn)
        await this.#claim?.commit([])
        this.#steps++
        this.#publish({ type: 'step-committed', step: this.#steps })
      },
      endWith: (stop) => {
        this.#statedStop = stop
      },
      warn: (warning) => {
        this.#warnings.push(warning)
      },
    }
  }

  /** The one way out: seal, commit, free and tell, drain, resolve. */
  async #settle(input: Turn, ending: RunnerEnding, aborted: { reason: unknown } | undefined): Promise<void> {
    this.#state = 'settling'
    this.#announce()
    this.#voice.silence()
    if (ending.how === 'abandoned')
      this.#warnings.push({
        code: 'abandoned',
        message: 'the runner did not stop when it was cancelled, and was abandoned',
      })
    this.#closeOpenItems(aborted)
    const { clock, ids } = this.#ctx
    const judged = judgeRun({
      runId: this.runId,
      ending,
      input,
      committed: this.#committed ?? { turn: input, seq: 0 },
      events: this.#events(),
      aborted,
      statedStop: this.#statedStop,
      nextId: () => ids.next('blk'),
      now: () => clock.now(),
    })
    const usage = usageOf(judged.turn, this.runId)
    this.#host.keep(judged.turn)
    const verdict = await this.#commitVerdict(judged, usage)
    await this.#persist(verdict.turn)
    // One synchronous step: whoever hears the last event finds the session free.
    this.#host.free(this, verdict.status === 'completed')
    this.#hub.finish({ draft: terminalEvent(verdict, usage), correlation: this.#correlation })
    // The signal ends with the run: whatever still goes on in its name may stop.
    this.#work.release()
    this.#work.cancel('shutdown')
    await this.#hub.drain(this.#host.graces.drainMs)
    this.#state = 'settled'
    const { runId } = this
    this.#result.resolve({ ...verdict, runId, usage, warnings: [...this.#warnings, ...this.#hub.warnings] })
  }

  /** What an abandoned or careless runner left open is closed, as cut off. */
  #closeOpenItems(aborted: { reason: unknown } | undefined): void {
    const outcome = aborted === undefined ? 'failed' : 'cancelled'
    const stop = aborted === undefined ? 'error' : stopOfAbort(aborted.reason)
    for (const draft of closeOpenItems(this.#events(), { outcome, stop, now: this.#ctx.clock.now() }))
      this.#publish(draft)
  }

  /** Writes the end of the run to the store and gives the lease back. Where that fails, the run has failed, and the result still has the turn. */
  async #commitVerdict(verdict: Verdict, usage: Usage | undefined): Promise<Verdict> {
    const { clock } = this.#ctx
    const error = verdict.status === 'failed' ? toErrorData(verdict.error) : undefined
    const record: SessionRecord = {
      type: 'run-settled',
      runId: this.runId,
      turnId: verdict.turn.id,
      status: verdict.status,
      stop: verdict.stop,
      settledAt: clock.now(),
      ...defined({ usage, error }),
    }
    const claim = this.#claim
    if (claim === undefined) return verdict
    const { storeMs } = this.#host.graces
    const failure = await within(clock, storeMs, claim.commit([record]), 'the store')
    const releaseFailure = await within(clock, storeMs, claim.end(), 'the store')
    if (releaseFailure !== undefined)
      this.#warnings.push({
        code: 'store_failed',
        message: `the lease was not given back: ${toErrorData(releaseFailure.error).message}`,
      })
    // A failure that the run met first is the one to report.
    if (failure === undefined || verdict.status === 'failed') return verdict
    return { status: 'failed', turn: verdict.turn, stop: 'error', error: failure.error }
  }

  async #persist(turn: Turn): Promise<void> {
    const persister = this.#runner?.persister
    if (persister === undefined) return
    const persisting = (async () => persister.persistTurn(this.#ctx, turn))()
    const failure = await within(this.#ctx.clock, this.#host.graces.persisterMs, persisting, 'the persister')
    if (failure !== undefined)
      this.#warnings.push({
        code: 'persister_failed',
        message: `the persister failed: ${toErrorData(failure.error).message}`,
      })
  }

  #publish(draft: EventDraft): void {
    this.#hub.publish(draft, this.#correlation)
  }

  #events(): readonly Event[] {
    return this.#hub.log?.replay() ?? []
  }
}

/** What went wrong with `promise` within `limitMs`, or undefined. It is not waited for any longer, and its late outcome is ignored. */
async function within(
  clock: Clock,
  limitMs: number,
  promise: Promise<void>,
  what: string,
): Promise<{ error: unknown } | undefined> {
  const timeout = Promise.withResolvers<{ error: unknown }>()
  const stop = clock.schedule(
    () => timeout.resolve({ error: new Error(`${what} did not answer within ${limitMs} ms`) }),
    limitMs,
  )
  const outcome = await Promise.race([
    promise.then(
      () => undefined,
      (error: unknown) => ({ error }),
    ),
    timeout.promise,
  ])
  stop()
  return outcome
}

function usageOf(turn: Turn, runId: string): Usage | undefined {
  const calls = providerCalls(turn).filter((record) => record.runId === runId)
  return sumUsage(calls.map((record) => record.usage))
}

function terminalEvent(verdict: Verdict, usage: Usage | undefined): TerminalDraft {
  const { stop } = verdict
  const facts = { stop, ...defined({ usage }) }
  switch (verdict.status) {
    case 'completed':
      return { type: 'run-finished', ...facts }
    case 'cancelled':
      return { type: 'run-cancelled', ...facts }
    case 'failed':
      return { type: 'run-failed', error: toErrorData(verdict.error), ...facts }
    case 'waiting':
      return { type: 'run-waiting', pending: verdict.pending.map((call) => call.callId), ...facts }
  }
}
