import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { faultsOf, fightForSession } from './store-fight.test-helper.ts'

const commits = 5_000

it(`P3: two processes fight for one session until it has ${commits} commits`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-fight-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const fight = await fightForSession(join(folder, 'sessions.sqlite'), commits, 2)
  expect(faultsOf(fight)).toEqual([])
  expect(fight.told.length).toBeGreaterThanOrEqual(commits)
  expect(fight.stopped).toBeGreaterThan(20)
  expect(fight.dead.size).toBeGreaterThan(10)
  expect(fight.refused).toBeGreaterThanOrEqual(fight.stopped - 1)
})
