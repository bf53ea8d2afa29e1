import type { Context } from '@geppetto/context'
import { compareCursors, type EventCursor } from '@geppetto/events'
import type { JsonObject } from '@geppetto/turns'
import { assertChoice, assertOptionsOf } from '../contract/known-options.ts'
import { isSessionError, SessionError } from '../contract/session-error.ts'
import { assertSessionId, assertStore } from '../contract/session-options.ts'
import type { SessionStore, StoredEvent, StoredRecord } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { blocksInRecord } from '../records/record-blobs.ts'
import { gapIn } from '../records/stored-events.ts'
import { toBase64 } from '../store/base64.ts'
import { hashOf, referredHashes } from '../store/blobs.ts'
import { TextDigest } from '../store/text-digest.ts'
import { RecordedPlaces } from './recorded-places.ts'
import { exportFormat, exportVersion, type LineCounts } from './session-lines.ts'

/** How a session is exported. */
export interface ExportOptions {
  /** What becomes of a session of which a record is damaged: `refuse` (default), or `leave-out`: what stands before that record is exported, and it and all behind it is left out. */
  readonly damaged?: 'refuse' | 'leave-out'
}

/**
 * All that a store has of a session, as lines of JSON without line breaks: for a file, another store, a report of a bug. Of a session that is
 * running, what it has at one moment. Events, blobs and notes that are damaged are left out, and the last line names them (`damagedEvents`, `damagedBlobs`, `damagedNotes`). Once the context ends, it throws the reason.
 * @throws SessionError `no_such_session`, `invalid_options`, `store_failed`: `damaged` with the `record` that is
 */
export async function* exportSession(
  store: SessionStore,
  id: string,
  options: ExportOptions = {},
  ctx?: Context,
): AsyncIterable<string> {
  assertStore(store)
  assertSessionId(id)
  assertOptionsOf(options, "exportSession(store, id, { damaged: 'leave-out' })", ['damaged'])
  assertChoice(options.damaged, 'damaged', ['refuse', 'leave-out'])
  const end: ExportEnd = { counts: { records: 0, events: 0, blobs: 0 } }
  const digest = new TextDigest()
  for await (const line of linesOf(store, id, { end, leavesOut: options.damaged === 'leave-out' }, ctx)) {
    const text = JSON.stringify(line)
    digest.add(text)
    yield text
  }
  const { counts, ...facts } = end
  yield JSON.stringify({ end: { ...counts, ...facts, checksum: digest.value } })
}

/** What the last line tells. */
interface ExportEnd {
  readonly counts: { -readonly [type in keyof LineCounts]: LineCounts[type] }
  isRunning?: true
  /** What could not be read, and is left out. */
  damagedNotes?: readonly number[]
  damagedEvents?: readonly EventCursor[]
  damagedBlobs?: readonly string[]
  /** The first record that could not be read: it and all behind it is left out. */
  damagedRecord?: number
}

interface Exporting {
  readonly end: ExportEnd
  readonly leavesOut: boolean
}

async function* linesOf(
  store: SessionStore,
  id: string,
  { end, leavesOut }: Exporting,
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
  const records = inStore(store.read(id), ctx)
  for await (const record of leavesOut ? soundOf(records, end) : records) {
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
  const isCut = end.damagedRecord !== undefined
  for (const stored of events) {
    const { epoch, seq, damage } = stored
    if (damage !== undefined) end.damagedEvents = [...(end.damagedEvents ?? []), { epoch, seq }]
    // One of which nothing is known is told of where others are that follow it.
    const isLate = (isCut || damage !== undefined) && compareCursors(stored, last) > 0
    if (isLate || !places.hasRunOf(stored.event)) continue
    counts.events++
    addHashes(stored.event)
    yield { ...(damage === undefined ? stored : gapIn(stored, id)) }
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
    const bytes = await soundBlob(store, hash)
    if (bytes === undefined) {
      end.damagedBlobs = [...(end.damagedBlobs ?? []), hash]
      continue
    }
    counts.blobs++
    yield { blob: hash, data: toBase64(bytes) }
  }
  if (!places.hasOpenRun) return
  const found = await askStore(() => store.find(id))
  if (found?.active !== undefined || (!isCut && found?.head !== counts.records)) end.isRunning = true
}

/** The records up to the first one that is damaged. */
async function* soundOf(records: AsyncIterable<StoredRecord>, end: ExportEnd): AsyncIterable<StoredRecord> {
  let count = 0
  try {
    for await (const record of records) {
      count++
      yield record
    }
  } catch (error) {
    // Without the first one there is nothing that could be exported.
    if (!isDamage(error) || count === 0) throw error
    end.damagedRecord = count
  }
}

/** The bytes of that hash; undefined where they are missing or others. */
async function soundBlob(store: SessionStore, hash: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await askStore(() => store.readBlob(hash))
    return bytes === undefined || ((await hashOf(new Uint8Array(bytes))) ?? hash) === hash ? bytes : undefined
  } catch (error) {
    if (isDamage(error)) return undefined
    throw error
  }
}

function isDamage(error: unknown): boolean {
  return isSessionError(error) && error.reason === 'damaged'
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
