import {
  background,
  type Clock,
  type Context,
  type IdGenerator,
  randomIds,
  systemClock,
  withoutCancel,
} from '@geppetto/context'
import { type EventCursor, EventSequence } from '@geppetto/events'
import { createTurn, defined, type StopReason, type Turn } from '@geppetto/turns'
import { assertContext } from './call-arguments.ts'
import type { EngineBuilder } from './contract/builder.ts'
import type { ExecutionHandle } from './contract/execution-handle.ts'
import { defaultGraces } from './contract/graces.ts'
import type { RunSummary } from './contract/run-summary.ts'
import { SessionBusyError, SessionError } from './contract/session-error.ts'
import { assertOptions, assertRequestId, copyMetadata, type SessionOptions } from './contract/session-options.ts'
import { snapshotPhases } from './contract/snapshot.ts'
import type { InferenceOptions } from './contract/start-options.ts'
import type { SessionMetadata } from './contract/store.ts'
import { LiveFeed } from './follow/live-feed.ts'
import { History } from './history/history.ts'
import { appendPrompt, runnableTurn } from './history/next-turn.ts'
import type { StoredSession } from './history/stored-session.ts'
import type { Transcript } from './history/transcript.ts'
import type { Begun } from './queue/submission-host.ts'
import { Submissions } from './queue/submissions.ts'
import { Run } from './runs/run.ts'
import type { HowToStart, RunHost } from './runs/run-host.ts'
import { keepIn } from './session-keeper.ts'
import type { SessionStorage } from './session-storage.ts'

/** What the methods of a session share. It guards that one run at a time is active, and that only that run changes the history. */
export class SessionCore {
  readonly id: string
  readonly options: SessionOptions
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly feed: LiveFeed
  readonly host: RunHost
  readonly submissions: Submissions
  /** Who runs it, in its store. */
  readonly holder: string
  history: History = new History()
  metadata: SessionMetadata
  builder: EngineBuilder
  /** What became of the newest run that has ended. */
  lastRun: RunSummary | undefined
  readonly #storage: SessionStorage | undefined
  #active: Run | undefined
  /** The last event that the latest turn has taken in, where no run is active. */
  #cursor: EventCursor = { epoch: 0, seq: 0 }

