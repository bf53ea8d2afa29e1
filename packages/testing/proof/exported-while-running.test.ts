import { isEvent, isTerminal } from '@geppetto/events'
import {
  createMemoryStore,
  exportSession,
  importSession,
  Session,
  type SessionStore,
  type SessionSummary,
  type StoredEvent,
  type StoredNote,
  type StoredRecord,
} from '@geppetto/session'
import { validateTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { collect, payingSession } from './paying-session.test-helper.ts'

/** What a store had of the session after one of the writes of a run. */
interface StoreState {
  readonly records: readonly StoredRecord[]
  readonly events: readonly StoredEvent[]
  readonly notes: readonly StoredNote[]
  readonly found: SessionSummary | undefined
}

async function stateOf(store: SessionStore): Promise<StoreState> {
  const [records, events] = [await collect(store.read('s')), await collect(store.readEvents('s'))]
  return { records, events, notes: await store.notes('s'), found: await store.find('s') }
}

function setUp() {
  const states: StoreState[] = []
  const onWrite = async () => {
    states.push(await stateOf(paying.inner))
  }
  const paying = payingSession(1, { onWrite })
  return { ...paying, states }
}

/** A store that has come further from each read to the next. */
function movingStore(states: readonly StoreState[], places: readonly number[]): SessionStore {
  let read = 0
  const next = (): StoreState => {
    const state = states[places[Math.min(read++, places.length - 1)] ?? 0]
    if (state === undefined) throw new Error('there is no such state')
    return state
  }
  return {
    ...createMemoryStore(),
    async *read() {
      yield* next().records
    },
    async *readEvents(_, after = { epoch: 0, seq: 0 }) {
      for (const event of next().events)
        if (event.epoch > after.epoch || (event.epoch === after.epoch && event.seq > after.seq)) yield event
    },
    notes: async () => next().notes,
    find: async () => next().found,
  }
}

/** Everything that a store can have come to by each of so many reads. */
function* waysThrough(count: number, reads: number, from = 0): Iterable<readonly number[]> {
  if (reads === 0) yield []
  else
    for (let place = from; place < count; place++)
      for (const rest of waysThrough(count, reads - 1, place)) yield [place, ...rest]
}

it('P7: an export is one moment of its run, whatever the run writes between each two reads', async () => {
  const { session, states, paid, options, builderOf } = setUp()
  expect([(await session.submit('Pay').wait()).status, paid()]).toEqual(['completed', 1])
  expect(states.length).toBeGreaterThan(5)
  const exports = new Map<string, readonly string[]>()
  for (const places of waysThrough(states.length, 5)) {
    const lines = await collect(exportSession(movingStore(states, places), 's'))
    exports.set(lines.join('\n'), lines)
  }
  const ended = new Set<string | undefined>()
  for (const lines of exports.values()) {
    const store = createMemoryStore(options)
    await importSession(store, lines)
    const moved = await Session.open(store, 's', { ...options, builder: builderOf() })
    const { lastRun, latest } = moved
    const events = (await collect(store.readEvents('s'))).map(({ event }) => event).filter((event) => isEvent(event))
    expect(events.filter(isTerminal)).toHaveLength(1)
    expect(events.at(-1)?.type).toBe(lastRun?.status === 'completed' ? 'run-finished' : 'run-cancelled')
    expect(latest && validateTurn(latest)).toEqual([])
    if (lastRun?.status === 'completed') expect(latest?.blocks.at(-1)).toMatchObject({ text: 'Done.' })
    else expect(lastRun?.status).toBe('cancelled')
    ended.add(lastRun?.status)
    if (lastRun?.status !== 'completed') await moved.resume().wait()
    expect(paid()).toBe(1)
  }
  expect(ended).toEqual(new Set(['completed', 'cancelled']))
})
