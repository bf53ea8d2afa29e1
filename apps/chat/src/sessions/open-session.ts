import { type ActiveRun, type EngineBuilder, Session, SessionBusyError, type SessionOptions } from '@geppetto/session'
import { nameOf, type SessionShelf } from './shelf.ts'

/** How a session stands in its store: as it is here, changed by somebody else (and read again), or being answered, here or elsewhere. */
export type Standing =
  | { readonly kind: 'current' }
  | { readonly kind: 'changed' }
  /** A prompt that waited has begun by itself. */
  | { readonly kind: 'answering' }
  | { readonly kind: 'held'; readonly active: ActiveRun }

/** Who runs the sessions of this program, for others. */
const holder = `process ${process.pid}`

/** The session that is open, and how it stands in its store. */
export class OpenSession {
  readonly shelf: SessionShelf
  #session: Session

  constructor(builder: EngineBuilder, shelf: SessionShelf) {
    this.shelf = shelf
    this.#session = new Session({ builder, store: shelf.store, holder })
  }

  get current(): Session {
    return this.#session
  }

  /** A session that nothing is stored of yet. */
  create(known: Pick<SessionOptions, 'id' | 'metadata'> = {}): Session {
    return new Session({ ...known, builder: this.#session.builder, store: this.shelf.store, holder })
  }

  /** Takes a session that nothing is stored of. @throws SessionBusyError while an answer is on its way. */
  take(session: Session): void {
    this.assertIdle()
    this.#session = session
  }

  /** Stores a session under that title, and takes it. @throws SessionBusyError; SessionError `store_failed` */
  async adopt(session: Session, title: string): Promise<void> {
    this.assertIdle()
    session.updateMetadata({ title, turns: session.turnCount })
    await session.save()
    this.take(session)
  }

  /** Opens the session of that id. @throws SessionBusyError while an answer is on its way; SessionError when it cannot be opened */
  async open(id: string): Promise<void> {
    this.assertIdle()
    this.take(await Session.open(this.shelf.store, id, { builder: this.#session.builder, holder }))
  }

  /** Writes what the store does not have. @throws SessionBusyError, SessionConflictError; SessionError `store_failed` */
  async save(): Promise<void> {
    this.#session.updateMetadata({ turns: this.#session.turnCount })
    await this.#session.save()
  }

  /** Reads it again where somebody else has written to it. One that was deleted is kept, as another. @throws SessionError */
  async catchUp(): Promise<Standing> {
    const session = this.#session
    const stored = await this.shelf.store.find(session.id)
    if (session.isRunning) return { kind: 'answering' }
    if (stored?.active !== undefined) return { kind: 'held', active: stored.active }
    if (!(await session.hasChangedElsewhere())) return { kind: session.isRunning ? 'answering' : 'current' }
    if (stored !== undefined) {
      await this.readAgain()
      return { kind: session.isRunning ? 'answering' : 'changed' }
    }
    await this.adopt(session.fork(), nameOf({ sessionId: session.id, metadata: session.metadata }))
    return { kind: 'current' }
  }

  /** Takes over what its store has, where it has it, unless an answer is on its way. @throws SessionError when it cannot be read */
  async readAgain(): Promise<void> {
    const session = this.#session
    if ((await this.shelf.store.find(session.id)) === undefined) return
    try {
      if (!session.isRunning) await session.reload()
    } catch (error) {
      // A prompt that waited has begun meanwhile.
      if (!session.isRunning) throw error
    }
  }

  /** @throws SessionBusyError while an answer is on its way. */
  assertIdle(): void {
    const { active, id } = this.#session
    if (active !== undefined) throw new SessionBusyError(id, active)
  }
}
