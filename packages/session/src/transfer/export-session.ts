import type { Context } from '@geppetto/context'
import { compareCursors } from '@geppetto/events'
import { defined, type JsonObject } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import { assertSessionId, assertStore } from '../contract/session-options.ts'
import type { SessionStore, StoredEvent } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { blocksInRecord } from '../records/record-blobs.ts'
import { toBase64 } from '../store/base64.ts'
import { referredHashes } from '../store/blobs.ts'
import { TextDigest } from '../store/text-digest.ts'
import { RecordedPlaces } from './recorded-places.ts'
import { exportFormat, exportVersion, type LineCounts } from './session-lines.ts'

/**
 * All that a store has of a session, as lines of JSON without line breaks: for a file, another store, a report of a bug. Of a session that is
 * running, what it has at one moment. Once the context ends, it throws the reason.
 * @throws SessionError `no_such_session`, `invalid_stored_session` when a blob is missing, `store_failed`
 */
export async function* exportSession(store: SessionStore, id: string, ctx?: Context): AsyncIterable<string> {
  assertStore(store)
  assertSessionId(id)
  const end: ExportEnd = { counts: { records: 0, events: 0, blobs: 0 } }
  const digest = new TextDigest()
  for await (const line of linesOf(store, id, end, ctx)) {
    const text = JSON.stringify(line)
    digest.add(text)
    yield text
  }
  const { counts, isRunning, damagedNotes } = end
  yield JSON.stringify({ end: { ...counts, ...defined({ isRunning, damagedNotes }), checksum: digest.value } })
}

/** What the last line tells. */
interface ExportEnd {
  readonly counts: { -readonly [type in keyof LineCounts]: LineCounts[type] }
  isRunning?: true
  /** The numbers of those that could not be read: they are left out. */
  damagedNotes?: readonly number[]
}

async function* linesOf(
  store: SessionStore,
  id: string,
  end: ExportEnd,
  ctx: Context | undefined,
): AsyncIterable<JsonObject> {
  const { counts } = end
  const hashes = new Set<string>()
  const addHashes = (part: JsonObject): void => {
    for (const hash of referredHashes(part)) hashes.add(hash)
  }
  // The moment is that of the records: notes and events are read before, so that they tell of nothing that the records do not know.
  const notes = await askStore(() => store.notes(id))
  const events: StoredEvent[] = []
  for await (const event of inStore(store.readEvents(id), ctx)) events.push(event)
  const places = new RecordedPlaces()
  for await (const record of inStore(store.read(id), ctx)) {
    // Of a session that is not there, not even a line: a program would have begun a file.
    if (counts.records++ === 0) {
      yield { format: exportFormat, v: exportVersion, sessionId: id }
      ctx?.signal.throwIfAborted()
    }
    places.add(record)
    for (const block of blocksInRecord(record)) addHashes(block)
    yield { record }
  }
  if (counts.records === 0) throw new SessionError('no_such_session', `the store has no session ${id} to export`)
  // Of what came between the two, that which was committed with the records.
  const { last } = places
  for await (const event of inStore(store.readEvents(id, events.at(-1)), ctx)) {
    if (compareCursors(event, last) > 0) break
    events.push(event)
  }
  for (const stored of events) {
    if (!places.hasRunOf(stored.event)) continue
    counts.events++
    addHashes(stored.event)
    yield { ...stored }
  }
  for (const { number, note, damage } of notes) {
    if (damage !== undefined) {
      end.damagedNotes = [...(end.damagedNotes ?? []), number]
      continue
    }
    counts.notes = (counts.notes ?? 0) + 1
    yield { note }
  }
  for (const hash of hashes) {
    ctx?.signal.throwIfAborted()
    const bytes = await askStore(() => store.readBlob(hash))
    if (bytes === undefined) throw new SessionError('invalid_stored_session', `the blob ${hash} is missing`)
    counts.blobs++
    yield { blob: hash, data: toBase64(bytes) }
  }
  if (!places.hasOpenRun) return
  const found = await askStore(() => store.find(id))
  if (found?.active !== undefined || found?.head !== counts.records) end.isRunning = true
}

/** What a store throws comes as a `SessionError`. */
async function* inStore<T>(items: AsyncIterable<T>, ctx: Context | undefined): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (;;) {
      ctx?.signal.throwIfAborted()
      const { done, value } = await askStore(() => iterator.next())
      if (done === true) return
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}
