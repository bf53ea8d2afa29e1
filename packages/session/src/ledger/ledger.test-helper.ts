import { background } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import { createTurn, type Turn, userBlock } from '@geppetto/turns'
import { collect } from '../collect.test-helper.ts'
import type { SessionMetadata, SessionStore } from '../contract/store.ts'
import { History } from '../history/history.ts'
import { createMemoryStore } from '../memory-store.ts'
import { QueueLog } from '../records/queue-log.ts'
import { Ledger } from './ledger.ts'

let counter = 0
export function nextTurn(before?: Turn): Turn {
  const said = userBlock('Hi', { id: `blk_${++counter}`, createdAt: 1 })
  return createTurn({ id: `turn_${counter}`, createdAt: 1, blocks: [...(before?.blocks ?? []), said] })
}

/** The latest turn says more. */
export function grow(history: History): void {
  const { latest } = history
  if (latest !== undefined) history.replaceLatest({ ...nextTurn(latest), id: latest.id })
}

/** A ledger on a memory store, of which some methods are others. */
export function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const history = new History()
  let metadata: SessionMetadata = { title: 'first' }
  const source = {
    history,
    get metadata() {
      return metadata
    },
    queue: new QueueLog(),
  }
  const ledger = new Ledger(store, 's', 'me', source)
  let lost = 0
  const claim = (runId = 'run_1') =>
    ledger.claim(runId, background({ clock }), { onLost: () => lost++, onCancel: () => {} })
  const types = async () => (await collect(inner.read('s'))).map((record) => record.type)
  return {
    clock,
    source,
    store,
    inner,
    history,
    ledger,
    claim,
    types,
    setTitle: (title: string) => {
      metadata = { title }
    },
    get lost() {
      return lost
    },
  }
}

export const started = {
  type: 'run-started',
  runId: 'run_1',
  turnId: 'turn_1',
  startedAt: 1,
  epoch: 1,
  seq: 0,
} as const
export const never = <T>(): Promise<T> => new Promise<T>(() => {})
