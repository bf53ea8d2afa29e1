import type { Context } from '@geppetto/context'
import { isJsonObject, type JsonObject } from '@geppetto/turns'
import { toBase64 } from './base64.ts'
import { referredHashes } from './blobs.ts'
import { blocksInRecord } from './record-blobs.ts'
import { SessionError } from './session-error.ts'
import { exportFormat, exportVersion, type LineCounts } from './session-lines.ts'
import { assertSessionId, assertStore } from './session-options.ts'
import type { SessionStore } from './store.ts'
import { askStore } from './store-error.ts'
import { TextDigest } from './text-digest.ts'

/**
 * All that a store has of a session, as lines of JSON without line breaks: for a file, another store, a report of a bug. Of a session that is
 * running, what it has at that moment. Once the context ends, it throws the reason.
 * @throws SessionError `no_such_session`, `invalid_stored_session` when a blob is missing, `store_failed`
 */
export async function* exportSession(store: SessionStore, id: string, ctx?: Context): AsyncIterable<string> {
  assertStore(store)
  assertSessionId(id)
  const counts = { records: 0, events: 0, blobs: 0 }
  const digest = new TextDigest()
  for await (const line of linesOf(store, id, counts, ctx)) {
    const text = JSON.stringify(line)
    digest.add(text)
    yield text
  }
  yield JSON.stringify({ end: { ...counts, checksum: digest.value } })
}

async function* linesOf(
  store: SessionStore,
  id: string,
  counts: { -readonly [type in keyof LineCounts]: number },
  ctx: Context | undefined,
): AsyncIterable<JsonObject> {
  const hashes = new Set<string>()
  const runIds = new Set<string>()
  yield { format: exportFormat, v: exportVersion, sessionId: id }
  for await (const record of inStore(store.read(id), ctx)) {
    counts.records++
    // The beginning of a run may not have reached the store.
    const isOfRun = record.type === 'run-started' || record.type === 'run-settled'
    if (isOfRun && typeof record.runId === 'string') runIds.add(record.runId)
    for (const block of blocksInRecord(record)) for (const hash of referredHashes(block)) hashes.add(hash)
    yield { record }
  }
  if (counts.records === 0) throw new SessionError('no_such_session', `the store has no session ${id} to export`)
  for await (const { event, ...place } of inStore(store.readEvents(id), ctx)) {
    // A run that began meanwhile has no record here.
    if (!isOfRuns(event, runIds)) continue
    counts.events++
    for (const hash of referredHashes(event)) hashes.add(hash)
    yield { ...place, event }
  }
  for (const hash of hashes) {
    ctx?.signal.throwIfAborted()
    const bytes = await askStore(() => store.readBlob(hash))
    if (bytes === undefined) throw new SessionError('invalid_stored_session', `the blob ${hash} is missing`)
    counts.blobs++
    yield { blob: hash, data: toBase64(bytes) }
  }
}

function isOfRuns({ correlation }: JsonObject, runIds: ReadonlySet<string>): boolean {
  const { runId, parentRunId } = isJsonObject(correlation) ? correlation : {}
  if (typeof runId !== 'string' || runIds.has(runId)) return true
  return typeof parentRunId === 'string' && runIds.has(parentRunId)
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
