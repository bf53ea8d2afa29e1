import { background, type Context, randomIds, systemClock } from '@geppetto/context'
import type { RequestPreview, TokenCount } from '@geppetto/engine'
import { type Event, type EventCursor, EventSequence } from '@geppetto/events'
import { createTurn, isStopReason, type Turn } from '@geppetto/turns'
import type { EngineBuilder, Resumption } from './builder.ts'
import { assertCall, assertContext, optionNames } from './call-arguments.ts'
import { dismissCalls } from './dismissed-calls.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import { defaultGraces } from './graces.ts'
import { History } from './history.ts'
import { LiveFeed } from './live-feed.ts'
import { type Asked, askedOf, runnableTurn } from './next-turn.ts'
import { countRequestTokens, prepareRequest } from './prepare-request.ts'
import { QueueLog } from './queue-log.ts'
import { type ResumeOptions, resumptionOf, turnToResume } from './resume.ts'
import { Run } from './run.ts'
import type { HowToStart, RunHost, StartOptions } from './run-host.ts'
import type { RunSummary } from './run-summary.ts'
import { SessionBusyError, SessionError } from './session-error.ts'
import { assertBuilder, assertOptions, copyMetadata, type Prompt, type SessionOptions } from './session-options.ts'
import { SessionPrompts } from './session-prompts.ts'
import { type ActiveRun, SessionStorage } from './session-storage.ts'
import type { TurnSource } from './session-turns.ts'
import { type Snapshot, snapshotPhases } from './snapshot.ts'
import type { SessionMetadata, SessionStore } from './store.ts'
import { readSession, type StoredSession } from './stored-session.ts'
import { Submissions } from './submissions.ts'
import { assertValidLatest } from './valid-stored-turns.ts'

/**
 * A conversation: owns the history of turns, and sees to it that one run at a time is active.
 * A turn is appended, and a run completes *that* turn.
 */
export class Session extends SessionPrompts {
  readonly id: string
  readonly #source: TurnSource
  readonly #options: SessionOptions
  #storage: SessionStorage | undefined
  readonly #host: RunHost
  readonly #feed: LiveFeed
  readonly #submissions: Submissions
  readonly #queueLog: QueueLog
  #builder: EngineBuilder
  #metadata: SessionMetadata
  #active: Run | undefined
  #lastRun: RunSummary | undefined

