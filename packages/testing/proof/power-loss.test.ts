import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { SessionStore } from '@geppetto/session'
import { openSqliteStore } from '@geppetto/store-sqlite'
import { isSameJson, validateTurn } from '@geppetto/turns'
import { expect, it, onTestFinished } from 'vitest'
import { seededRandom } from '../src/seeded-random.ts'
import { live, reopen } from './kill-program.test-helper.ts'
import { storeWithPlaces } from './kill-store.test-helper.ts'

/** A commit that was told of, and how long the log was by then. */
interface ToldCommit {
  readonly head: number
  readonly logBytes: number
}

const still = { reach: () => {}, effect: () => {}, saw: () => {} }

/** A session, and the log of all that was written of it: of a log that is on the disk up to some byte, SQLite takes what is whole. */
async function liveWithLog(folder: string) {
  const path = join(folder, 'sessions.sqlite')
  const clock = createManualClock()
  const store = openSqliteStore(path, { clock })
  onTestFinished(() => store.close())
  const told: ToldCommit[] = []
  const watched: SessionStore = {
    ...storeWithPlaces(store, still.reach),
    async commit(...args) {
      const head = await store.commit(...args)
      told.push({ head, logBytes: statSync(`${path}-wal`).size })
      return head
    },
  }
  const session = await live({ clock, store: watched, ...still })
  return { path, told, session, file: readFileSync(path), log: readFileSync(`${path}-wal`), endedAt: clock.now() }
}

it('P1, P5, P12: whatever a loss of power leaves of the log, what was told to be committed is there, and the session opens', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-power-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { told, session, file, log, endedAt } = await liveWithLog(folder)
  // Nothing has been taken from the log into the file: each length of it is a moment.
  expect(told.at(-1)?.logBytes).toBeLessThanOrEqual(log.length)
  expect(told.map(({ logBytes }) => logBytes)).toEqual(told.map(({ logBytes }) => logBytes).toSorted((a, b) => a - b))
  const random = seededRandom(7)
  const lengths = [...told.map(({ logBytes }) => logBytes), ...Array.from({ length: 60 }, () => random(log.length + 1))]
  const faults: string[] = []
  for (const [index, length] of lengths.entries()) {
    const path = join(folder, `${index}.sqlite`)
    writeFileSync(path, file)
    writeFileSync(`${path}-wal`, torn(log, length, random))
    const clock = createManualClock(endedAt + 20_000)
    const expected = told.findLast(({ logBytes }) => logBytes <= length)?.head ?? 0
    using store = openSqliteStore(path, { clock })
    const head = (await store.find('s'))?.head ?? 0
    if (head < expected) faults.push(`${length} bytes: ${head} records where ${expected} had been told of`)
    const opened = await reopen({ clock, store, ...still })
    if (opened === undefined && head > 0) faults.push(`${length} bytes: it is not there`)
    if (opened?.latest !== undefined && validateTurn(opened.latest).length > 0)
      faults.push(`${length} bytes: not valid`)
    const isWhole = length === log.length && opened !== undefined
    if (isWhole && !isSameJson(opened.latest, session.latest)) faults.push('the whole log has something else')
  }
  expect(faults).toEqual([])
  expect(told.length).toBeGreaterThan(10)
})

/** The log as far as it had reached the disk, and behind that, as a disk writes in any order, nothing, or some of what was to come. */
function torn(log: Buffer, length: number, random: (limit: number) => number): Buffer {
  const kept = log.subarray(0, length)
  if (random(2) === 0) return kept
  const rest = Buffer.from(log.subarray(length))
  for (let start = 0; start < rest.length; start += 512) if (random(3) > 0) rest.subarray(start, start + 512).fill(0)
  rest.subarray(0, 512).fill(0)
  return Buffer.concat([kept, rest])
}
