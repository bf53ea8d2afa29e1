import { background, type Context } from '@geppetto/context'
import { compareCursors, EventSequence } from '@geppetto/events'
import { defined } from '@geppetto/turns'
import { defaultGraces } from '../contract/graces.ts'
import type { StoredEvent } from '../contract/store.ts'
import type { StoredSession } from '../history/stored-session.ts'
import { toStoredEvent } from '../ledger/journal.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { StoredRun } from '../records/stored-runs.ts'
import type { SettlementHost } from './run-host.ts'
import { settleUnwritten } from './settle-lost-run.ts'

/** A run that was active when its session was copied: it is settled there, and goes on no further in the copy. */
export interface CopiedRun {
  readonly sessionId: string
  readonly stored: StoredSession
  readonly run: StoredRun
  readonly events: readonly StoredEvent[]
  readonly readBlob: (hash: string) => Promise<Uint8Array | undefined>
}

/** Settles it in the history of the copy, as of an owner that is gone; what the copy's store needs beside the turns. */
export async function settleCopiedRun(
  { sessionId, stored, run, events, readBlob }: CopiedRun,
  ctx: Context | undefined,
): Promise<{ readonly records: readonly RunRecord[]; readonly events: readonly StoredEvent[] }> {
  const records: RunRecord[] = []
  const news: StoredEvent[] = []
  const sequence = new EventSequence()
  sequence.epoch = run.epoch
  const host: SettlementHost = {
    sessionId,
    sequence,
    graces: defaultGraces,
    leave(left, said) {
      records.push(...left)
      news.push(...said.map(toStoredEvent))
    },
    isAwaited: () => false,
    keep: (turn) => stored.history.replaceLatest(turn),
    free: () => {},
  }
  const store = {
    async *readEvents(_: string, after = { epoch: 0, seq: 0 }): AsyncIterable<StoredEvent> {
      yield* events.filter((event) => compareCursors(event, after) > 0)
    },
    readBlob,
  }
  const own = background(defined({ clock: ctx?.clock, ids: ctx?.ids }))
  await settleUnwritten({ store, host, ctx: own, stored, run })
  return { records, events: news }
}
