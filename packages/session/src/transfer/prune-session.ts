import type { Context } from '@geppetto/context'
import { isJsonObject, type JsonObject, quote } from '@geppetto/turns'
import { assertOptionsOf } from '../contract/known-options.ts'
import { SessionError } from '../contract/session-error.ts'
import { assertSessionId, assertStore } from '../contract/session-options.ts'
import type { SessionStore, StoredEvent } from '../contract/store.ts'
import { askStore } from '../contract/store-error.ts'
import { gapFor } from '../records/gap.ts'

/** What of a session's events is kept. */
export interface PruneOptions {
  /** The events of how many settled runs, the newest, stay. */
  readonly keepRuns: number
}

/**
 * Throws away the events of older runs, and leaves a `gap` event in their place; what was said is in the turns. Those of a run that has not
 * been settled stay, and so do all that came after. How many events are gone. Once the context ends, it rejects with the reason; what has been thrown away by then is
 * all or nothing.
 * @throws SessionError `no_such_session`, `invalid_options`, `store_failed`
 */
export async function pruneSession(
  store: SessionStore,
  id: string,
  options: PruneOptions,
  ctx?: Context,
): Promise<number> {
  assertStore(store)
  assertSessionId(id)
  assertOptionsOf(options, 'pruneSession(store, id, { keepRuns })', ['keepRuns'])
  const { keepRuns } = options
  if (!Number.isSafeInteger(keepRuns) || keepRuns < 0)
    throw new SessionError('invalid_options', `keepRuns must be a whole number of at least 0, not ${quote(keepRuns)}`, {
      field: 'keepRuns',
    })
  const old = await askStore(() => oldEvents(store, id, keepRuns, ctx))
  ctx?.signal.throwIfAborted()
  const last = old.at(-1)
  // The gap of an earlier time alone has nothing to tell that it does not tell already.
  if (last === undefined || (old.length === 1 && last.event.type === 'gap')) return 0
  const { epoch, seq } = last
  await askStore(() => store.pruneEvents(id, last, { epoch, seq, event: gapFor(old, id) }))
  return old.filter(({ event }) => event.type !== 'gap').length
}

/** Those that are to go. Stops early where the context ends. */
async function oldEvents(
  store: SessionStore,
  id: string,
  keepRuns: number,
  ctx: Context | undefined,
): Promise<readonly StoredEvent[]> {
  const settled = await settledRuns(store, id)
  const disposable = new Set(settled.slice(0, Math.max(0, settled.length - keepRuns)))
  const old: StoredEvent[] = []
  for await (const stored of store.readEvents(id)) {
    if (ctx?.signal.aborted === true || !isDisposable(stored.event, disposable)) break
    old.push(stored)
  }
  return old
}

/** The ids of the runs that have been settled, in that order. */
async function settledRuns(store: SessionStore, id: string): Promise<readonly string[]> {
  const settled = new Set<string>()
  let isThere = false
  for await (const { type, runId } of store.read(id)) {
    isThere = true
    if (type === 'run-settled' && typeof runId === 'string') settled.add(runId)
  }
  if (!isThere) throw new SessionError('no_such_session', `the store has no session ${id} to prune`)
  return [...settled]
}

/** Events of no run, and those of runs that tools have started, go with what is around them. */
function isDisposable({ correlation }: JsonObject, disposable: ReadonlySet<string>): boolean {
  const { runId, parentRunId } = isJsonObject(correlation) ? correlation : {}
  if (typeof runId !== 'string' || disposable.has(runId)) return true
  return typeof parentRunId === 'string' && disposable.has(parentRunId)
}
