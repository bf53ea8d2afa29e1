import type { EventCursor } from '@geppetto/events'
import { isSessionError } from '../contract/session-error.ts'
import type { SessionStore, StoredEvent } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { createBlobReader, hasReferences, restoreBlobs } from '../store/blobs.ts'
import { gapFor } from './gap.ts'

/**
 * The events of a session behind `after`, with their media, and a `gap` in place of one that is damaged, or whose media are missing or damaged; what a store
 * throws comes as a `SessionError`.
 * @throws SessionError `store_failed`
 */
export async function* readStoredEvents(
  store: Pick<SessionStore, 'readEvents' | 'readBlob'>,
  sessionId: string,
  after?: EventCursor,
): AsyncGenerator<StoredEvent, undefined> {
  try {
    for await (const stored of store.readEvents(sessionId, after))
      if (stored.damage !== undefined) yield gapIn(stored, sessionId)
      else yield hasReferences(stored.event) ? await withMedia(store, stored, sessionId) : stored
  } catch (error) {
    // In the words of a session, as everywhere.
    await askStore(() => Promise.reject(error))
  }
}

/** Each event for itself: the media of a long session are not kept for whoever follows it. */
async function withMedia(
  store: Pick<SessionStore, 'readBlob'>,
  stored: StoredEvent,
  sessionId: string,
): Promise<StoredEvent> {
  const readBlob = createBlobReader((hash) => askStore(() => store.readBlob(hash)))
  try {
    return { ...stored, event: await restoreBlobs(stored.event, readBlob) }
  } catch (error) {
    if (!isSessionError(error) || error.code !== 'invalid_stored_session') throw error
    // Whoever follows the session shall not stand here for ever.
    return gapIn(stored, sessionId)
  }
}

/** Stands where the event stood. */
export function gapIn(stored: StoredEvent, sessionId: string): StoredEvent {
  return { epoch: stored.epoch, seq: stored.seq, event: gapFor([stored], sessionId) }
}
