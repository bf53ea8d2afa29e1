import type { JsonObject } from '@geppetto/turns'
import { SessionError } from '../contract/session-error.ts'
import type { Head, SessionMetadata, SessionStore, StoredRecord } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { type RecordPlace, refuse } from '../contract/stored-field.ts'
import type { PromptRecord } from '../records/prompt-record.ts'
import { blocksInRecord, withBlobs } from '../records/record-blobs.ts'
import type { RunRecord } from '../records/run-record.ts'
import { decodeRecord, type SessionRecord } from '../records/session-record.ts'
import { StoredQueue } from '../records/stored-queue.ts'
import { StoredRuns } from '../records/stored-runs.ts'
import { mentionsMedia, parseLine, parseStored, requireRecord, unreadTurn } from '../records/unread-turn.ts'
import { createBlobReader, hasReferences, referredHashes } from '../store/blobs.ts'
import { History } from './history.ts'

/** What a store has of a session. */
export interface StoredSession {
  readonly head: Head
  /** The newest record, as it is stored. */
  readonly last: StoredRecord
  readonly metadata: SessionMetadata
  readonly history: History
  readonly runs: StoredRuns
  readonly queue: StoredQueue
  /** The newest record of each turn. */
  readonly turnRecords: ReadonlyMap<string, number>
  /** The blobs that it refers to. */
  readonly hashes: ReadonlySet<string>
}

/**
 * Reads a session from its store. Where that gives texts, what became of turns is read when it is asked for, and may be refused then. `watch` is shown each record, and
 * the history as it was before: then all is read.
 * @throws SessionError `no_such_session` when it has no record; `invalid_stored_session`, `unsupported_version` when its records cannot be
 * read; `store_failed`
 */
export async function readSession(
  store: Pick<SessionStore, 'read' | 'readLines' | 'readBlob'>,
  sessionId: string,
  watch?: Watch,
): Promise<StoredSession> {
  const reading = new Reading(store, sessionId, watch)
  await askStore(async () => {
    if (store.readLines === undefined || watch !== undefined)
      for await (const stored of store.read(sessionId)) await reading.take(stored)
    else for await (const page of store.readLines(sessionId)) await reading.takeLines(page)
  })
  const { last } = reading
  if (last !== undefined) return { ...reading.found, last }
  throw new SessionError(
    'no_such_session',
    `the store has no session ${sessionId}: make one with new Session({ id, store, … })`,
  )
}

type Watch = (record: SessionRecord, history: History, place: RecordPlace) => void

/** What the records of a session come to, one after the other. */
class Reading {
  readonly #sessionId: string
  readonly #readBlob: (hash: string) => Promise<string>
  readonly #watch: Watch | undefined
  readonly #history = new History()
  readonly #runs = new StoredRuns()
  readonly #queue = new StoredQueue()
  readonly #turnRecords = new Map<string, number>()
  readonly #hashes = new Set<string>()
  #metadata: SessionMetadata = {}
  #head = 0
  #last: StoredRecord | string | undefined

  constructor(store: Pick<SessionStore, 'readBlob'>, sessionId: string, watch: Watch | undefined) {
    this.#sessionId = sessionId
    this.#readBlob = createBlobReader((hash) => askStore(() => store.readBlob(hash)))
    this.#watch = watch
  }

  get found(): Omit<StoredSession, 'last'> {
    return {
      head: this.#head,
      metadata: this.#metadata,
      history: this.#history,
      runs: this.#runs,
      queue: this.#queue,
      turnRecords: this.#turnRecords,
      hashes: this.#hashes,
    }
  }

