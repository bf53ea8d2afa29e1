import { background } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { describe, expect, it } from 'vitest'
import { isSessionBusyError, SessionConflictError } from '../contract/session-error.ts'
import { QueueLog } from '../records/queue-log.ts'
import { encodeRecord } from '../records/session-record.ts'
import { never, setUp, started } from './ledger.test-helper.ts'
import { Ledger } from './ledger.ts'

describe('the lease', () => {
  it('is renewed for as long as the claim is on, and given back at its end', async () => {
    const { claim, clock, inner } = setUp()
    const one = await claim()
    await clock.advance(60_000)
    one.assertHeld()
    expect(isSessionBusyError(await inner.acquire('s', { ttlMs: 1, holder: 'x', runId: 'x' }).catch((e) => e))).toBe(
      true,
    )
    await one.end()
    expect(clock.scheduled).toBe(0)
    await inner.acquire('s', { ttlMs: 1, holder: 'x', runId: 'x' })
  })

  it('P3: is renewed, and is not taken for longer, where the clock is set back', async () => {
    let back = 0
    let renewals = 0
    const run = setUp((inner) => ({
      renew: (...args) => {
        renewals++
        return inner.renew(...args)
      },
    }))
    const clock = { now: () => run.clock.now() - back, schedule: run.clock.schedule.bind(run.clock) }
    const ledger = new Ledger(run.inner, 's', 'me', run.source)
    const counted = new Ledger({ ...run.store }, 's', 'me', run.source)
    const one = await counted.claim('run_1', background({ clock }), { onLost: () => {}, onCancel: () => {} })
    back = 3_600_000
    await run.clock.advance(20_000)
    expect(renewals).toBeGreaterThan(2)
    one.assertHeld()
    const busy = await ledger
      .claim('run_2', background({ clock: run.clock }), { onLost: () => {}, onCancel: () => {} })
      .catch((error: unknown) => error)
    expect(isSessionBusyError(busy)).toBe(true)
    await one.end()
  })

  it('is renewed by another request where one gets no answer', async () => {
    let renewals = 0
    const run = setUp((inner) => ({
      renew: (...args) => (++renewals === 1 ? never() : inner.renew(...args)),
    }))
    const one = await run.claim()
    await run.clock.advance(60_000)
    one.assertHeld()
    expect([run.lost, renewals > 2]).toEqual([0, true])
    await one.end()
    expect(run.clock.scheduled).toBe(0)
  })

  it('P4: hears of a request to stop also where the store once did not answer', async () => {
    let asked = 0
    const run = setUp((inner) => ({
      readInbox: (...args) => (++asked === 1 ? never() : inner.readInbox(...args)),
    }))
    const cancels: string[] = []
    const one = await run.ledger.claim('run_1', background({ clock: run.clock }), {
      onLost: () => {},
      onCancel: (reason) => cancels.push(reason),
    })
    await run.inner.requestCancel('s', 'run_1', 'user')
    await run.clock.advance(3_000)
    expect(cancels).toEqual(['user'])
    await one.end()
    expect(run.clock.scheduled).toBe(0)
  })

  it('counts from when it was asked for, not from when the answer came', async () => {
    const granted = Promise.withResolvers<void>()
    const run = setUp((inner) => ({
      async acquire(...args) {
        const lease = await inner.acquire(...args)
        await granted.promise
        return lease
      },
      renew: () => never(),
    }))
    const claiming = run.claim()
    await run.clock.advance(8_000)
    granted.resolve()
    await claiming
    await run.clock.advance(2_500)
    expect(run.lost).toBe(1)
  })

  it('counts from when its renewal was asked for', async () => {
    let renewals = 0
    const answer = Promise.withResolvers<void>()
    const run = setUp((inner) => ({
      async renew(...args) {
        renewals++
        if (renewals > 1) return never<never>()
        const lease = await inner.renew(...args)
        await answer.promise
        return lease
      },
    }))
    await run.claim()
    await run.clock.advance(5_000)
    expect(renewals).toBe(1)
    await run.clock.advance(4_000)
    answer.resolve()
    await run.clock.advance(5_999)
    expect(run.lost).toBe(0)
    await run.clock.advance(1)
    expect(run.lost).toBe(1)
  })

  it('survives a renewal that fails once', async () => {
    let fails = true
    const run = setUp((inner) => ({
      async renew(...args) {
        if (!fails) return inner.renew(...args)
        fails = false
        throw new Error('connection reset')
      },
    }))
    await run.claim()
    await run.clock.advance(60_000)
    expect(run.lost).toBe(0)
  })

  it.each([
    ['hangs', () => never<never>()],
    ['fails', () => Promise.reject(new Error('gone'))],
  ])('is told to be lost before it can expire when its renewal %s', async (_, renew) => {
    const run = setUp(() => ({ renew }))
    const one = await run.claim()
    await run.clock.advance(9_000)
    expect(run.lost).toBe(0)
    await run.clock.advance(3_500)
    expect(run.lost).toBe(1)
    expect(() => one.assertHeld()).toThrow(/expired/)
    expect(run.clock.scheduled).toBe(0)
  })

  it('is lost at once when the store says so', async () => {
    const run = setUp(() => ({ renew: () => Promise.reject(new SessionConflictError('s', 'taken')) }))
    await run.claim()
    await run.clock.advance(5_000)
    expect(run.lost).toBe(1)
  })

  it('is taken for lost by a process that was stopped for longer than it holds', async () => {
    const run = setUp()
    let now = run.clock.now()
    const stopped = { ...run.clock, now: () => now, schedule: () => () => {} }
    const ledger = new Ledger(run.inner, 's', 'me', {
      history: run.history,
      metadata: {},
      queue: new QueueLog(),
    })
    let lost = 0
    const one = await ledger.claim('run_1', background({ clock: stopped }), {
      onLost: () => lost++,
      onCancel: () => {},
    })
    one.assertHeld()
    now += 15_000
    expect(() => one.assertHeld()).toThrow(/expired/)
    expect(lost).toBe(1)
  })

  it('that the store did not take back is given back before the next claim', async () => {
    let fails = true
    const { claim } = setUp((inner) => ({
      release: (lease) => (fails ? Promise.reject(new Error('reset')) : inner.release(lease)),
    }))
    const one = await claim()
    await expect(one.end()).rejects.toMatchObject({ code: 'store_failed' })
    fails = false
    await (await claim('run_2')).end()
  })

  it('that comes late to an abandoned run is waited for, as it is given back at once', async () => {
    const granted: (() => void)[] = []
    const { claim } = setUp((inner) => ({
      async acquire(...args) {
        const lease = await inner.acquire(...args)
        if (granted.length === 0) await new Promise<void>((resolve) => granted.push(resolve))
        return lease
      },
    }))
    const late = claim().then((one) => one.end())
    await settlePromises()
    const next = claim('run_2')
    await settlePromises()
    granted[0]?.()
    await late
    await (await next).end()
  })

  it('that never comes to an abandoned run is waited for no longer than it holds', async () => {
    let isLost = true
    const { claim, clock } = setUp((inner) => ({
      async acquire(...args) {
        const lease = await inner.acquire(...args)
        return isLost ? new Promise(() => {}) : lease
      },
    }))
    void claim()
    await settlePromises()
    isLost = false
    const next = claim('run_2')
    await clock.advance(15_000)
    const one = await next
    one.assertHeld()
    await one.end()
    expect(clock.scheduled).toBe(0)
  })

  it('that is never taken back holds up the next claim no longer than it holds', async () => {
    let isSilent = true
    const { claim, clock } = setUp((inner) => ({
      release: (lease) => (isSilent ? new Promise(() => {}) : inner.release(lease)),
    }))
    void (await claim()).end()
    isSilent = true
    const next = claim('run_2')
    await clock.advance(15_000)
    isSilent = false
    await (await next).end()
    expect(clock.scheduled).toBe(0)
  })

  it('that is waited for leaves no timer when it comes, and is not waited for after an abort', async () => {
    const granted: (() => void)[] = []
    const { claim, clock, ledger } = setUp((inner) => ({
      async acquire(...args) {
        const lease = await inner.acquire(...args)
        if (granted.length === 0) await new Promise<void>((resolve) => granted.push(resolve))
        return lease
      },
    }))
    const late = claim().then((one) => one.end())
    await settlePromises()
    const controller = new AbortController()
    const aborted = ledger.claim('run_2', background({ clock, signal: controller.signal }), {
      onLost: () => {},
      onCancel: () => {},
    })
    await settlePromises()
    controller.abort('enough')
    await expect(aborted).rejects.toBe('enough')
    expect(clock.scheduled).toBe(0)
    const next = claim('run_3')
    await settlePromises()
    granted[0]?.()
    await late
    await (await next).end()
    expect(clock.scheduled).toBe(0)
  })

  it('of which no answer came is waited for by the next claim, until it has run out', async () => {
    let isLost = true
    const { claim, clock } = setUp((inner) => ({
      async acquire(...args) {
        const lease = await inner.acquire(...args)
        if (!isLost) return lease
        isLost = false
        throw new Error('connection reset')
      },
    }))
    await expect(claim()).rejects.toMatchObject({ code: 'store_failed' })
    const next = claim('run_2')
    await clock.advance(15_000)
    await (await next).end()
    expect(clock.scheduled).toBe(0)
  })

  it('of somebody else is not waited for', async () => {
    const { claim, inner } = setUp()
    await inner.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'run_9' })
    const busy = await claim().catch((error: unknown) => error)
    expect(isSessionBusyError(busy) && [busy.holder, busy.runId]).toEqual(['other', 'run_9'])
  })
})

it('says that a session is there already, where one was made and not opened', async () => {
  const { inner, claim } = setUp()
  const lease = await inner.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'run_9' })
  await inner.commit(lease, 0, { records: [encodeRecord({ type: 'session', metadata: {} })], release: true })
  const one = await claim()
  await expect(one.commit([started])).rejects.toMatchObject({
    code: 'session_conflict',
    message: expect.stringContaining('it is there already'),
  })
  await one.end()
})
