import { type CancellableContext, type Context, withCancel } from '@geppetto/context'
import { type Event, type Warning, withRunTags } from '@geppetto/events'
import { sumUsage, type Turn, type Usage } from '@geppetto/turns'
import type { InferenceRunner } from './builder.ts'
import { judgeRun, type RunnerEnding, stopOfAbort, type Verdict } from './ending.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import { recordsOf } from './kept-turn.ts'
import type { StoreClaim } from './ledger.ts'
import { RunEvents } from './run-events.ts'
import type { RunHost, StartOptions } from './run-host.ts'
import { RunProgress } from './run-progress.ts'
import type { RunResult } from './run-result.ts'
import { SessionError } from './session-error.ts'
import { commitVerdict, persist } from './settle.ts'
import { terminalEvent } from './terminal-event.ts'

/** How the runner ended, and whether the run had been aborted by then. */
interface LifeEnd {
  readonly ending: RunnerEnding
  readonly aborted: { readonly reason: unknown } | undefined
}

/** One run from claim to settlement. */
export class Run implements ExecutionHandle {
  readonly runId: string
  readonly sessionId: string
  readonly #host: RunHost
  readonly #work: CancellableContext
  readonly #events: RunEvents
  readonly #result: PromiseWithResolvers<RunResult> = Promise.withResolvers()
  readonly #warnings: Warning[] = []
  #ctx: Context
  #progress: RunProgress | undefined
  #claim: StoreClaim | undefined
  #runner: InferenceRunner | undefined
  #state: 'queued' | 'running' | 'settling' | 'settled' = 'queued'

  constructor(host: RunHost, ctx: Context, options: StartOptions) {
    this.#host = host
    this.runId = ctx.ids.next('run')
    this.sessionId = host.sessionId
    this.#events = new RunEvents(host, ctx, this.runId)
    this.#work = withCancel(ctx)
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
    return this.#events.read()
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
    this.#ctx = this.#events.enter(this.#ctx, turn.id)
    void this.#live(turn)
  }

