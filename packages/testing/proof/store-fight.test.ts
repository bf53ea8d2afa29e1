import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Fight, faultsOf, fightForSession } from './store-fight.test-helper.ts'

// 5,000 of them in store-fight.deep.test.ts.
const commits = 400

it(`P3: two processes fight for one session until it has ${commits} commits: none is lost, none is from a position of another`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geppetto-fight-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const fight = await fightForSession(join(folder, 'sessions.sqlite'), commits, 1)
  expect(faultsOf(fight)).toEqual([])
  expect(fight.told.length).toBeGreaterThanOrEqual(commits)
  expect(fight.stopped).toBeGreaterThan(0)
  expect(fight.dead.size).toBeGreaterThan(0)
  // The last one may have been woken by the end.
  expect(fight.refused).toBeGreaterThanOrEqual(fight.stopped - 1)
  process.stdout.write(
    `P3: ${fight.told.length} commits, ${fight.stopped} owners stopped beyond their leases and ${fight.refused} refused, ${fight.dead.size} killed\n`,
  )
})

it.each<[fault: RegExp, change: (fight: Fight) => Partial<Fight>]>([
  [/what a committed at 0 is not there, or was told of twice/, ({ told: [one] }) => ({ told: one ? [one, one] : [] })],
  [/what b committed at 1 is not there/, ({ records }) => ({ records: records.slice(0, 1) })],
  [/nobody told of what stands at 1/, ({ told }) => ({ told: told.slice(0, 1) })],
  [
    /what stands at 1 was written behind 0/,
    ({ records }) => ({ records: records.map((each) => ({ ...each, behind: 0 })) }),
  ],
  [
    /token 1 wrote behind token 2/,
    ({ records }) => ({ records: records.map((each) => ({ ...each, token: 3 - each.token })) }),
  ],
  [/is of a and of b/, ({ records }) => ({ records: records.map((each) => ({ ...each, token: 1 })) })],
  [/an event of b stands under/, () => ({ events: [{ epoch: 1, by: 'b' }] })],
])('what comes of a fight is looked at: %s', (fault, change) => {
  const fight: Fight = {
    told: [
      { by: 'a', token: 1, head: 0, next: 1 },
      { by: 'b', token: 2, head: 1, next: 2 },
    ],
    stopped: 0,
    refused: 0,
    dead: new Set(['c']),
    records: [
      { by: 'a', token: 1, behind: 0 },
      { by: 'b', token: 2, behind: 1 },
    ],
    events: [{ epoch: 1, by: 'a' }],
  }
  expect(faultsOf(fight)).toEqual([])
  expect(faultsOf({ ...fight, ...change(fight) }).join('; ')).toMatch(fault)
})
