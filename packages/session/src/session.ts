import { background, type Clock, type Context, type IdGenerator, randomIds, systemClock } from '@geppetto/context'
import { type PreparedRequest, withOutputSchema } from '@geppetto/engine'
import { EventSequence } from '@geppetto/events'
import {
  assertValidTurn,
  type ContentPart,
  createTurn,
  structuredOutputKey,
  type Turn,
  userBlock,
  withoutData,
} from '@geppetto/turns'
import { type AnsweredCall, answerCalls, dismissPending } from './answers.ts'
import type { EngineBuilder } from './builder.ts'
import type { ExecutionHandle } from './execution-handle.ts'
import { defaultGraces, type Graces } from './graces.ts'
import { History } from './history.ts'
import { Ledger, readSession, type StoredSession } from './ledger.ts'
import { Run, type RunHost, type StartOptions } from './run.ts'
import { assertCompleted } from './run-result.ts'
import { SessionBusyError, SessionError } from './session-error.ts'
import type { SessionMetadata, SessionStore } from './store.ts'
import { SubmissionQueue, type SubmitOptions } from './submission-queue.ts'

/** What a session is made of. */
export interface SessionOptions {
  /** Makes what runs its turns, such as `createEngineBuilder({ base: … })`. */
  readonly builder: EngineBuilder
  /** Default: a random one. */
  readonly id?: string
  /** Where it is kept; default: in this object alone. */
  readonly store?: SessionStore
  readonly metadata?: SessionMetadata
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: random. */
  readonly ids?: IdGenerator
  /** How long settlement waits for others. */
  readonly graces?: Partial<Graces>
}

/** What a user says: a text, or parts. */
export type Prompt = string | readonly ContentPart[]

/**
 * A conversation: owns the history of turns, and sees to it that one run at a time is active.
 * A turn is appended, and a run completes *that* turn.
 */
export class Session {
  readonly id: string
  readonly #builder: EngineBuilder
  readonly #clock: Clock
  readonly #ids: IdGenerator
  readonly #options: SessionOptions
  readonly #ledger: Ledger | undefined
  readonly #host: RunHost
  readonly #queue: SubmissionQueue
  #history: History
  #metadata: SessionMetadata
  #active: Run | undefined
  /** The latest turn, when a run has completed it. */
  #completed: Turn | undefined

