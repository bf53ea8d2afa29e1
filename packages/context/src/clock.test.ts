import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './index.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 5_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('systemClock', () => {
  it('tells the time in milliseconds since the epoch', () => {
    expect(systemClock.now()).toBe(5_000)
  })

  it('splits a delay that a host timer would fire at once', () => {
    const ring = vi.fn()
    const delayMs = 2 * 2_147_483_647 + 1_000
    systemClock.schedule(ring, delayMs)
    vi.advanceTimersByTime(delayMs - 1)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledTimes(1)
  })

  it('stops in any part of a split delay, and leaves no timer', () => {
    const ring = vi.fn()
    const cancel = systemClock.schedule(ring, 2 ** 32)
    vi.advanceTimersByTime(2 ** 31)
    cancel()
    cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(2 ** 33)
    expect(ring).not.toHaveBeenCalled()
  })

  it('keeps the process alive, unless it need not', () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    systemClock.schedule(() => {}, 5)
    systemClock.schedule(() => {}, 5, { keepsAlive: false })
    expect(timers.mock.results.map(({ value }) => value.hasRef())).toEqual([true, false])
  })

  it('takes a delay below 0 as 0', () => {
    const ring = vi.fn()
    systemClock.schedule(ring, -5)
    vi.advanceTimersByTime(0)
    expect(ring).toHaveBeenCalledTimes(1)
  })
})
