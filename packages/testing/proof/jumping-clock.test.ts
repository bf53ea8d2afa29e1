import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock, type ManualClock } from '@geppetto/context/manual-clock'
import type { Event } from '@geppetto/events'
import { isSessionConflictError } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { validateTurn } from '@geppetto/turns'
import { expect, it, onTestFinished } from 'vitest'
import { lostTexts } from '../src/lost-in-run.ts'
import {
  canBeResumed,
  finished,
  type KillWorld,
  openOrMake,
  prompts,
  promptsOf,
  reopen,
  settled,
  toolEffects,
} from './kill-program.test-helper.ts'
import { storeWithPlaces } from './kill-store.test-helper.ts'

const hour = 3_600_000

/** A clock whose time can be set, as that of a machine: what is scheduled goes by how long it takes. */
function settable(inner: ManualClock): ManualClock & { set: (byMs: number) => void } {
  let offset = 0
  return {
    now: () => inner.now() + offset,
    schedule: (...input) => inner.schedule(...input),
    advance: (ms) => inner.advance(ms),
    runNext: () => inner.runNext(),
    get scheduled() {
      return inner.scheduled
    },
    set: (byMs) => {
      offset += byMs
    },
  }
}

const places = [
  'after commit',
  'said in reasoning',
  'before pay',
  'in pay',
  'before appendEvents',
  'after run-rolled-back',
]

it.each(places.flatMap((place) => [hour, -hour, 10_000].map((byMs) => ({ place, byMs }))))(
  'P1, P3, P5, P7: a clock that is set by $byMs ms $place costs no more than the run',
  async ({ place, byMs }) => {
    const path = join(mkdtempSync(join(tmpdir(), 'geppetto-clock-')), 'sessions.sqlite')
    onTestFinished(() => rmSync(join(path, '..'), { recursive: true }))
    const clock = settable(createManualClock(2 * hour))
    const store = openSqliteStore(path, { clock })
    onTestFinished(() => store.close())
    let isSet = false
    const effects: string[] = []
    const seen: Event[] = []
    const world: KillWorld = {
      ...{ clock, store: storeWithPlaces(store, reach) },
      reach,
      effect: (callId, tool) => {
        if (toolEffects[tool] === 'side-effecting') effects.push(callId)
      },
      saw: (event) => seen.push(event),
    }
    function reach(at: string): void {
      if (isSet || at !== place) return
      isSet = true
      clock.set(byMs)
    }
    const session = await openOrMake(world)
    const handle = session.submit(prompts[0] ?? '')
    const result = await settled(world, handle)
    expect(isSet).toBe(true)
    // Set forwards it ends the lease: the end of the run cannot be written, and its turn goes with the next one.
    const ends = byMs > 0 ? ['completed', 'failed'] : ['completed']
    expect(ends).toContain(result.status)
    if (result.status === 'failed') expect(isSessionConflictError(result.error), String(result.error)).toBe(true)
    expect(validateTurn(result.turn)).toEqual([])
    expect(lostTexts(seen, result)).toEqual([])
    const next = canBeResumed(session) ? session.resume() : session.submit(prompts[1] ?? '')
    await finished(world, next)
    expect(new Set(effects).size).toBe(effects.length)
    const opened = await reopen({ ...world, store })
    expect(opened?.latest).toEqual(session.latest)
    expect(promptsOf(session)[0]).toBe(prompts[0])
  },
)
