import { describe, expect, it } from 'vitest'
import { createManualClock, settlePromises } from './manual-clock.ts'

/** A clock at 0, and a way to note in `log` when something ran on it. */
function setUp() {
  const clock = createManualClock(0)
  const log: string[] = []
  return { clock, log, note: (name: string) => () => void log.push(`${name}@${clock.now()}`) }
}

it('a manual clock stands still where it was set, whatever real time goes by', async () => {
  const clock = createManualClock(7)
  await settlePromises()
  expect(clock.now()).toBe(7)
})

describe('advance', () => {
  it('runs what is due by its time, and of the same time in the order in which it was scheduled', async () => {
    const { clock, log, note } = setUp()
    clock.schedule(note('late'), 30)
    clock.schedule(note('first of two'), 20)
    clock.schedule(note('second of two'), 20)
    clock.schedule(note('early'), 10)
    await clock.advance(20)
    expect(log).toEqual(['early@10', 'first of two@20', 'second of two@20'])
    expect([clock.now(), clock.scheduled]).toEqual([20, 1])
  })

  it('runs nothing a millisecond early', async () => {
    const { clock, log, note } = setUp()
    clock.schedule(note('it'), 10)
    await clock.advance(9)
    expect(log).toEqual([])
    await clock.advance(1)
    expect(log).toEqual(['it@10'])
  })

  it('runs what promises schedule before, between and after, when it is still due', async () => {
    const { clock, log, note } = setUp()
    // A chain of ten, to be sure that all of it is waited for.
    const later = async (callback: () => void) => {
      for (let link = 0; link < 10; link++) await Promise.resolve()
      callback()
    }
    void later(() => clock.schedule(() => void later(() => clock.schedule(note('between'), 5)), 10))
    clock.schedule(() => void later(note('after')), 20)
    await clock.advance(20)
    expect(log).toEqual(['between@15', 'after@20'])
    expect(clock.scheduled).toBe(0)
  })

  it('of 0 runs what is due now, also what was scheduled for the past', async () => {
    const { clock, log, note } = setUp()
    clock.schedule(note('now'), 0)
    clock.schedule(note('past'), -5)
    await clock.advance(0)
    expect(log).toEqual(['now@0', 'past@0'])
  })

  it('does not run what was cancelled, also by a callback of the same time', async () => {
    const { clock, log, note } = setUp()
    clock.schedule(() => cancel(), 10)
    const cancel = clock.schedule(note('cancelled'), 10)
    clock.schedule(note('kept'), 10)
    await clock.advance(10)
    cancel()
    expect(log).toEqual(['kept@10'])
  })

  it('rejects with what a callback throws, and leaves the rest to the next time', async () => {
    const { clock, log, note } = setUp()
    const bug = new Error('a bug')
    clock.schedule(() => {
      throw bug
    }, 10)
    clock.schedule(note('rest'), 20)
    await expect(clock.advance(30)).rejects.toBe(bug)
    expect([clock.now(), clock.scheduled]).toEqual([10, 1])
    await clock.advance(10)
    expect(log).toEqual(['rest@20'])
  })

  it('never goes back: not when two overlap, nor when told to', async () => {
    const { clock } = setUp()
    await Promise.all([clock.advance(10), clock.advance(5)])
    expect(clock.now()).toBe(10)
    for (const ms of [-1, Number.NaN]) await expect(clock.advance(ms)).rejects.toThrow(RangeError)
    expect(clock.now()).toBe(10)
  })
})

describe('runNext', () => {
  it('goes on to the next callback and runs it, and says when there is none', () => {
    const { clock, log, note } = setUp()
    clock.schedule(note('second'), 1_000)
    clock.schedule(note('first'), 10)
    expect([clock.runNext(), clock.now(), clock.scheduled]).toEqual([true, 10, 1])
    expect([clock.runNext(), clock.runNext()]).toEqual([true, false])
    expect(log).toEqual(['first@10', 'second@1000'])
    expect([clock.now(), clock.scheduled]).toEqual([1_000, 0])
  })

  it('does not wait for promises', async () => {
    const { clock, log, note } = setUp()
    clock.schedule(() => void Promise.resolve().then(note('promise')), 10)
    clock.runNext()
    expect(log).toEqual([])
    await settlePromises()
    expect(log).toEqual(['promise@10'])
  })
})
