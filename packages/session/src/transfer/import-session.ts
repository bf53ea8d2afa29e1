import type { Context } from '@geppetto/context'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { isSessionError, SessionError } from '../contract/session-error.ts'
import { assertStore } from '../contract/session-options.ts'
import type { Lease, SessionStore, StoredEvent, StoredRecord } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { type RecordPlace, refuse } from '../contract/stored-field.ts'
import { dismissCalls } from '../history/dismissed-calls.ts'
import { readSession, type StoredSession } from '../history/stored-session.ts'
import { assertValidTurns } from '../history/valid-stored-turns.ts'
import { leaseTtlMs } from '../ledger/lease-keeper.ts'
import { BlockEncoder } from '../records/block-encoder.ts'
import { blocksOf, encodeRecord, type SessionRecord } from '../records/session-record.ts'
import { settleCopiedRun } from '../runs/settle-copied-run.ts'
import { referredHashes } from '../store/blobs.ts'
import { assertImport, type ImportOptions } from './import-options.ts'
import { type Imported, readLines } from './imported-lines.ts'
import { fillHoles, refuseLosses } from './lost-parts.ts'
import { recordsOfNotes } from './records-of-notes.ts'
import { maxImportedNumber, refuseLine } from './session-lines.ts'

/**
 * Writes an exported session to a store, as one: nothing, where something is wrong with it. Returns its id. Its next owner has a higher number (`epoch`) than those before. Once the context ends, it rejects with the reason; until the last line is read, nothing is written.
 * @throws SessionError `invalid_import` naming the line, `unsupported_version`, `session_exists`, `store_failed`; SessionBusyError
 */
export async function importSession(
  store: SessionStore,
  lines: AsyncIterable<string> | Iterable<string>,
  options: ImportOptions = {},
  ctx?: Context,
): Promise<string> {
  assertStore(store)
  assertImport(lines, options)
  const imported = await readLines(lines, ctx)
  const id = options.id ?? imported.sessionId ?? ''
  if (options.allowChanges !== true) refuseLosses(imported)
  fillHoles(imported)
  const session = await assertReadable(imported, id)
  if (imported.end?.isUnchanged === false && options.allowChanges !== true)
    refuseLine(imported.end.line, `${changedHint}: pass { allowChanges: true } where you trust it`)
  ctx?.signal.throwIfAborted()
  const isCopy = id !== imported.sessionId
  const isElsewhere = isCopy || imported.end?.isRunning === true
  const { openCalls = isElsewhere ? 'dismiss' : 'keep' } = options
  if (openCalls === 'keep') await takeInNotes(imported, id, session)
  else {
    leaveQueue(imported, session)
    await leaveOpenCalls(imported, session, ctx)
  }
  const { events: eventsBefore, blobs } = imported
  const records = imported.records.map(asRecord)
  const events = isCopy ? eventsBefore.map((event) => ofSession(event, imported.sessionId, id)) : eventsBefore
  const lease = await acquireBehind(store, id, lastEpoch({ records, events }) + unseenOwners)
  try {
    await askStore(() => store.commit(lease, 0, { records, events: { events }, blobs, release: true }))
  } catch (error) {
    // What went wrong is said already; a lease that is not given back ends by itself.
    await store.release(lease).catch(ignoreSecondFailure)
    throw error
  }
  return id
}

/** So many owners may the first session have had since it was exported: a reader of theirs is told that the store does not have it, and not taken for one of the next. */
const unseenOwners = 1_000_000

const changedHint = 'its checksum is not that of the lines before it, so the file was changed after it was exported'

/** Adds what leaves the open calls to the session that this is a copy of, also those that a run was about to make which was active when it was exported. */
async function leaveOpenCalls(imported: Imported, stored: StoredSession, ctx: Context | undefined): Promise<void> {
  const { sessionId = '', records, events, end } = imported
  const { history, runs } = stored
  const { changes } = history.mark
  const run = runs.open
  const settled =
    run && (await settleCopiedRun({ sessionId, stored, run, events, readBlob: blobReader(imported) }, ctx))
  const runningTurnId = end?.isRunning === true ? run?.turnId : undefined
  history.replaceUnfinished((turn) => dismissCalls(turn, turn.id === runningTurnId))
  for (const turn of history.changesSince(changes)) records.push(encodeRecord({ type: 'turn', turn }))
  for (const record of settled?.records ?? []) records.push(encodeRecord(record))
  events.push(...(settled?.events ?? []))
}