  /** @throws SessionError `invalid_options` */
  constructor(options: SessionOptions) {
    assertOptions(options)
    const { clock = systemClock, ids = randomIds, store, graces, keepSnapshots = [] } = options
    this.options = options
    this.clock = clock
    this.ids = ids
    this.id = options.id ?? ids.next('ses')
    this.metadata = copyMetadata(options.metadata ?? {})
    this.builder = options.builder
    this.holder = options.holder ?? (store === undefined ? '' : ids.next('owner'))
    const sequence = new EventSequence()
    this.feed = new LiveFeed(sequence)
    this.host = {
      sessionId: this.id,
      sequence,
      feed: this.feed,
      graces: { ...defaultGraces, ...graces },
      keepSnapshots: new Set(keepSnapshots === true ? snapshotPhases : keepSnapshots),
      claim: (runId, ctx, listener) => this.#storage?.claim(runId, withoutCancel(ctx), listener),
      leave: store && ((records, events) => this.#storage?.leave(records, events)),
      takeNotes: (notes) => this.#storage?.takeNotes(notes),
      isAwaited: () => !this.submissions.queue.isEmpty,
      keep: (turn) => this.history.replaceLatest(turn),
      free: (summary, isCompleted) => {
        this.lastRun = summary
        if (isCompleted) this.history.completeLatest()
        this.#next(summary.stop)
      },
      pass: () => this.#next(),
    }
    this.#storage = store && keepIn(store, this)
    this.submissions = new Submissions({
      sessionId: this.id,
      storage: this.#storage,
      clock,
      ids,
      active: () => this.#active,
      latest: () => this.history.latestOrEmpty,
      find: (turnId) => this.history.find(turnId),
      assertIdle: () => this.assertIdle(),
      makeRun: (runOptions, ctx) => new Run(this.host, this.contextOf(ctx), runOptions),
      begin: (run, what) => this.#begin(run, what),
    })
  }

  /** The run that is active. */
  get active(): Run | undefined {
    return this.#active
  }

  /** The turn that a run completes, of this object or, as far as it is known here, of another owner. */
  get runningTurnId(): string | undefined {
    return this.#active === undefined ? this.#storage?.runElsewhere?.turnId : this.history.headId
  }

  /** The newest `count` turns for those who show them, and from where on they follow the session. */
  transcribe(count: number): Transcript {
    const { turn = this.history.latest ?? createTurn(), cursor = this.#cursor } = this.#active?.reached ?? {}
    return { ...this.history.transcribe(turn, count), cursor }
  }

  /** What the session has to do with its store; undefined where it has none. */
  get storage(): SessionStorage | undefined {
    return this.#storage
  }

  /** @throws SessionError `invalid_options` when the session has no store */
  requireStorage(): SessionStorage {
    if (this.#storage !== undefined) return this.#storage
    throw new SessionError(
      'invalid_options',
      'the session has no store: pass one with its options, such as createMemoryStore()',
      { field: 'store' },
    )
  }

  /** The session has these turns from here on, of which its store has none. */
  beginWith(history: History): void {
    this.history = history
  }

  /** The session is from here on what its store has. @throws SessionBusyError while a run is active */
  takeIn(stored: StoredSession): void {
    this.assertIdle()
    this.history = stored.history
    this.metadata = stored.metadata
    this.lastRun = stored.runs.last
    this.host.sequence.skipTo(stored.runs.lastSeq)
    this.#cursor = stored.runs.reached
  }

  /** @throws SessionBusyError while a run is active. */
  assertIdle(): void {
    if (this.#active !== undefined) throw new SessionBusyError(this.id, this.#active)
  }

  /** A run of the latest turn as `makeTurn` makes it ready, or that of the request. @throws SessionBusyError, and what `makeTurn` throws */
  start(
    { tags, requestId }: Pick<InferenceOptions, 'tags' | 'requestId'>,
    ctx: Context | undefined,
    makeTurn: () => Turn,
    how?: () => HowToStart,
  ): ExecutionHandle {
    assertRequestId(requestId)
    const request = requestId === undefined ? undefined : { requestId }
    const known = this.submissions.find(request)
    if (known !== undefined) return known
    this.assertIdle()
    const run = this.#claim(new Run(this.host, this.contextOf(ctx), { request, ...defined({ tags }) }), makeTurn, how)
    this.submissions.remember(request, run)
    return run
  }

  /** The caller's context, or one with the session's clock and ids. @throws SessionError `invalid_options` when it is none */
  contextOf(ctx: Context | undefined): Context {
    if (ctx === undefined) return background({ clock: this.clock, ids: this.ids })
    assertContext(ctx)
    return ctx
  }

  #begin(run: Run, { prompt, asked, onRefused, hasWaited }: Begun): void {
    const makeTurn = () => {
      appendPrompt(this, prompt)
      return runnableTurn(this.history, asked)
    }
    const putBack = (refusal: unknown): boolean => {
      if (onRefused?.(refusal) !== true) return false
      this.#active = undefined
      return true
    }
    this.#claim(run, makeTurn, () => ({ putBack, hasWaited }))
  }

  /** Ids, a clock or a schema that are not ours may throw, or start a run, while the turn is made: then this run never began. */
  #claim(run: Run, makeTurn: () => Turn, how?: () => HowToStart): Run {
    const { mark } = this.history
    try {
      const turn = makeTurn()
      this.assertIdle()
      this.#active = run
      run.start(turn, this.builder, { ...how?.(), takeBack: () => this.history.returnTo(mark) })
      return run
    } catch (error) {
      run.withdraw(this.history.latestOrEmpty, { error })
      throw error
    }
  }

  /** The run is over. The next submission in line claims the session in the same step. */
  #next(stop?: StopReason): void {
    const epoch = this.#active?.reached.cursor?.epoch
    if (epoch !== undefined) this.#cursor = { epoch, seq: this.host.sequence.last }
    this.#active = undefined
    // A process that shuts down leaves what waits to the next.
    if (stop === 'shutdown') this.submissions.rest()
    else this.submissions.beginNext()
    if (this.#active === undefined) this.#storage?.giveBack()
  }
}