  /** The newest record. @throws SessionError `invalid_stored_session` */
  get last(): StoredRecord | undefined {
    const last = this.#last
    if (typeof last !== 'string') return last
    const place = { sessionId: this.#sessionId, record: this.#head - 1 }
    return requireRecord(place, parseStored(place, last))
  }

  async take(stored: StoredRecord): Promise<void> {
    this.#last = stored
    await this.#read(stored, this.#next())
  }

  /** Records as lines. One of a turn is not read before it is asked for. */
  async takeLines(page: string): Promise<void> {
    const lines = { page, sessionId: this.#sessionId }
    const hasMedia = mentionsMedia(page)
    let start = 0
    while (start < page.length) {
      const lineFeed = page.indexOf('\n', start)
      const end = lineFeed < 0 ? page.length : lineFeed
      const turn = hasMedia ? undefined : unreadTurn(lines, start, end, this.#head, this.#history.headId)
      if (turn !== undefined && this.#history.findMisplaced(turn) === undefined) {
        this.#history.apply(turn)
        this.#turnRecords.set(turn.id, this.#head++)
      } else {
        const place = this.#next()
        const reading = this.#read(parseLine(place, page, start, end), place)
        // Most need no waiting.
        if (reading !== undefined) await reading
      }
      if (end === page.length) this.#last = page.slice(start)
      start = end + 1
    }
  }

  #next(): RecordPlace {
    return { sessionId: this.#sessionId, record: this.#head++ }
  }

  #read(stored: unknown, place: RecordPlace): Promise<void> | undefined {
    const blocks = blocksInRecord(stored)
    if (blocks.some(hasReferences)) return this.#readWithBlobs(requireRecord(place, stored), blocks, place)
    this.#takeIn(decodeRecord(stored, place), place)
    return undefined
  }

  async #readWithBlobs(stored: StoredRecord, blocks: readonly JsonObject[], place: RecordPlace): Promise<void> {
    for (const block of blocks) for (const hash of referredHashes(block)) this.#hashes.add(hash)
    this.#takeIn(decodeRecord(await withBlobs(stored, this.#readBlob, place), place), place)
  }

  #takeIn(record: SessionRecord | undefined, place: RecordPlace): void {
    if (record === undefined) return
    this.#watch?.(record, this.#history, place)
    if (record.type === 'session') this.#metadata = record.metadata
    else {
      takeIn(this.#history, record, place)
      if (record.type === 'turn') this.#turnRecords.set(record.turn.id, place.record)
      if (isRunRecord(record)) this.#runs.accept(record)
      else if (isPromptRecord(record)) takeInPrompt({ runs: this.#runs, queue: this.#queue }, record, place)
    }
  }
}

/** @throws SessionError `invalid_stored_session` when it does not fit what was before */
function takeIn(
  history: History,
  record: Exclude<SessionRecord, { readonly type: 'session' }>,
  place: RecordPlace,
): void {
  const requireTurn = (turnId: string, field: string): void => {
    if (!history.has(turnId)) refuse(place, field, `${field} is turn ${turnId}, which is missing`)
  }
  switch (record.type) {
    case 'turn': {
      const misfit = history.findMisfit(record.turn)
      if (misfit !== undefined) refuse(place, `turn.${misfit.field}`, `turn.${misfit.why}`)
      return history.apply(record.turn)
    }
    case 'head':
      requireTurn(record.turnId, 'turnId')
      return history.checkout(record.turnId)
    case 'completed':
      for (const [index, turnId] of record.turnIds.entries()) requireTurn(turnId, `turnIds[${index}]`)
      for (const turnId of record.turnIds) history.complete(turnId)
      return
    case 'run-started':
      // Where it is found unsettled, it is settled as the latest turn.
      if (history.headId !== record.turnId)
        refuse(place, 'turnId', `turnId is ${record.turnId}, which is not the latest turn`)
      return
    case 'run-settled':
      requireTurn(record.turnId, 'turnId')
      if (record.status === 'completed') history.complete(record.turnId)
      return
    default:
      // They tell of no turn.
      return
  }
}

/** @throws SessionError `invalid_stored_session` when it does not fit what was before */
function takeInPrompt(
  { runs, queue }: Pick<StoredSession, 'runs' | 'queue'>,
  record: PromptRecord,
  place: RecordPlace,
) {
  const misfit = queue.findMisfit(record)
  if (misfit !== undefined) refuse(place, 'runId', misfit)
  const answered = queue.accept(record)
  if (answered !== undefined) runs.requests.set(answered.requestId, answered.answer)
}

function isRunRecord(record: SessionRecord): record is RunRecord {
  switch (record.type) {
    case 'run-started':
    case 'step-reached':
    case 'call-started':
    case 'run-settled':
      return true
    default:
      return false
  }
}

function isPromptRecord(record: SessionRecord): record is PromptRecord {
  return record.type === 'prompt-queued' || record.type === 'prompt-edited' || record.type === 'prompt-ended'
}
