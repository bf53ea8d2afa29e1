import { expect, it } from 'vitest'
import { killAmong, killAt, killEverywhere, killSlowly } from './kill-lab.test-helper.ts'

// Each place of it in kill.deep.test.ts.
const step = 8

it('P1, P2, P3, P5, P7, P12: a process that is killed anywhere in a run costs no more than the end of a sentence', async () => {
  const { faults, killed, kinds } = await killEverywhere({ step, start: 3 })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(20)
  process.stdout.write(`killed at ${killed} places of ${kinds.size} kinds\n`)
}, 300_000)

it('P1, P2, P3, P5, P7, P12: so with a store that takes its time at every place', async () => {
  const { faults, killed } = await killEverywhere({ step: 4 * step, start: 5, isSlow: true })
  expect(faults).toEqual([])
  expect(killed).toBeGreaterThan(5)
  expect(await killSlowly(2, 58, 4, 16)).toMatchObject({ faults: [] })
}, 300_000)

it('a process is killed where it was told to be, and what it did by then is in its files', async () => {
  const { places, faults } = await killAt(4)
  expect(places).toEqual(['after commit'])
  expect(faults).toEqual([])
})

it.each([
  ['when calls were decided that may have run', [63, 4, 25]],
  ['when calls run again, in another order than they were made in', [63, 4, 28]],
  ['when it takes up calls that were never started', [58, 4, 16]],
  ['when one of the results that it goes on with is an image', [104, 20]],
])(
  'P1, P2, P3, P5, P7, P12: one that goes on with what another one left may be killed too, %s',
  async (_, deadlines) => {
    const { places, faults } = await killAt(...deadlines)
    expect(places).toHaveLength(deadlines.length)
    expect(places).not.toContain(undefined)
    expect(faults).toEqual([])
  },
)

it('P1, P2, P3, P5, P7, P12: what a session was promised is kept where others were written with it', async () => {
  const { places, faults } = await killAmong(['a', 'b', 'c'], 192)
  expect(places).not.toContain(undefined)
  expect(faults).toEqual([])
})
