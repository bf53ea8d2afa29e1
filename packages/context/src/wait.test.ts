import { getEventListeners } from 'node:events'
import { setImmediate as nextRound } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { background, type Clock, sleep, untilAborted, withCancel } from './index.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

let unhandled: unknown[] = []
const onUnhandled = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  unhandled = []
  process.on('unhandledRejection', onUnhandled)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})

afterEach(async () => {
  vi.useRealTimers()
  // Node reports unhandled rejections between two rounds of its event loop.
  await nextRound()
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

describe('sleep', () => {
  it('waits its time and leaves no timer and no listener', async () => {
    const ctx = background()
    let isOver = false
    const slept = sleep(ctx, 100).then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(99)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await slept
    expect([isOver, vi.getTimerCount(), listeners(ctx.signal)]).toEqual([true, 0, 0])
  })

  it('ends with the reason when the context aborts, and leaves no timer and no listener', async () => {
    const { ctx, cancel } = withCancel(background())
    const slept = sleep(ctx, 60_000)
    cancel('stop')
    await expect(slept).rejects.toBe('stop')
    expect([vi.getTimerCount(), listeners(ctx.signal)]).toEqual([0, 0])
  })

  it('does not begin in a context that has aborted', async () => {
    const schedule = vi.fn<Clock['schedule']>()
    const ctx = background({ signal: AbortSignal.abort('before'), clock: { now: () => 0, schedule } })
    await expect(sleep(ctx, 0)).rejects.toBe('before')
    expect(schedule).not.toHaveBeenCalled()
    expect(listeners(ctx.signal)).toBe(0)
  })

  it('leaves no listener on a clock that rings at once', async () => {
    const ctx = background({
      clock: {
        now: () => 0,
        schedule(callback) {
          callback()
          return () => {}
        },
      },
    })
    await sleep(ctx, 0)
    expect(listeners(ctx.signal)).toBe(0)
  })
})

describe('untilAborted', () => {
  it('settles as the promise does, and leaves no listener', async () => {
    const { signal } = new AbortController()
    await expect(untilAborted(signal, Promise.resolve(1))).resolves.toBe(1)
    await expect(untilAborted(signal, Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(listeners(signal)).toBe(0)
  })

  it('rejects as soon as the signal aborts, while the promise hangs', async () => {
    const controller = new AbortController()
    const waited = untilAborted(controller.signal, new Promise(() => {}))
    expect(listeners(controller.signal)).toBe(1)
    controller.abort('enough')
    await expect(waited).rejects.toBe('enough')
    expect(listeners(controller.signal)).toBe(0)
  })

  it('handles the rejection that comes after the abort', async () => {
    const controller = new AbortController()
    const late = Promise.withResolvers<void>()
    const waited = untilAborted(controller.signal, late.promise)
    controller.abort('enough')
    await expect(waited).rejects.toBe('enough')
    late.reject(new Error('too late for anybody'))
  })

  it('rejects with the reason of a signal that aborted before, and handles what the promise does', async () => {
    const signal = AbortSignal.abort('before')
    await expect(untilAborted(signal, Promise.resolve(1))).rejects.toBe('before')
    await expect(untilAborted(signal, Promise.reject(new Error('unseen')))).rejects.toBe('before')
    expect(listeners(signal)).toBe(0)
  })
})