/** Takes in what others had left. A store takes notes one by one, so that they come as what its owner would write of them. */
async function takeInNotes({ records, notes, blobs }: Imported, id: string, stored: StoredSession): Promise<void> {
  const news = recordsOfNotes(notes.map(asRecord), id, stored)
  const encoder = new BlockEncoder(stored.hashes)
  blobs.push(...(await encoder.prepare(news.flatMap(blocksOf))))
  for (const record of news) records.push(encodeRecord(record, (block) => encoder.encode(block)))
}

/** The prompts that wait in the first session are as if they had never been said in this one. */
function leaveQueue(imported: Imported, { queue }: StoredSession): void {
  const left = new Set<unknown>(queue.waiting.map(({ runId }) => runId))
  const isLeft = ({ type, runId }: JsonObject): boolean =>
    (type === 'prompt-queued' || type === 'prompt-edited') && left.has(runId)
  imported.records = imported.records.filter((record) => !isLeft(record))
}

function blobReader({ blobs }: Pick<Imported, 'blobs'>): (hash: string) => Promise<Uint8Array | undefined> {
  const bytes = new Map(blobs.map((blob) => [blob.hash, blob.bytes]))
  return async (hash) => bytes.get(hash)
}

/** The session is opened as it would be from a store. @throws SessionError `invalid_import` naming the line */
async function assertReadable(
  { records, recordLines, events, eventLines, blobs }: Imported,
  id: string,
): Promise<StoredSession> {
  const bytes = new Map(blobs.map((blob) => [blob.hash, blob.bytes]))
  const source = {
    async *read(): AsyncIterable<StoredRecord> {
      yield* records.map(asRecord)
    },
    readBlob: blobReader({ blobs }),
  }
  let session: StoredSession
  try {
    session = await readSession(source, id, assertRoom)
    assertValidTurns(session, id)
  } catch (error) {
    if (!isSessionError(error) || error.code === 'unsupported_version') throw error
    return refuseLine(recordLines[error.record ?? 0] ?? 1, error.message, error)
  }
  for (const [index, { event }] of events.entries()) {
    const missing = referredHashes(event).find((hash) => !bytes.has(hash))
    if (missing !== undefined) refuseLine(eventLines[index] ?? 1, `the blob ${missing} is missing`)
  }
  return session
}

/** What comes next must find numbers that no event has. */
function assertRoom(record: SessionRecord, _: unknown, place: RecordPlace): void {
  for (const field of ['epoch', 'seq'] as const) {
    const number = record.type === 'step-reached' && field === 'seq' ? record.seq : isPlace(record) ? record[field] : 0
    if (number > maxImportedNumber) refuse(place, field, `${field} must be at most 2 ** 51`)
  }
}

function isPlace(record: SessionRecord): record is Extract<SessionRecord, { readonly epoch: number }> {
  return record.type === 'run-started' || record.type === 'run-settled'
}

/** What it lacks of a record, reading it says. */
function asRecord({ v, type, ...fields }: JsonObject): StoredRecord {
  return { ...fields, v: typeof v === 'number' ? v : 0, type: typeof type === 'string' ? type : '' }
}

/** The event as one that tells of this session. */
function ofSession(stored: StoredEvent, from: string | undefined, sessionId: string): StoredEvent {
  const { event } = stored
  const { correlation } = event
  if (!isJsonObject(correlation) || correlation.sessionId !== from) return stored
  return { ...stored, event: { ...event, correlation: { ...correlation, sessionId } } }
}

/** The number of the newest owner that is known of. A reader goes on where it stood in the other store: what comes next must be behind that. */
function lastEpoch({
  records,
  events,
}: {
  readonly records: readonly StoredRecord[]
  readonly events: readonly StoredEvent[]
}): number {
  let last = 0
  for (const record of records) if (isOfRun(record)) last = Math.max(last, epochOf(record))
  for (const { epoch } of events) last = Math.max(last, epoch)
  return last
}

/** Whether it tells the place of an event. */
function isOfRun({ type }: StoredRecord): boolean {
  return type === 'run-started' || type === 'run-settled'
}

function epochOf({ epoch }: JsonObject): number {
  return typeof epoch === 'number' && Number.isSafeInteger(epoch) && epoch > 0 ? epoch : 0
}

/** A lease with a number of at least `token`. */
async function acquireBehind(store: SessionStore, id: string, token: number): Promise<Lease> {
  const request = { ttlMs: leaseTtlMs, holder: 'import', runId: `import of ${id}`, minToken: token }
  return askStore(async () => {
    const lease = await store.acquire(id, request)
    if ((await store.find(id)) === undefined) return lease
    await store.release(lease)
    throw new SessionError('session_exists', `the store has a session ${id} already: import it under another id`)
  })
}

function ignoreSecondFailure(): void {}