  /** Ends a run that never began: no event was or will be published. `failure` says why, where it was not the caller's wish. */
  withdraw(turn: Turn, failure?: { readonly error: unknown }): void {
    this.#state = 'settled'
    this.#work.release()
    this.#events.finish()
    const facts = { runId: this.runId, turn, usage: undefined, warnings: [] }
    this.#result.resolve(
      failure === undefined
        ? { status: 'cancelled', stop: stopOfAbort(this.signal.reason), ...facts }
        : { status: 'failed', stop: 'error', error: failure.error, ...facts },
    )
  }

  /** Never rejects: every path ends in settlement. */
  async #live(turn: Turn): Promise<void> {
    // The caller gets the handle before anything happens.
    await Promise.resolve()
    const { ending, aborted } = await this.#runToEnd(turn)
    await this.#settle(turn, ending, aborted)
  }

  /** The runner's end, or its being abandoned a grace time after an abort that it does not listen to. */
  async #runToEnd(turn: Turn): Promise<LifeEnd> {
    const { signal } = this
    const withAbort = (ending: RunnerEnding): LifeEnd => ({
      ending,
      aborted: signal.aborted ? { reason: signal.reason } : undefined,
    })
    const abandoned = Promise.withResolvers<LifeEnd>()
    let stopGrace = () => {}
    const onAbort = () => {
      const abandon = () => abandoned.resolve(withAbort({ how: 'abandoned' }))
      stopGrace = this.#ctx.clock.schedule(abandon, this.#host.graces.runnerMs)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    // Whether it was cancelled is asked in the same step in which it ends: a cancel that comes later is too late.
    const finished = this.#runTurn(turn).then(
      (result) => withAbort({ how: 'returned', turn: result }),
      (error: unknown) => withAbort({ how: 'threw', error }),
    )
    const end = await Promise.race([finished, abandoned.promise])
    stopGrace()
    signal.removeEventListener('abort', onAbort)
    return end
  }

  async #runTurn(turn: Turn): Promise<Turn> {
    const { signal } = this
    try {
      signal.throwIfAborted()
      await this.#takeClaim(turn)
      signal.throwIfAborted()
      const runner = await this.#host.builder.build(this.#ctx, this.sessionId)
      // A builder that comes late finds its run abandoned.
      if (this.#state !== 'running') return turn
      if (typeof runner?.runInference !== 'function')
        throw new SessionError('invalid_options', 'the builder made no runner: build must return one')
      this.#runner = runner
      this.#ctx = this.#events.attach(this.#ctx, runner.eventSinks ?? [])
    } finally {
      // Also where there is nothing to run: a run that fails or is cancelled before it begins has its two events.
      this.#events.announce(this.#ctx)
    }
    signal.throwIfAborted()
    this.#progress = new RunProgress({
      input: turn,
      claim: this.#claim,
      lastSeq: () => this.#host.sequence.last,
      keep: (state) => this.#host.keep(state),
      publish: (draft) => this.#events.publish(draft),
    })
    return this.#runner.runInference(this.#ctx, turn, this.#progress)
  }

  /** Write ahead: the user's words and the run's record are in the store before anything is sent. */
  async #takeClaim(turn: Turn): Promise<void> {
    const { runId } = this
    const { clock } = this.#ctx
    const claim = await this.#host.claim(runId, clock, () => this.cancel('owner_lost'))
    if (claim === undefined) return
    // A store that comes late finds its run abandoned.
    if (this.#state !== 'running') return claim.end()
    this.#claim = claim
    await claim.commit([{ type: 'run-started', runId, turnId: turn.id, startedAt: clock.now() }])
  }

  /** The one way out: seal, commit, free and tell, drain, resolve. */
  async #settle(input: Turn, ending: RunnerEnding, aborted: LifeEnd['aborted']): Promise<void> {
    this.#state = 'settling'
    this.#progress?.end()
    this.#events.announce(this.#ctx)
    this.#events.silence(aborted, this.#ctx.clock.now())
    if (ending.how === 'abandoned')
      this.#warnings.push({
        code: 'abandoned',
        message: 'the runner did not stop when it was cancelled, and was abandoned',
      })
    const judged = this.#judge(input, ending, aborted)
    this.#events.tellSealed(judged.turn)
    const usage = this.#usageOf(judged.turn)
    this.#host.keep(judged.turn)
    const verdict = await this.#commit(judged, usage)
    await this.#persist(verdict)
    // One synchronous step: whoever hears the last event finds the session free.
    // A turn that is complete stays so where the store fails: the next run writes it.
    this.#host.free(judged.status === 'completed')
    this.#events.finish(terminalEvent(verdict, usage))
    // The signal ends with the run: whatever still goes on in its name may stop.
    this.#work.cancel('shutdown')
    await this.#events.drain(this.#host.graces.drainMs)
    this.#state = 'settled'
    const warnings = [...(this.#progress?.warnings ?? []), ...this.#warnings, ...this.#events.warnings]
    this.#result.resolve({ ...verdict, runId: this.runId, usage, warnings })
  }

  #judge(input: Turn, ending: RunnerEnding, aborted: LifeEnd['aborted']): Verdict {
    const { clock, ids } = this.#ctx
    const start = { turn: input, seq: 0 }
    return judgeRun({
      runId: this.runId,
      ending,
      input,
      committed: this.#progress?.committed ?? start,
      reached: this.#progress?.reached ?? start,
      events: this.#events.replay(),
      aborted,
      statedStop: this.#progress?.statedStop,
      nextId: () => ids.next('blk'),
      now: () => clock.now(),
    })
  }

  async #commit(judged: Verdict, usage: Usage | undefined): Promise<Verdict> {
    if (this.#claim === undefined) return judged
    const settlement = { runId: this.runId, verdict: judged, usage }
    const { verdict, warnings } = await commitVerdict(this.#claim, settlement, this.#ctx.clock, this.#host.graces)
    this.#warnings.push(...warnings)
    return verdict
  }

  async #persist(verdict: Verdict): Promise<void> {
    const persister = this.#runner?.persister
    if (persister !== undefined)
      this.#warnings.push(...(await persist(persister, this.#ctx, verdict.turn, this.#host.graces)))
  }

  /** Of all provider calls of this run. */
  #usageOf(turn: Turn): Usage | undefined {
    const records = recordsOf(turn).filter((record) => record.runId === this.runId)
    return sumUsage(records.map((record) => record.usage))
  }
}
