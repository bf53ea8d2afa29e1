import type { AcceptedRun, SessionSnapshot, SessionStatus } from '@geppetto/client/protocol'
import type { Context } from '@geppetto/context'
import { type Event, type EventCursor, runIdFrom, runTagsFrom } from '@geppetto/events'
import { type EngineBuilder, type ExecutionHandle, Session, type SessionMetadata } from '@geppetto/session'
import { defined } from '@geppetto/turns'
import { lookOutFor } from './look-out.ts'
import type { ServerSettings } from './options.ts'
import { type MediaFile, SessionMedia } from './session-media.ts'
import { isShown, profileOf, queueView, runView, type TurnJson, turnJson } from './session-views.ts'
import { watchedRunner } from './watched-runner.ts'

/** What a live session tells those who follow it. */
export type LiveNews = 'changed' | 'replaced' | 'deleted' | 'closing'

/** A session, and a run of another owner that goes on in it. */
export interface Look {
  readonly session: Session
  readonly elsewhere: string | undefined
}

/** A session as it stands, as it goes over the wire. */
export type SnapshotJson = Omit<SessionSnapshot, 'turns'> & { readonly turns: readonly TurnJson[] }

/**
 * A session of the store that somebody uses: one object for all of them, opened again when another process has written. Its runs belong to it, and to no
 * request.
 */
export class LiveSession {
  readonly id: string
  readonly media: SessionMedia
  /** The request that had the line go on last, and what it began: it may come twice. */
  wokenBy: { readonly requestId: string; readonly handle: ExecutionHandle } | undefined
  readonly #settings: ServerSettings
  readonly #holder: string
  #session: Session
  #refreshing: Promise<Look> | undefined
  readonly #followers = new Set<(news: LiveNews) => void>()
  readonly #stopping = new Set<string>()
  /** Of the runs that are active: resolved when the store has them. */
  readonly #begun = new Map<string, PromiseWithResolvers<void>>()

  private constructor(settings: ServerSettings, holder: string, id: string, made: (builder: EngineBuilder) => Session) {
    this.id = id
    this.#settings = settings
    this.#holder = holder
    this.media = new SessionMedia((hash) => `${settings.basePath}/sessions/${encodeURIComponent(id)}/blobs/${hash}`)
    this.#session = made(this.#builder)
  }

  /** A session that the store has not. */
  static create(settings: ServerSettings, holder: string, id: string, metadata: SessionMetadata): LiveSession {
    const { store, clock } = settings
    return new LiveSession(
      settings,
      holder,
      id,
      (builder) => new Session({ ...keptOptions(settings), id, store, builder, clock, holder, metadata }),
    )
  }

  /** A session that the store has. @throws SessionError as `Session.open` */
  static async open(settings: ServerSettings, holder: string, id: string): Promise<LiveSession> {
    const { store, clock } = settings
    const unopened = (builder: EngineBuilder) =>
      new Session({ ...keptOptions(settings), id, store, builder, clock, holder })
    const live = new LiveSession(settings, holder, id, unopened)
    await live.reopen()
    return live
  }

  /** Whether a run of this process is active in it. */
  get isRunning(): boolean {
    return this.#session.isRunning
  }

  /** Whether it must be kept: somebody follows it, it runs, or something waits in it. */
  get isInUse(): boolean {
    const { isRunning, queue } = this.#session
    return isRunning || queue.length > 0 || this.#followers.size > 0
  }

  /** Calls `listener` with all news, until what it returns is called. */
  follow(listener: (news: LiveNews) => void): () => void {
    this.#followers.add(listener)
    return () => void this.#followers.delete(listener)
  }

