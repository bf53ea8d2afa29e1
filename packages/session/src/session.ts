import type { Context } from '@geppetto/context'
import type { Event, EventCursor } from '@geppetto/events'
import type { EngineBuilder } from './contract/builder.ts'
import { assertObject, assertOptionsOf } from './contract/known-options.ts'
import { isSessionError, SessionError } from './contract/session-error.ts'
import {
  assertBuilder,
  assertOpenOptions,
  assertSessionId,
  assertStore,
  assertText,
  copyMetadata,
  type OpenOptions,
  type SessionOptions,
} from './contract/session-options.ts'
import type { Snapshot } from './contract/snapshot.ts'
import type { SessionMetadata, SessionStore } from './contract/store.ts'
import { assertForkOptions, type ForkOptions, forkOf } from './fork-session.ts'
import type { Transcript } from './history/transcript.ts'
import { SessionCore } from './session-core.ts'
import { SessionRuns } from './session-runs.ts'
import type { ActiveRun } from './session-storage.ts'

/**
 * A conversation: owns the history of turns, and sees to it that one run at a time is active.
 * A turn is appended, and a run completes *that* turn.
 */
export class Session extends SessionRuns {
  readonly id: string
  readonly #core: SessionCore

  /** @throws SessionError `invalid_options` when there is no builder, or an option is not what it should be. */
  constructor(options: SessionOptions) {
    const core = new SessionCore(options)
    super(core)
    this.#core = core
    this.id = core.id
  }

  /**
   * Opens a session that a store keeps. With `create`, one that it has not yet is begun.
   * @throws SessionError `no_such_session`, `invalid_stored_session`, `unsupported_version`, `store_failed`, `invalid_options`
   */
  static async open(store: SessionStore, id: string, options: OpenOptions): Promise<Session> {
    assertStore(store)
    assertSessionId(id)
    assertOpenOptions(options)
    const { create = false, ...rest } = options
    const session = new Session({ ...rest, store, id })
    try {
      await session.#core.requireStorage().open()
    } catch (error) {
      if (!create || !isSessionError(error) || error.code !== 'no_such_session') throw error
    }
    return session
  }

  /** Makes what runs its turns. One that is set takes effect at the next start; a run keeps the one that it was started with. */
  get builder(): EngineBuilder {
    return this.#core.builder
  }

  /** @throws SessionError `invalid_options` when it is none. */
  set builder(builder: EngineBuilder) {
    assertBuilder(builder)
    this.#core.builder = builder
  }

  /** Title, owner and the like. */
  get metadata(): SessionMetadata {
    return this.#core.metadata
  }

  /** Lays `changes` over the metadata; it reaches the store with the next run, or `save`. @throws SessionError `invalid_options` when they are not JSON */
  updateMetadata(changes: SessionMetadata): void {
    assertObject(changes, 'updateMetadata({ title })')
    this.#core.metadata = copyMetadata({ ...this.metadata, ...changes })
  }

  /**
   * The events of the session: those that its store has behind `from` (default: all that it keeps), then those to come: as they happen of the runs
   * of this object, within a moment of those of others. May be read by any number, and by other processes; ends when the context does or the reader leaves.
   * @throws SessionError `invalid_options` when the session has no store
   */
  attach(options: { readonly from?: EventCursor } = {}, ctx?: Context): AsyncIterableIterator<Event> {
    assertOptionsOf(options, 'attach({ from }, ctx)', ['from'], cursorHints)
    return this.#core.requireStorage().follow(options.from, this.#core.contextOf(ctx))
  }

  /**
   * The conversation for those who show it: the newest `last` turns (default: all) up to the latest, each with what it added, and the last event that they have
   * taken in. Who reads the events behind it (`attach`) has all that was said and will be, also while a run goes on.
   */
  transcript(options: { readonly last?: number } = {}): Transcript {
    assertOptionsOf(options, 'transcript({ last })', ['last'])
    const { last = Number.POSITIVE_INFINITY } = options
    if (typeof last !== 'number' || !(last >= 0))
      throw new SessionError('invalid_options', 'last must be a number of turns', { field: 'last' })
    return this.#core.transcribe(last)
  }

  /** The run of another owner that went on when the session was opened: what comes of it is not in this object. */
  get runElsewhere(): string | undefined {
    return this.#core.storage?.runElsewhere?.runId
  }

  /**
   * Whether somebody else has written to the session in its store: what came of that is not in this object: {@link reload} takes it over.
   * @throws SessionError `store_failed`
   */
  async hasChangedElsewhere(): Promise<boolean> {
    const { active, storage } = this.#core
    return active === undefined && (await storage?.isOutdated()) === true
  }

  /** The snapshots that the store has of a run, where the session keeps them (`keepSnapshots`). @throws SessionError as {@link Session.open} */
  async snapshots(runId: string): Promise<readonly Snapshot[]> {
    assertText(runId, 'runId')
    return this.#core.requireStorage().snapshots(runId)
  }

  /** The run that holds the session in its store: of this object, or of another owner. @throws SessionError `store_failed` */
  async findActive(): Promise<ActiveRun | undefined> {
    return this.#core.storage?.findActive()
  }

  /**
   * Writes what the store does not have yet: turns without a run, a head that was moved, metadata, prompts that wait. While a run of this object is active, what it
   * does not write itself: metadata, and the prompts that wait, which then outlive the process. Where others have the session, or have written to it, prompts are
   * left to whoever runs it, and that is enough.
   * @throws SessionBusyError while a run is active elsewhere, SessionConflictError when somebody else has written, and there is more: the message says what; SessionError
   * `store_failed`, `invalid_options` when the session has no store
   */
  async save(ctx?: Context): Promise<void> {
    await this.#core.requireStorage().save(ctx)
  }

  /**
   * Takes over what the store has, as after another owner has written to the session: its turns, metadata and prompts that wait. What this object has and the store
   * has not is dropped, but for prompts that wait: `fork()` first to keep it.
   * @throws SessionBusyError while a run of this object is active; SessionError as {@link Session.open}, and nothing is changed
   */
  async reload(): Promise<void> {
    const storage = this.#core.requireStorage()
    this.#core.assertIdle()
    await storage.open()
  }

  /**
   * A new session with the history up to and including the turn at `at`; default: all of it. This one stays as it is. Calls that wait for
   * an answer, or that `resume` could run, are dismissed in the new one: they are left to this one, and where its run goes on, nobody knows in the new one what became of them (`unknown`). `builder`: default this one's.
   * @throws SessionError `no_turn`, `no_such_turn`, `invalid_options`
   */
  fork(options: ForkOptions = {}): Session {
    assertForkOptions(options)
    const { options: ofFork, history } = forkOf(this.#core, options)
    const fork = new Session(ofFork)
    fork.#core.beginWith(history)
    return fork
  }
}

const cursorHint = 'The cursor stands under from: attach({ from: { epoch, seq } })'
const cursorHints = { epoch: cursorHint, seq: cursorHint, cursor: cursorHint }
