import type { EventCursor } from '@geppetto/events'
import { createBlobReader, hasReferences, restoreBlobs } from './blobs.ts'
import type { SessionStore, StoredEvent } from './store.ts'
import { askStore } from './store-error.ts'

/**
 * The events of a session behind `after`, with their media; what a store throws comes as a `SessionError`.
 * @throws SessionError `store_failed`, `invalid_stored_session` where media are missing
 */
export async function* readStoredEvents(
  store: Pick<SessionStore, 'readEvents' | 'readBlob'>,
  sessionId: string,
  after?: EventCursor,
): AsyncGenerator<StoredEvent, undefined> {
  try {
    for await (const stored of store.readEvents(sessionId, after))
      yield hasReferences(stored.event) ? await withMedia(store, stored) : stored
  } catch (error) {
    // In the words of a session, as everywhere.
    await askStore(() => Promise.reject(error))
  }
}

/** Each event for itself: the media of a long session are not kept for whoever follows it. */
async function withMedia(store: Pick<SessionStore, 'readBlob'>, stored: StoredEvent): Promise<StoredEvent> {
  const readBlob = createBlobReader((hash) => askStore(() => store.readBlob(hash)))
  return { ...stored, event: await restoreBlobs(stored.event, readBlob) }
}
