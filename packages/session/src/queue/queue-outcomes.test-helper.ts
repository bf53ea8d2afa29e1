import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { expect } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import type { RunResult } from '../contract/run-result.ts'
import type { SessionStore } from '../contract/store.ts'
import { createMemoryStore } from '../memory-store.ts'
import { Session } from '../session.ts'

const builder = {
  build: () => ({
    runInference: async (_: unknown, turn: Turn): Promise<Turn> => {
      await settlePromises()
      return appendBlocks(turn, assistantBlock('Well.'))
    },
  }),
}
const requests = ['1', '2', '3', '4']

interface Fate {
  /** The process dies in this commit. */
  readonly dies: number
  /** Whether that reaches the store. */
  readonly reaches: boolean
  /** Which prompt is cancelled, after how many steps. */
  readonly cancels: string
  readonly after: number
}

/** Three prompts wait behind a run, one is cancelled, the process dies, and another one goes on. How many commits there were. */
async function live({ dies, reaches, cancels, after }: Fate): Promise<number> {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  let commits = 0
  const never = new Promise<never>(() => {})
  const commit: SessionStore['commit'] = async (...input) => {
    if (++commits > dies) return never
    if (commits === dies && !reaches) return never
    const head = await inner.commit(...input)
    return commits === dies ? never : head
  }
  const alive = <T>(ask: () => Promise<T>): Promise<T> => (commits < dies ? ask() : never)
  const store: SessionStore = {
    ...{ ...inner, commit },
    renew: (...input) => alive(() => inner.renew(...input)),
    release: (...input) => alive(() => inner.release(...input)),
    appendEvents: (...input) => alive(() => inner.appendEvents(...input)),
    acquire: (...input) => alive(() => inner.acquire(...input)),
  }
  const told = new Map<string, RunResult>()
  const first = new Session({ id: 's', store, builder, clock: createManualClock() })
  const handles = requests.map((requestId) => {
    const handle = first.submit(requestId, { whenBusy: 'queue', requestId })
    void handle.wait().then((result) => told.set(requestId, result))
    return handle
  })
  for (let step = 0; step < after; step++) await Promise.resolve()
  void handles[requests.indexOf(cancels)]?.cancel()
  for (let wait = 0; wait < 60; wait++) await settlePromises()
  await clock.advance(20_000)
  if ((await inner.find('s')) === undefined) {
    expect(told.size).toBe(0)
    return commits
  }
  const second = await Session.open(inner, 's', { builder, clock })
  second.beginQueued()
  while (second.active !== undefined) await second.active.wait()
  const records = await collect(inner.read('s'))
  const ids = records.flatMap(({ type, runId }) => (type === 'prompt-ended' ? [runId] : []))
  expect(new Set(ids).size).toBe(ids.length)
  const settled = records.flatMap(({ type, runId }) => (type === 'run-settled' ? [runId] : []))
  expect(new Set(settled).size).toBe(settled.length)
  for (const [requestId, { status, stop, runId }] of told) {
    const again = await second.submit(requestId, { requestId }).wait()
    expect([again.runId, again.status, again.stop]).toEqual([runId, status, stop])
  }
  return commits
}

/** Wherever one of them is cancelled, at every `step`th step, and the process dies. */
export async function liveEverywhere(step: number): Promise<void> {
  const count = await live({ dies: Number.POSITIVE_INFINITY, reaches: true, cancels: '', after: 0 })
  expect(count).toBeGreaterThan(4)
  for (let dies = 1; dies <= count + 1; dies++)
    for (const reaches of [true, false])
      for (const cancels of requests)
        for (let after = 0; after < 60; after += step) await live({ dies, reaches, cancels, after })
}
