import { type Clock, systemClock } from '@geppetto/context'
import { compareCursors } from '@geppetto/events'
import {
  fromBase64,
  type Lease,
  SessionBusyError,
  SessionConflictError,
  SessionError,
  type SessionStore,
  type SessionSummary,
  sessionKeeper,
} from '@geppetto/session'
import { defined, toErrorData } from '@geppetto/turns'
import {
  summaryOf,
  withCommit,
  withEvents,
  withLease,
  withNote,
  withoutEvents,
  withoutLease,
} from './document-changes.ts'
import type { Medium } from './medium.ts'
import { emptyDocument, type Holding, readDocument, type SessionDocument } from './session-document.ts'

/** What {@link createAcmeMediumStore} takes beside its medium. */
export interface AcmeMediumStoreOptions {
  /** By which leases are judged: all who share the medium need the same time. Default: the machine's. */
  readonly clock?: Clock | undefined
}

/** Keeps sessions in a medium: every change loads the text of a session, and saves it where nobody else has meanwhile. */
export function createAcmeMediumStore(medium: Medium, options: AcmeMediumStoreOptions = {}): SessionStore {
  const { clock = systemClock } = options

  const load = async (sessionId: string): Promise<SessionDocument | undefined> => {
    const loaded = await asking(() => medium.load(sessionId))
    return loaded === undefined ? undefined : readDocument(loaded.text)
  }

  /** Does it again on what somebody else has made of the document meanwhile. */
  const change = async <T extends SessionDocument>(
    sessionId: string,
    make: (document: SessionDocument) => T,
  ): Promise<T> => {
    for (;;) {
      const loaded = await asking(() => medium.load(sessionId))
      const before = loaded === undefined ? emptyDocument(sessionId) : readDocument(loaded.text)
      const after = make(before)
      const isSame: boolean = after === before
      if (isSame) return after
      const text = JSON.stringify(after)
      if (await asking(() => medium.save(sessionId, loaded?.version ?? 0, text))) return after
    }
  }

  const holdingOf = (document: SessionDocument | undefined): Holding | undefined =>
    (document?.holding?.expiresAt ?? 0) > clock.now() ? document?.holding : undefined

  /** The lease as the store knows it. @throws SessionConflictError when it is not its owner's any more. */
  const ownedIn = ({ sessionId, holding }: SessionDocument, { token }: Lease): Holding => {
    if (holding?.token !== token) throw new SessionConflictError(sessionId, 'the lease was lost')
    if (holding.expiresAt <= clock.now()) throw new SessionConflictError(sessionId, 'the lease has expired')
    return holding
  }

  return {
    capabilities: { exclusive: true },
    keeper: sessionKeeper,

    async acquire(sessionId, request) {
      const { holding } = await change(sessionId, (document) => {
        const other = holdingOf(document)
        if (other !== undefined) throw new SessionBusyError(sessionId, other)
        return withLease(document, request, clock.now())
      })
      const { token, holder, expiresAt } = holding
      return { sessionId, token, holder, expiresAt }
    },

    async renew(lease, ttlMs, runId) {
      const expiresAt = clock.now() + ttlMs
      await change(lease.sessionId, (document) => {
        const { cancelReason, ...holding } = ownedIn(document, lease)
        const same = runId === undefined ? defined({ cancelReason }) : { runId }
        return { ...document, holding: { ...holding, ...same, expiresAt } }
      })
      return { ...lease, expiresAt }
    },

    async release(lease) {
      await change(lease.sessionId, (document) =>
        document.holding?.token === lease.token ? withoutLease(document) : document,
      )
    },

    async commit(lease, expectedHead, commit) {
      const { records } = await change(lease.sessionId, (document) => {
        ownedIn(document, lease)
        const head = document.records.length
        if (head === expectedHead) return withCommit(document, commit, clock.now())
        throw new SessionConflictError(lease.sessionId, `it has ${head} records where ${expectedHead} were expected`)
      })
      return records.length
    },

    async appendEvents(lease, batch) {
      await change(lease.sessionId, (document) => {
        ownedIn(document, lease)
        return withEvents(document, batch)
      })
    },

    async *read(sessionId, from = 0) {
      yield* (await load(sessionId))?.records.slice(from) ?? []
    },

    async *readEvents(sessionId, after) {
      const { events = [] } = (await load(sessionId)) ?? {}
      yield* after === undefined ? events : events.filter((event) => compareCursors(event, after) > 0)
    },

    async readBlob(hash) {
      for await (const { blobs } of allOf(medium)) {
        const blob = blobs[hash]
        if (blob !== undefined) return fromBase64(blob)
      }
      return undefined
    },

    async requestCancel(sessionId, runId, reason) {
      const document = await load(sessionId)
      if (holdingOf(document)?.runId !== runId) return false
      const { holding } = await change(sessionId, (newest) => {
        const held = holdingOf(newest)
        return held?.runId === runId ? { ...newest, holding: { cancelReason: reason, ...held } } : newest
      })
      return holding?.runId === runId
    },

    async readInbox({ sessionId, token }) {
      const { holding, notes = [] } = (await load(sessionId)) ?? {}
      return { notes, ...defined({ cancelReason: holding?.token === token ? holding.cancelReason : undefined }) }
    },

    async leaveNote(sessionId, note) {
      const { records } = await change(sessionId, (document) =>
        document.records.length === 0 ? document : withNote(document, note),
      )
      return records.length > 0
    },

    async notes(sessionId) {
      return (await load(sessionId))?.notes ?? []
    },

    async find(sessionId) {
      const document = await load(sessionId)
      return document === undefined || document.records.length === 0 ? undefined : summaryOf(document, clock.now())
    },

    async *list() {
      const found: SessionSummary[] = []
      for await (const document of allOf(medium))
        if (document.records.length > 0) found.push(summaryOf(document, clock.now()))
      yield* found.sort((one, other) => other.updatedAt - one.updatedAt)
    },

    async delete(sessionId) {
      await change(sessionId, (document) => {
        const holding = holdingOf(document)
        if (holding !== undefined) throw new SessionBusyError(sessionId, holding)
        if (document.records.length === 0 && document.events.length === 0) return document
        const { lastToken, lastNote } = document
        return { ...emptyDocument(sessionId), lastToken, lastNote }
      })
    },

    async pruneEvents(sessionId, upTo, marker) {
      await change(sessionId, (document) => withoutEvents(document, upTo, marker))
    },
  }
}

async function* allOf(medium: Medium): AsyncIterable<SessionDocument> {
  const texts = medium.loadAll()[Symbol.asyncIterator]()
  for (;;) {
    const { value, done } = await asking(() => texts.next())
    if (done === true) return
    yield readDocument(value)
  }
}

/** What the medium says. @throws SessionError `store_failed` when it fails. */
async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new SessionError('store_failed', `the sessions cannot be reached: ${toErrorData(cause).message}`, { cause })
  }
}
