import { expect, it } from 'vitest'
import { seededRandom } from '../src/seeded-random.ts'
import { killAt, killEverywhere } from './kill-lab.test-helper.ts'

it('P1, P2, P3, P5, P7, P12: a process is killed at each place of its runs', async () => {
  const { faults, killed } = await killEverywhere({ step: 1, start: 1 })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(200)
})

it('P1, P2, P3, P5, P7, P12: four processes in a row are killed anywhere in what the one before left', async () => {
  const random = seededRandom(1)
  const found: string[] = []
  for (let round = 0; round < 100; round++) {
    const { faults } = await killAt(1 + random(120), 1 + random(60), 1 + random(60), 1 + random(60))
    found.push(...faults)
  }
  expect(found).toEqual([])
})
