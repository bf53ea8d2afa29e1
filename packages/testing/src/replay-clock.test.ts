import { describe, expect, it } from 'vitest'
import { createReplayClock } from './replay-clock.ts'

describe('a replay clock', () => {
  it('jumps from one thing to the next, in their order, and gives the promise as it settles', async () => {
    const clock = createReplayClock(5_000)
    const seen: number[] = []
    const program = async () => {
      clock.schedule(() => seen.push(clock.now()), 2_000)
      clock.scheduleRecorded(() => seen.push(clock.now()), 1_000)
      await new Promise<void>((resolve) => clock.scheduleRecorded(resolve, 3_000))
      throw new Error('over')
    }
    await expect(clock.runUntil(program())).rejects.toThrow('over')
    expect(seen).toEqual([6_000, 7_000])
    expect(clock.now()).toBe(8_000)
  })

  it('does not go on to a time limit while the program reads something real', async () => {
    const clock = createReplayClock(0)
    let isTimedOut = false
    const program = async () => {
      const stop = clock.schedule(() => {
        isTimedOut = true
      }, 1_000)
      await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)))
      stop()
    }
    await clock.runUntil(program())
    expect([isTimedOut, clock.now()]).toEqual([false, 0])
  })

  it('forgets a timer that was stopped', async () => {
    const clock = createReplayClock(0)
    const stop = clock.scheduleRecorded(() => expect.unreachable(), 10)
    stop()
    stop()
    await clock.runUntil(new Promise<void>((resolve) => clock.schedule(resolve, 20)))
    expect(clock.now()).toBe(20)
  })

  it('says so when the program waits for what never comes', async () => {
    const clock = createReplayClock(0, 1)
    await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('neither in the recording nor on its clock')
  })
})
