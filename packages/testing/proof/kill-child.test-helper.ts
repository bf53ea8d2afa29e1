import { appendFileSync } from 'node:fs'
import type { Clock } from '@geppetto/context'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { seededRandom } from '../src/seeded-random.ts'
import { live } from './kill-program.test-helper.ts'
import { createCompany, storeWithPlaces } from './kill-store.test-helper.ts'
import { storeWithWrites, type Write } from './kill-writes.test-helper.ts'
import { slowStore } from './slow-store.test-helper.ts'

// A process that talks in its sessions, side by side, and kills itself at the place with the number that it is given. What it did, what a sink was told, and what the store
// answered stands in files, in a folder for each session.

/** What the process is to do. */
export interface Doom {
  readonly folder: string
  readonly sessionIds: readonly string[]
  readonly startMs: number
  /** The place at which it dies. */
  readonly deadline: number
  /** Of a slow store, which is slow in the way of that number. */
  readonly slowness?: number | undefined
}

const { folder, sessionIds, startMs, deadline, slowness }: Doom = JSON.parse(process.argv[2] ?? '')
// A clock for each: what one session waits for does not let time pass for another.
const clocks = new Map(sessionIds.map((id): [string, ManualClock] => [id, createManualClock(startMs)]))
let places = 0
/** How many writes the store owes an answer. */
let owed = 0

function reach(place: string): void {
  if (++places !== deadline) return
  for (const [id, clock] of clocks) write(id, 'end', { place, time: clock.now() })
  process.kill(process.pid, 'SIGKILL')
}

function write(id: string, file: 'seen' | 'effects' | 'writes' | 'end', value: unknown): void {
  appendFileSync(`${folder}/${id}/${file}`, `${JSON.stringify(value)}\n`)
}

/** The time of the session that has come farthest. The store asks for it in the middle of a write. */
function clockOfAll(): Clock {
  const now = () => {
    reach(`in a write${owed > 1 ? ' of several' : ''}`)
    return Math.max(...[...clocks.values()].map((clock) => clock.now()))
  }
  return { now, schedule: () => () => {} }
}

async function talk([id, clock]: [string, ManualClock], index: number): Promise<void> {
  const withPlaces = storeWithPlaces(store, reach)
  const shared = isAlone ? withPlaces : inCompany(withPlaces)
  const slow = slowness === undefined ? shared : slowStore(shared, seededRandom(slowness + index))
  const told = storeWithWrites(slow, (said) => {
    owed += said.what === 'asked' ? 1 : -1
    write(id, 'writes', { ...said, time: clock.now() } satisfies Write)
  })
  await live({
    ...{ clock, reach, store: told, sessionId: id },
    effect: (callId, tool) => write(id, 'effects', { callId, tool }),
    saw: (event) => write(id, 'seen', event),
  })
}

const [only, ...others] = clocks.values()
const isAlone = only !== undefined && others.length === 0
const store = openSqliteStore(`${folder}/sessions.sqlite`, { clock: isAlone ? only : clockOfAll() })
const inCompany = createCompany()
await Promise.all([...clocks].map(talk))
store.close()
for (const [id, clock] of clocks) write(id, 'end', { place: undefined, time: clock.now(), places })
