import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSessionBusyError, isSessionConflictError, type Lease } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { toErrorData } from '@geppetto/turns'
import { seededRandom } from '../src/seeded-random.ts'

// A process that takes the session again and again, and commits to it. Now and then it dawdles between the two: then it says so, and waits for
// a word, to be stopped, or to be killed.

/** What a fighter tells. */
export type FighterMessage =
  | { readonly type: 'committed'; readonly token: number; readonly head: number; readonly next: number }
  /** `wasStopped`: after it had slept until another one had committed. */
  | { readonly type: 'refused'; readonly token: number; readonly wasStopped: boolean }
  /** To be stopped it holds a lease that runs out soon, to be killed one that never would. */
  | { readonly type: 'dawdles'; readonly token: number; readonly wants: 'stop' | 'kill' }
  | { readonly type: 'failed'; readonly message: string }

const [path = '', name = '', seed = ''] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const oneIn = (count: number): boolean => random(count) === 0
const store = openSqliteStore(path, { durability: 'process', lockTimeoutMs: 60_000 })
/** Of the leases that it takes, in turn. */
const intentions = Array.from({ length: 45 }, (_, index) =>
  index === 44 ? 'kill' : index % 15 === 14 ? 'stop' : undefined,
)
let taken = 0
let isOver = false
process.on('message', (word) => {
  isOver ||= word === 'end'
})

function tell(message: FighterMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()))
}

async function fight(round: number): Promise<void> {
  const wants = intentions[(taken + 1) % intentions.length]
  const ttlMs = wants === 'kill' ? 1e9 : 30
  const lease = await take(ttlMs, `${name}-${round}`)
  if (lease === undefined) return void (await sleep(random(3)))
  taken++
  const head = (await store.find('s'))?.head ?? 0
  await write(lease, head, wants !== undefined && (await dawdle(lease, wants)) === 'late')
}

async function dawdle({ token }: Lease, wants: 'stop' | 'kill'): Promise<unknown> {
  const heard = once(process, 'message')
  await tell({ type: 'dawdles', token, wants })
  const [word] = await heard
  return word
}

async function take(ttlMs: number, runId: string): Promise<Lease | undefined> {
  try {
    return await store.acquire('s', { ttlMs, holder: name, runId })
  } catch (error) {
    if (isSessionBusyError(error)) return undefined
    throw error
  }
}

async function write(lease: Lease, head: number, wasStopped: boolean): Promise<void> {
  const { token } = lease
  const at = (seq: number) => ({ epoch: token, seq, event: { by: name } })
  const records = Array.from({ length: 1 + random(3) }, () => ({ v: 1, type: 'blow', by: name, token, behind: head }))
  try {
    if (oneIn(2)) await store.appendEvents(lease, { events: [at(0)] })
    // Some leases are never given back.
    const next = await store.commit(lease, head, { records, events: { events: [at(1)] }, release: !oneIn(20) })
    await tell({ type: 'committed', token, head, next })
  } catch (error) {
    if (!isSessionConflictError(error)) throw error
    await tell({ type: 'refused', token, wasStopped })
  }
}

try {
  for (let round = 0; !isOver; round++) await fight(round)
} catch (error) {
  await tell({ type: 'failed', message: toErrorData(error).message })
} finally {
  store.close()
  process.disconnect?.()
}
