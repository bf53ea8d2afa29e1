import { expect, it } from 'vitest'
import { seededRandom } from '../src/seeded-random.ts'
import { killAt, killEverywhere, killSlowly } from './kill-lab.test-helper.ts'

it('P1, P2, P3, P5, P7, P12: a process is killed at each place of its runs', async () => {
  const { faults, killed } = await killEverywhere({ step: 1, start: 1 })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(200)
})

it('P1, P2, P3, P5, P7, P12: so with a store that takes its time at every place', async () => {
  const { faults, killed } = await killEverywhere({ step: 3, start: 2, isSlow: true })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(60)
})

it('P1, P2, P3, P5, P7, P12: four processes in a row are killed anywhere in what the one before left, every second time with a slow store', async () => {
  const random = seededRandom(1)
  const found: string[] = []
  let round = 0
  // Nearly all of the time goes into beginning processes: two go on side by side.
  const kill = async (): Promise<void> => {
    while (round < 60) {
      const slowness = ++round
      const deadlines = [1 + random(120), 1 + random(60), 1 + random(60), 1 + random(60)]
      const { faults } = await (slowness % 2 === 0 ? killSlowly(slowness, ...deadlines) : killAt(...deadlines))
      found.push(...faults)
    }
  }
  await Promise.all([kill(), kill()])
  expect(found).toEqual([])
})

it('P1, P2, P3, P5, P7, P12: so where three sessions talk side by side, and are written together', async () => {
  const { faults, killed, kinds } = await killEverywhere({ step: 11, start: 2, sessionIds: ['a', 'b', 'c'] })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(60)
  expect(kinds).toContain('in a write of several')
})