  /** @throws SessionError `invalid_options` when there is no builder. */
  constructor(options: SessionOptions, stored?: { readonly history: History; readonly session?: StoredSession }) {
    if (typeof options?.builder?.build !== 'function')
      throw new SessionError(
        'invalid_options',
        'a session needs a builder: new Session({ builder: createEngineBuilder({ base: … }) })',
      )
    this.#options = options
    this.#builder = options.builder
    this.#clock = options.clock ?? systemClock
    this.#ids = options.ids ?? randomIds
    this.id = options.id ?? this.#ids.next('ses')
    this.#history = stored?.history ?? new History()
    this.#metadata = stored?.session?.metadata ?? options.metadata ?? {}
    this.#queue = new SubmissionQueue()
    const sequence = new EventSequence()
    const session = this
    const source = {
      get history() {
        return session.#history
      },
      get metadata() {
        return session.#metadata
      },
    }
    const { store } = options
    if (store !== undefined) this.#ledger = new Ledger(store, this.id, this.#ids.next('owner'), source, stored?.session)
    this.#host = {
      sessionId: this.id,
      builder: options.builder,
      sequence,
      graces: { ...defaultGraces, ...options.graces },
      claim: async (runId, clock, onLost) => this.#ledger?.claim(runId, clock, onLost),
      keep: (turn) => this.#history.replaceLatest(turn),
      free: (run, isCompleted) => this.#free(run, isCompleted),
    }
  }

  /** Opens a session that a store keeps. @throws SessionError `no_such_session` */
  static async open(store: SessionStore, id: string, options: Omit<SessionOptions, 'store' | 'id'>): Promise<Session> {
    const session = await readSession(store, id)
    return new Session({ ...options, store, id }, { history: History.of(session.turns), session })
  }

  /** Title, owner and the like. */
  get metadata(): SessionMetadata {
    return this.#metadata
  }

  /** Lays `changes` over the metadata; it reaches the store with the next run. */
  updateMetadata(changes: SessionMetadata): void {
    this.#metadata = Object.freeze({ ...this.#metadata, ...changes })
  }

  /** The newest turn, in its newest state; undefined before the first. */
  get latest(): Turn | undefined {
    return this.#history.latest
  }

  get turnCount(): number {
    return this.#history.count
  }

  /** The turn at `index`, from 0. @throws SessionError `no_such_turn` */
  getTurn(index: number): Turn {
    return this.#history.get(index)
  }

  /** Whether a run is active. */
  get isRunning(): boolean {
    return this.#active !== undefined
  }

  /** The run that is active. */
  get active(): ExecutionHandle | undefined {
    return this.#active
  }

  /** Stops the active run; resolves when there is none any more. */
  async cancelActive(reason?: unknown): Promise<void> {
    await this.#active?.cancel(reason)
  }

  /**
   * Appends a turn of the caller's making.
   * @throws SessionBusyError while a run is active; TurnError `invalid_turn` when it is not valid.
   */
  append(turn: Turn): void {
    this.#assertIdle()
    assertValidTurn(turn)
    this.#history.append(turn)
    this.#completed = undefined
  }

  /**
   * Appends a turn that begins with the latest turn's blocks and adds what the user says. Calls that still wait for an answer are dismissed.
   * @throws SessionBusyError while a run is active; TurnError `invalid_block` when the prompt is empty.
   */
  appendNewTurnFromUserPrompt(prompt: Prompt): Turn {
    this.#assertIdle()
    return this.#appendPrompt(prompt)
  }

  /**
   * Answers calls that a `waiting` run left open: the next start goes on from there.
   * @throws SessionError `no_such_call` when a call does not wait for an answer.
   */
  answerToolCalls(answers: readonly AnsweredCall[]): Turn {
    this.#assertIdle()
    const latest = this.#requireLatest()
    const turn = answerCalls(latest, answers)
    this.#history.replaceLatest(turn)
    return turn
  }

  /**
   * Starts to run the latest turn, and returns at once. A turn that failed, was cancelled or waits goes on where it stopped.
   * @throws SessionBusyError while a run is active; SessionError `no_turn`, `nothing_to_run`; TurnError `invalid_schema`.
   */
  startInference(ctx?: Context, options: StartOptions = {}): ExecutionHandle {
    this.#assertIdle()
    const run = new Run(this.#host, ctx ?? this.#background(), options)
    const turn = this.#runnableTurn(options)
    this.#active = run
    run.start(turn)
    return run
  }

  /**
   * Appends what the user says and starts, as one operation.
   * @throws SessionBusyError while a run is active, unless `whenBusy` says otherwise.
   */
  submit(prompt: Prompt, options: SubmitOptions = {}, ctx?: Context): ExecutionHandle {
    const known = this.#queue.find(options.requestId)
    if (known !== undefined) return known
    const { whenBusy = 'reject', requestId, ...startOptions } = options
    if (whenBusy === 'reject') this.#assertIdle()
    // What is wrong with the prompt is said now, not when its turn comes.
    userBlock(prompt)
    if (options.output !== undefined) withOutputSchema(createTurn(), options.output)
    const run = new Run(this.#host, ctx ?? this.#background(), startOptions)
    this.#queue.remember(requestId, run)
    const begin = () => {
      this.#appendPrompt(prompt)
      this.#active = run
      run.start(this.#runnableTurn(startOptions))
    }
    if (this.#active === undefined) {
      begin()
      return run
    }
    const withdraw = (failure?: { readonly error: unknown }) => run.withdraw(this.latest ?? createTurn(), failure)
    this.#queue.add({ run, begin, withdraw }, whenBusy === 'interrupt')
    if (whenBusy === 'interrupt') void this.#active.cancel('superseded')
    return run
  }

  /** Appends, starts, waits. @throws SessionError `not_completed` when the run did not complete; what had arrived is in `latest`. */
  async run(prompt: Prompt, ctx?: Context, options: StartOptions = {}): Promise<Turn> {
    this.appendNewTurnFromUserPrompt(prompt)
    const result = await this.startInference(ctx, options).wait()
    assertCompleted(result)
    return result.turn
  }

  /**
   * The exact request that the next provider call would send. Sends nothing and publishes nothing.
   * @throws SessionError `not_preparable` when the builder's runner or engine cannot.
   */
  async prepare(ctx?: Context, options: StartOptions = {}): Promise<PreparedRequest> {
    const runner = await this.#builder.build(ctx ?? this.#background(), this.id)
    if (runner.prepare === undefined)
      throw new SessionError('not_preparable', 'the builder makes runners that cannot show their requests')
    return runner.prepare(ctx ?? this.#background(), this.#runnableTurn(options))
  }

  /**
   * A new session with the history up to and including the turn at `at`; default: all of it. This one stays as it is.
   * @throws SessionError `no_such_turn`
   */
  fork(options: { readonly at?: number; readonly id?: string } = {}): Session {
    const at = options.at ?? this.turnCount - 1
    const turn = this.getTurn(at)
    const metadata = { ...this.#metadata, forkedFrom: { sessionId: this.id, turnId: turn.id } }
    const { id: _, ...inherited } = this.#options
    const fork = new Session(
      { ...inherited, metadata, ...(options.id === undefined ? undefined : { id: options.id }) },
      { history: History.of(this.#history.deltas.slice(0, at + 1)) },
    )
    if (at === this.turnCount - 1 && this.#completed !== undefined) fork.#completed = fork.latest
    return fork
  }

  #appendPrompt(prompt: Prompt): Turn {
    const { latest } = this
    const createdAt = this.#clock.now()
    const said = userBlock(prompt, { id: this.#ids.next('blk'), createdAt })
    const turn = createTurn({
      id: this.#ids.next('turn'),
      createdAt,
      blocks: [...dismissPending(latest?.blocks ?? []), said],
      ...(latest === undefined ? undefined : { parentId: latest.id, data: latest.data }),
    })
    this.#history.append(turn)
    this.#completed = undefined
    return turn
  }

  #runnableTurn(options: StartOptions): Turn {
    const latest = this.#requireLatest()
    if (latest.blocks.length === 0)
      throw new SessionError('nothing_to_run', 'the latest turn is empty: append what the user says first')
    if (latest === this.#completed)
      throw new SessionError('nothing_to_run', 'the latest turn is already completed: append a new one first')
    return options.output === undefined
      ? withoutData(latest, structuredOutputKey)
      : withOutputSchema(latest, options.output)
  }

  #requireLatest(): Turn {
    const { latest } = this
    if (latest === undefined)
      throw new SessionError('no_turn', 'the session has no turn: use appendNewTurnFromUserPrompt or append first')
    return latest
  }

  #assertIdle(): void {
    if (this.#active !== undefined) throw new SessionBusyError(this.id, this.#active)
  }

  /** The run is over. The next submission in line claims the session in the same step. */
  #free(run: Run, isCompleted: boolean): void {
    if (this.#active === run) this.#active = undefined
    if (isCompleted) this.#completed = this.latest
    this.#queue.beginNext()
  }

  #background(): Context {
    return background({ clock: this.#clock, ids: this.#ids })
  }
}
