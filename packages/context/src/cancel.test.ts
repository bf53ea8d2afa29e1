import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { CancellableContext, Context } from './index.ts'
import {
  background,
  createContextKey,
  DeadlineExceededError,
  isTimeoutReason,
  systemClock,
  withCancel,
  withoutCancel,
  withSignal,
  withTimeout,
  withValue,
} from './index.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

const listeners = (ctx: Context | AbortSignal): number =>
  getEventListeners('signal' in ctx ? ctx.signal : ctx, 'abort').length

describe('cancelling', () => {
  it('reaches the whole tree below, and nothing beside or above', () => {
    const root = background()
    const parent = withCancel(root)
    const child = withCancel(withValue(parent.ctx, createContextKey<number>('depth'), 1))
    const grandchild = withTimeout(child.ctx, 1_000)
    const sibling = withCancel(root)
    parent.cancel('enough')
    expect([parent, child, grandchild].map(({ ctx }) => ctx.signal.reason)).toEqual(['enough', 'enough', 'enough'])
    expect(root.signal.aborted).toBe(false)
    expect(sibling.ctx.signal.aborted).toBe(false)
    sibling.release()
  })

  it('of a child leaves the parent running', () => {
    const parent = withCancel(background())
    const child = withCancel(parent.ctx)
    child.cancel()
    expect(child.ctx.signal.aborted).toBe(true)
    expect(parent.ctx.signal.aborted).toBe(false)
  })

  it('keeps the first reason, by identity, whatever comes later', () => {
    const reason = { why: 'superseded' }
    const parent = withCancel(background())
    const child = withCancel(parent.ctx)
    child.cancel(reason)
    child.cancel('again')
    parent.cancel('the parent too')
    expect(child.ctx.signal.reason).toBe(reason)
  })

  it('without a reason says AbortError, and that is no timeout', () => {
    const { ctx, cancel } = withCancel(background())
    cancel()
    expect(ctx.signal.reason).toMatchObject({ name: 'AbortError' })
    expect(isTimeoutReason(ctx.signal.reason)).toBe(false)
  })

  it('starts out aborted below what has aborted, with its reason and without a listener or a timer', () => {
    const clock = createManualClock()
    const parent = withCancel(background({ clock }))
    parent.cancel('over')
    const other = new AbortController()
    const children = [withCancel(parent.ctx), withTimeout(parent.ctx, 10), withSignal(parent.ctx, other.signal)]
    expect(children.map(({ ctx }) => ctx.signal.reason)).toEqual(['over', 'over', 'over'])
    expect(listeners(parent.ctx)).toBe(0)
    expect(listeners(other.signal)).toBe(0)
    expect(clock.scheduled).toBe(0)
  })
})

describe('releasing', () => {
  it('removes the listener from the parent and does not abort', () => {
    const parent = withCancel(background())
    const children = Array.from({ length: 50 }, () => withCancel(parent.ctx))
    expect(listeners(parent.ctx)).toBe(50)
    for (const child of children) child.release()
    expect(listeners(parent.ctx)).toBe(0)
    parent.cancel()
    expect(children.some(({ ctx }) => ctx.signal.aborted)).toBe(false)
  })

  it('may be done twice, and cancelling still works after it', () => {
    const child = withTimeout(background({ clock: createManualClock() }), 10)
    child.release()
    child.release()
    child.cancel('late')
    expect(child.ctx.signal.reason).toBe('late')
  })

  it('happens at the end of a using scope', () => {
    const clock = createManualClock()
    const root = background({ clock, signal: new AbortController().signal })
    {
      using child = withTimeout(root, 10)
      expect([listeners(root), clock.scheduled, child.ctx.signal.aborted]).toEqual([1, 1, false])
    }
    expect([listeners(root), clock.scheduled]).toEqual([0, 0])
  })

  it('happens by itself when the context aborts, whoever aborts it', () => {
    const ways: ((made: CancellableContext, parent: CancellableContext, clock: ManualClock) => void)[] = [
      (made) => made.cancel(),
      (_, parent) => parent.cancel(),
      (_made, _parent, clock) => clock.runNext(),
    ]
    for (const abort of ways) {
      const clock = createManualClock()
      const parent = withCancel(background({ clock }))
      const made = withTimeout(parent.ctx, 10)
      abort(made, parent, clock)
      expect(made.ctx.signal.aborted).toBe(true)
      expect([listeners(parent.ctx), clock.scheduled]).toEqual([0, 0])
    }
  })
})