  /** Tells all who follow it. */
  tell(news: LiveNews): void {
    for (const listener of [...this.#followers]) listener(news)
  }

  /** The session as the store has it now, and the run of another owner that goes on in it. */
  look(): Promise<Look> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** Reads it from the store again: what this object has and the store has not is gone. One that runs, or has begun to meanwhile, stays. */
  async reopen(): Promise<Session> {
    const { store, clock } = this.#settings
    const options = { ...keptOptions(this.#settings), builder: this.#builder, clock, holder: this.#holder }
    const opened = await Session.open(store, this.id, options)
    if (this.#session.isRunning) return this.#session
    this.#session = opened
    this.tell('replaced')
    return opened
  }

  /** The events behind `from`, as `Session.attach` gives them. */
  attach(from: EventCursor, ctx: Context): AsyncIterator<Event> {
    return this.#session.attach({ from }, ctx)
  }

  /** Waits until the store has what was begun. @throws what kept it from beginning */
  async accept(session: Session, handle: ExecutionHandle, requestId: string): Promise<AcceptedRun> {
    const { runId } = handle
    if (handle.state === 'queued') {
      await session.save()
      this.tell('changed')
      return { runId, requestId, state: 'queued' }
    }
    const turnId = session.active === handle ? session.latest?.id : undefined
    if (handle.state === 'settled' || turnId === undefined) {
      const { turn } = await handle.wait()
      return { runId, requestId, state: 'settled', turnId: turn.id }
    }
    const known = this.#begun.get(runId)
    const begun = known ?? Promise.withResolvers<void>()
    if (known === undefined) this.#watch(handle, begun)
    const { untilQueued, stop } = lookOutFor(this.#settings.clock, handle)
    const result = await Promise.race([begun.promise, handle.wait(), untilQueued]).finally(stop)
    // Another owner has the session: it waits after all.
    if (result === 'queued') return this.accept(session, handle, requestId)
    // Then nothing has happened: another owner was faster, or the store does not answer.
    if (result?.status === 'failed') throw result.error
    return { runId, requestId, state: 'running', turnId }
  }

  /** Asks the run to stop, wherever it is, and returns at once. Nothing happens where it is not active. */
  async cancel(runId: string | undefined): Promise<void> {
    const { session, elsewhere } = await this.look()
    const active = session.active?.runId ?? elsewhere
    if (active === undefined || (runId !== undefined && runId !== active)) return
    this.#stopping.add(active)
    this.tell('changed')
    session
      .cancelActive('user')
      .catch(this.#settings.reportError)
      .finally(() => {
        this.#stopping.delete(active)
        this.tell('changed')
      })
  }

  /** Stops what runs, as the process ends: it can be resumed, and what waits stays in line. */
  async shutDown(): Promise<void> {
    await this.#session.active?.cancel('shutdown')
    this.tell('closing')
  }

  /** What is true of it now. */
  async status(): Promise<SessionStatus> {
    const { turns: _, earlier: _earlier, known: _known, ...status } = await this.snapshot(0)
    return status
  }

  /** What is true of it now, its newest turns, and which of those requests stand in it. */
  async snapshot(last: number, requests: readonly string[] = []): Promise<SnapshotJson> {
    const { session, elsewhere } = await this.look()
    // In one step: all of it is of the same moment.
    const { turns, earlier, cursor } = session.transcript({ last })
    const run = runView(session, elsewhere, (runId) => this.#stopping.has(runId))
    const known = requests.filter((requestId) => isShown(session, requestId, turns))
    const { metadata, latest } = session
    const facts = defined({ title: metadata.title, profile: profileOf(metadata), head: latest?.id })
    const queue = await queueView(session, this.media)
    const shown = await Promise.all(turns.map((turn) => turnJson(turn, this.media)))
    return { sessionId: this.id, ...facts, cursor, run, queue, turns: shown, earlier, known }
  }

  /** A turn as it stands; undefined where it is not on the branch that the session is on. */
  async turn(turnId: string): Promise<TurnJson | undefined> {
    const { session } = await this.look()
    for (const last of [2, Number.POSITIVE_INFINITY]) {
      const found = session.transcript({ last }).turns.find((turn) => turn.turnId === turnId)
      if (found !== undefined) return turnJson(found, this.media)
    }
    return undefined
  }

  /** The request with which the prompt of that turn is sent. @throws SessionError `no_such_turn`, `not_preparable` */
  async preview(turnId: string): ReturnType<Session['prepare']> {
    const { session } = await this.look()
    const at = session.transcript().turns.findIndex((turn) => turn.turnId === turnId)
    // Beside it, and in no store: the turn as it was when its run began.
    const beside = session.fork({ at })
    beside.regenerate()
    return beside.prepare()
  }

  /** A file of the conversation; undefined where nothing on this branch has it. */
  async file(hash: string): Promise<MediaFile | undefined> {
    if (this.media.find(hash) === undefined) {
      const { session } = await this.look()
      for (const turn of session.transcript().turns) await turnJson(turn, this.media)
      await queueView(session, this.media)
    }
    return this.media.find(hash)
  }

  async #refresh(): Promise<Look> {
    const session = this.#session
    if (session.isRunning) return { session, elsewhere: undefined }
    const known = session.runElsewhere
    const isGone = known !== undefined && (await session.findActive())?.runId !== known
    if (!isGone && !(await session.hasChangedElsewhere())) return { session, elsewhere: known }
    // Something may have begun here meanwhile, and nothing else can have then.
    if (this.#session.isRunning) return { session: this.#session, elsewhere: undefined }
    const opened = await this.reopen()
    return { session: opened, elsewhere: opened.runElsewhere }
  }

  #watch(handle: ExecutionHandle, begun: PromiseWithResolvers<void>): void {
    const { runId } = handle
    this.#begun.set(runId, begun)
    this.tell('changed')
    void handle.wait().then(() => {
      this.#begun.delete(runId)
      this.tell('changed')
    })
  }

  /** Chooses what answers, when a run begins. */
  get #builder(): EngineBuilder {
    return {
      build: async (ctx, sessionId) => {
        const runId = runIdFrom(ctx)
        if (runId !== undefined) this.#begun.get(runId)?.resolve()
        const { metadata } = this.#session
        const { profile = profileOf(metadata) ?? this.#settings.profiles[0]?.id } = runTagsFrom(ctx)
        const { makeBuilder, debug } = this.#settings
        const builder = await makeBuilder({ sessionId, profile, metadata })
        const runner = await builder.build(ctx, sessionId)
        return debug === undefined ? runner : watchedRunner(runner, debug)
      },
    }
  }
}

/** What a session keeps beside what was said. */
function keptOptions({ debug }: ServerSettings): { readonly keepSnapshots?: true } {
  return debug === undefined ? {} : { keepSnapshots: true }
}