  /** @throws SessionError `invalid_options` when there is no builder, or an option is not what it should be. */
  constructor(options: SessionOptions) {
    assertOptions(options)
    const { clock = systemClock, ids = randomIds } = options
    const id = options.id ?? ids.next('ses')
    const source = { clock, ids, history: new History(), assertIdle: () => this.#assertIdle() }
    const queueLog = new QueueLog()
    const submissions = new Submissions({
      sessionId: id,
      clock,
      ids,
      log: options.store && queueLog,
      active: () => this.#active,
      latest: () => this.latest,
      find: (turnId) => this.#source.history.find(turnId),
      assertIdle: () => this.#assertIdle(),
      makeRun: (runOptions, ctx) => new Run(this.#host, this.#contextOf(ctx), runOptions),
      begin: (run, prompt, asked, onBusy) => this.#begin(run, prompt, asked, onBusy),
    })
    super(source, submissions)
    this.#source = source
    this.#submissions = submissions
    this.#queueLog = queueLog
    this.#options = options
    this.#builder = options.builder
    this.id = id
    this.#metadata = copyMetadata(options.metadata ?? {})
    if (options.store !== undefined) this.#storage = this.#openStorage(options.store)
    const sequence = new EventSequence()
    this.#feed = new LiveFeed(sequence)
    this.#host = {
      sessionId: this.id,
      sequence,
      feed: this.#feed,
      graces: { ...defaultGraces, ...options.graces },
      keepSnapshots: new Set(options.keepSnapshots === true ? snapshotPhases : (options.keepSnapshots ?? [])),
      claim: async (runId, ctx, listener) => this.#storage?.claim(runId, ctx, listener),
      keep: (turn) => this.#source.history.replaceLatest(turn),
      free: (summary, isCompleted) => this.#free(summary, isCompleted),
    }
  }

  /** Opens a session that a store keeps. @throws SessionError `no_such_session`, `invalid_stored_session`, `unsupported_version`, `store_failed` */
  static async open(store: SessionStore, id: string, options: Omit<SessionOptions, 'store' | 'id'>): Promise<Session> {
    assertOptions({ ...options, store, id })
    for (;;) {
      const stored = await readSession(store, id)
      assertValidLatest(stored, id)
      const session = new Session({ ...options, store, id, metadata: stored.metadata })
      session.#source.history = stored.history
      session.#metadata = stored.metadata
      session.#lastRun = stored.runs.last
      session.#host.sequence.skipTo(stored.runs.lastSeq)
      const storage = session.#openStorage(store, stored)
      session.#storage = storage
      if (!(await storage.settleLost(session.#host, session.#contextOf(undefined)))) continue
      const lost = stored.runs.open
      if (lost !== undefined && session.#lastRun?.runId === lost.runId) stored.runs.settle(session.#lastRun)
      session.#submissions.restore(stored, store)
      return session
    }
  }

  /** Makes what runs its turns. One that is set takes effect at the next start; a run keeps the one that it was started with. */
  get builder(): EngineBuilder {
    return this.#builder
  }

  /** @throws SessionError `invalid_options` when it is none. */
  set builder(builder: EngineBuilder) {
    assertBuilder(builder)
    this.#builder = builder
  }

  /** Title, owner and the like. */
  get metadata(): SessionMetadata {
    return this.#metadata
  }

  /** Lays `changes` over the metadata; it reaches the store with the next run, or `save`. @throws SessionError `invalid_options` when they are not JSON */
  updateMetadata(changes: SessionMetadata): void {
    this.#metadata = copyMetadata({ ...this.#metadata, ...changes })
  }

  /** Whether a run is active. */
  get isRunning(): boolean {
    return this.#active !== undefined
  }

  /** The run that is active. */
  get active(): ExecutionHandle | undefined {
    return this.#active
  }

  /**
   * What became of the newest run that has ended, also of a session that was opened; undefined before the first. One whose process is gone is `cancelled` with
   * the stop `owner_lost`: `resume` goes on with it.
   */
  get lastRun(): RunSummary | undefined {
    return this.#lastRun
  }

  /** Stops the active run, if there is one, also of another owner in a shared store; resolves when it has ended. */
  async cancelActive(reason?: unknown): Promise<void> {
    if (this.#active !== undefined) await this.#active.cancel(reason)
    else await this.#storage?.cancelElsewhere(isStopReason(reason) ? reason : 'user', this.#contextOf(undefined))
  }

  /**
   * Starts to run the latest turn, and returns at once. A turn that failed, was cancelled or waits goes on where it stopped.
   * @throws SessionBusyError while a run is active; SessionError `no_turn`, `nothing_to_run`; TurnError `invalid_schema`.
   */
  startInference(ctx?: Context, options: StartOptions = {}): ExecutionHandle {
    assertCall({ usage: 'startInference(ctx, options)', options, ctx, names: optionNames.start })
    this.#assertIdle()
    return this.#claim(new Run(this.#host, this.#contextOf(ctx), options), () =>
      runnableTurn(this.#source.history, askedOf(options)),
    )
  }

  /**
   * Goes on where a run stopped that did not complete, as after a crash: what tools have done stays, calls that were never started are run, and of those that may have
   * run `unsureCalls` says what becomes, where their tools cannot.
   * @throws as {@link Session.startInference}; SessionError `invalid_options`
   */
  resume(options: ResumeOptions = {}, ctx?: Context): ExecutionHandle {
    assertCall({ usage: 'resume(options, ctx)', options, ctx, names: optionNames.resume })
    this.#assertIdle()
    let resumption: Resumption | undefined
    const makeTurn = () => {
      const { turn, unsureCalls } = turnToResume(runnableTurn(this.#source.history, askedOf(options)))
      resumption = resumptionOf(unsureCalls, options)
      this.#source.history.replaceLatest(turn)
      return turn
    }
    return this.#claim(new Run(this.#host, this.#contextOf(ctx), options), makeTurn, () => ({ resumption }))
  }

  /** Begins the first of the prompts that wait, as after a crash; the others follow. Undefined where none waits. @throws SessionBusyError while a run is active */
  beginQueued(): ExecutionHandle | undefined {
    this.#assertIdle()
    this.#submissions.beginNext()
    return this.#active
  }

  /**
   * The events of the session: those that its store has behind `from` (default: all that it keeps), then those to come: as they happen of the runs
   * of this object, within a moment of those of others. May be read by any number, and by other processes; ends when the context does or the reader leaves.
   * @throws SessionError `invalid_options` when the session has no store
   */
  attach(options: { readonly from?: EventCursor } = {}, ctx?: Context): AsyncIterableIterator<Event> {
    return this.#requireStorage().follow(this.#feed, options.from, this.#contextOf(ctx))
  }

  /** The snapshots that the store has of a run, where the session keeps them (`keepSnapshots`). @throws SessionError as {@link Session.open} */
  async snapshots(runId: string): Promise<readonly Snapshot[]> {
    return this.#requireStorage().snapshots(runId)
  }

  /** The run that holds the session in its store: of this object, or of another owner. @throws SessionError `store_failed` */
  async findActive(): Promise<ActiveRun | undefined> {
    return this.#storage?.findActive()
  }

  /**
   * Writes what the store does not have yet: turns without a run, a head that was moved, metadata, prompts that wait. While a run of this object is active, what it
   * does not write itself: metadata, and the prompts that wait, which then outlive the process.
   * @throws SessionBusyError while a run is active elsewhere; SessionConflictError when somebody else has written; SessionError
   * `store_failed`, `invalid_options` when the session has no store
   */
  async save(ctx?: Context): Promise<void> {
    const storage = this.#requireStorage()
    for (let active = this.#active; active !== undefined; active = this.#active) {
      if (await active.writeAside()) return
      // One that was put back in line is not active any more.
      if (this.#active === active) await active.wait()
    }
    await storage.save(this.#source.ids.next('save'), this.#contextOf(ctx))
  }

  /**
   * The exact request that the next provider call would send, secrets masked, with what of the turn it cannot say (`degradations`) and an
   * estimate of its tokens. Sends nothing and publishes nothing.
   * @throws SessionError `not_preparable` when the builder's runner or engine cannot.
   */
  async prepare(ctx?: Context, options: StartOptions = {}): Promise<RequestPreview> {
    assertCall({ usage: 'prepare(ctx, options)', options, ctx, names: optionNames.start })
    const from = { builder: this.#builder, sessionId: this.id }
    return prepareRequest(from, this.#contextOf(ctx), runnableTurn(this.#source.history, askedOf(options)), options)
  }

  /**
   * How many tokens the request has that the next provider call would send, with system prompts, tools and output schema: by the provider's API where
   * it counts, in a request of its own, else an estimate. Publishes nothing.
   * @throws SessionError `no_turn`, `nothing_to_run`, `not_preparable`; EngineError when the request fails
   */
  async countTokens(ctx?: Context, options: StartOptions = {}): Promise<TokenCount> {
    assertCall({ usage: 'countTokens(ctx, options)', options, ctx, names: optionNames.start })
    const from = { builder: this.#builder, sessionId: this.id }
    return countRequestTokens(from, this.#contextOf(ctx), runnableTurn(this.#source.history, askedOf(options)), options)
  }

  /**
   * A new session with the history up to and including the turn at `at`; default: all of it. This one stays as it is. Calls that wait for
   * an answer, or that `resume` could run, are dismissed in the new one: they are left to this one. `builder`: default this one's.
   * @throws SessionError `no_such_turn`, `invalid_options`
   */
  fork(options: { readonly at?: number; readonly id?: string; readonly builder?: EngineBuilder } = {}): Session {
    const at = options.at ?? this.turnCount - 1
    const turn = this.getTurn(at)
    const metadata = { ...this.#metadata, forkedFrom: { sessionId: this.id, turnId: turn.id } }
    const id = options.id ?? this.#source.ids.next('ses')
    const fork = new Session({ ...this.#options, builder: options.builder ?? this.#builder, id, metadata })
    fork.#source.history = this.#source.history.upTo(at)
    fork.#source.history.replaceUnfinished(dismissCalls)
    const { store } = this.#options
    if (store !== undefined) fork.#storage = fork.#openStorage(store)
    return fork
  }

  #begin(run: Run, prompt: Prompt, asked: Asked, onBusy?: () => boolean): void {
    const makeTurn = () => {
      this.appendNewTurnFromUserPrompt(prompt)
      return runnableTurn(this.#source.history, asked)
    }
    const putBack = (): boolean => {
      if (onBusy?.() !== true) return false
      this.#source.history.takeBack()
      this.#active = undefined
      return true
    }
    this.#claim(run, makeTurn, () => ({ putBack }))
  }

  /** Ids, a clock or a schema that are not ours may throw, or start a run, while the turn is made: then this run never began. */
  #claim(run: Run, makeTurn: () => Turn, how?: () => HowToStart): Run {
    try {
      const turn = makeTurn()
      this.#assertIdle()
      this.#active = run
      run.start(turn, this.#builder, how?.())
      return run
    } catch (error) {
      run.withdraw(this.latest ?? createTurn(), { error })
      throw error
    }
  }

  #assertIdle(): void {
    if (this.#active !== undefined) throw new SessionBusyError(this.id, this.#active)
  }

  /** The run is over. The next submission in line claims the session in the same step. */
  #free(summary: RunSummary, isCompleted: boolean): void {
    this.#active = undefined
    this.#lastRun = summary
    if (isCompleted) this.#source.history.completeLatest()
    this.#submissions.beginNext()
  }

  #requireStorage(): SessionStorage {
    if (this.#storage !== undefined) return this.#storage
    throw new SessionError(
      'invalid_options',
      'the session has no store: pass one with its options, such as createMemoryStore()',
    )
  }

  #openStorage(store: SessionStore, stored?: StoredSession): SessionStorage {
    const source = { history: this.#source.history, metadata: () => this.#metadata, queue: this.#queueLog }
    const holder = this.#options.holder ?? this.#source.ids.next('owner')
    return new SessionStorage(store, this.id, holder, source, stored)
  }

  #contextOf(ctx: Context | undefined): Context {
    if (ctx === undefined) return background({ clock: this.#source.clock, ids: this.#source.ids })
    assertContext(ctx)
    return ctx
  }
}