describe('withSignal', () => {
  it('follows both, and the first to abort gives the reason', () => {
    const outside = new AbortController()
    const parent = withCancel(background())
    const first = withSignal(parent.ctx, outside.signal)
    outside.abort('from outside')
    parent.cancel('from above')
    expect(first.ctx.signal.reason).toBe('from outside')

    const later = new AbortController()
    const parentOfSecond = withCancel(background())
    const second = withSignal(parentOfSecond.ctx, later.signal)
    parentOfSecond.cancel('from above')
    expect(second.ctx.signal.reason).toBe('from above')
    expect(listeners(later.signal)).toBe(0)
  })

  it('starts out aborted with a signal that has aborted', () => {
    const parent = withCancel(background())
    const { ctx } = withSignal(parent.ctx, AbortSignal.abort('before'))
    expect(ctx.signal.reason).toBe('before')
    expect(listeners(parent.ctx)).toBe(0)
  })

  it('lets go of both when released', () => {
    const outside = new AbortController()
    const root = background({ signal: new AbortController().signal })
    const { release } = withSignal(root, outside.signal)
    expect([listeners(root), listeners(outside.signal)]).toEqual([1, 1])
    release()
    expect([listeners(root), listeners(outside.signal)]).toEqual([0, 0])
  })

  it('does not listen to what nobody can abort', () => {
    const outside = new AbortController()
    for (const root of [background(), withoutCancel(background({ signal: outside.signal }))]) {
      const { ctx } = withSignal(root, outside.signal)
      expect(listeners(root)).toBe(0)
      expect(ctx.signal.aborted).toBe(outside.signal.aborted)
    }
    outside.abort('over')
    expect(withSignal(background(), outside.signal).ctx.signal.reason).toBe('over')
  })
})

describe('withTimeout', () => {
  it('aborts when its time on the clock is up, not a millisecond earlier, and says how long it was', async () => {
    const clock = createManualClock()
    const { ctx } = withTimeout(background({ clock }), 250)
    expect(ctx.deadline).toBe(1_250)
    await clock.advance(249)
    expect(ctx.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(ctx.signal.reason).toBeInstanceOf(DeadlineExceededError)
    expect(ctx.signal.reason).toMatchObject({ name: 'TimeoutError', code: 'deadline_exceeded', timeoutMs: 250 })
    expect(isTimeoutReason(ctx.signal.reason)).toBe(true)
  })

  it('takes delays beyond what a host timer holds', async () => {
    const clock = createManualClock(0)
    const month = 30 * 24 * 3_600_000
    const { ctx } = withTimeout(background({ clock }), month)
    await clock.advance(2 ** 31)
    expect(ctx.signal.aborted).toBe(false)
    await clock.advance(month - 2 ** 31)
    expect(ctx.signal.aborted).toBe(true)
  })

  it('keeps the earlier of two nested deadlines, whichever is inside', async () => {
    const clock = createManualClock(0)
    const short = withTimeout(background({ clock }), 100)
    const longInShort = withTimeout(short.ctx, 1_000)
    const shorterInLong = withTimeout(longInShort.ctx, 10)
    expect([longInShort.ctx.deadline, shorterInLong.ctx.deadline]).toEqual([100, 10])
    await clock.advance(10)
    expect([longInShort, shorterInLong].map(({ ctx }) => ctx.signal.aborted)).toEqual([false, true])
    await clock.advance(90)
    expect(longInShort.ctx.signal.reason).toMatchObject({ timeoutMs: 100 })
    expect(clock.scheduled).toBe(0)
  })

  it('hands the deadline down through values and cancels', () => {
    const { ctx } = withTimeout(background({ clock: createManualClock(0) }), 5)
    expect(withCancel(withValue(ctx, createContextKey<string>('k'), 'v')).ctx.deadline).toBe(5)
    expect('deadline' in background()).toBe(false)
  })

  it('of 0 aborts on the next tick of the clock', async () => {
    const clock = createManualClock(0)
    const { ctx } = withTimeout(background({ clock }), 0)
    expect(ctx.signal.aborted).toBe(false)
    await clock.advance(0)
    expect(ctx.signal.aborted).toBe(true)
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s milliseconds', (timeoutMs) => {
    expect(() => withTimeout(background(), timeoutMs)).toThrow(RangeError)
    expect(() => withTimeout(background(), timeoutMs)).toThrow(`not ${timeoutMs}`)
  })

  it('recognises the time-out of the platform, and nothing else', async () => {
    const signal = AbortSignal.timeout(0)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(isTimeoutReason(signal.reason)).toBe(true)
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const other of [undefined, null, 'TimeoutError', {}, new Error('late'), proxy])
      expect(isTimeoutReason(other)).toBe(false)
  })
})

it('warns of no leak when hundreds of children share a parent', () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  const parent = withCancel(background({ clock: systemClock }))
  const children = Array.from({ length: 500 }, () => withCancel(parent.ctx))
  for (const child of children) child.release()
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})
