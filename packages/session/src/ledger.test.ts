import { background } from '@geppetto/context'
import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import { createTurn, type Turn, userBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.test-helper.ts'
import { History } from './history.ts'
import { Ledger } from './ledger.ts'
import { createMemoryStore } from './memory-store.ts'
import { QueueLog } from './queue-log.ts'
import { isSessionBusyError, SessionConflictError } from './session-error.ts'
import { encodeRecord } from './session-record.ts'
import type { SessionMetadata, SessionStore } from './store.ts'
import { readSession } from './stored-session.ts'

let counter = 0
function nextTurn(before?: Turn): Turn {
  const said = userBlock('Hi', { id: `blk_${++counter}`, createdAt: 1 })
  return createTurn({ id: `turn_${counter}`, createdAt: 1, blocks: [...(before?.blocks ?? []), said] })
}

/** The latest turn says more. */
function grow(history: History): void {
  const { latest } = history
  if (latest !== undefined) history.replaceLatest({ ...nextTurn(latest), id: latest.id })
}

function setUp(changes: (store: SessionStore) => Partial<SessionStore> = () => ({})) {
  const clock = createManualClock()
  const inner = createMemoryStore({ clock })
  const store: SessionStore = { ...inner, ...changes(inner) }
  const history = new History()
  let metadata: SessionMetadata = { title: 'first' }
  const source = { history, metadata: () => metadata, queue: new QueueLog() }
  const ledger = new Ledger(store, 's', 'me', source)
  let lost = 0
  const claim = (runId = 'run_1') =>
    ledger.claim(runId, background({ clock }), { onLost: () => lost++, onCancel: () => {} })
  const types = async () => (await collect(inner.read('s'))).map((record) => record.type)
  return {
    clock,
    store,
    inner,
    history,
    ledger,
    claim,
    types,
    setTitle: (title: string) => {
      metadata = { title }
    },
    get lost() {
      return lost
    },
  }
}

const started = { type: 'run-started', runId: 'run_1', turnId: 'turn_1', startedAt: 1, epoch: 1, seq: 0 } as const
const never = <T>(): Promise<T> => new Promise<T>(() => {})

describe('what is written', () => {
  it('is what the store does not have: the metadata when it changed, new turns, the latest when it grew', async () => {
    const { history, claim, types, setTitle } = setUp()
    history.append(nextTurn())
    const one = await claim()
    await one.commit([started])
    expect(await types()).toEqual(['session', 'turn', 'run-started'])
    await one.commit([])
    expect(await types()).toHaveLength(3)
    grow(history)
    setTitle('second')
    await one.commit([])
    expect((await types()).slice(3)).toEqual(['session', 'turn'])
    await one.end()
  })

  it('includes a turn that got its end after it was written and before others followed', async () => {
    const { history, claim, inner } = setUp()
    const begun = nextTurn()
    history.append(begun)
    const one = await claim()
    await one.commit([{ ...started, turnId: begun.id }])
    await one.end()
    grow(history)
    history.append(nextTurn(history.latest))
    history.append(nextTurn(history.latest))
    const two = await claim('run_2')
    await two.commit([])
    const stored = await readSession(inner, 's')
    expect(stored.history.changes).toEqual(history.changes)
    expect(stored.history.latest).toEqual(history.latest)
  })

  it('is written one after the other, also when nobody waits in between', async () => {
    const { history, claim, types } = setUp((inner) => ({
      async commit(...args) {
        for (let tick = 0; tick < 3; tick++) await settlePromises()
        return inner.commit(...args)
      },
    }))
    history.append(nextTurn())
    const one = await claim()
    const first = one.commit([started])
    await settlePromises()
    grow(history)
    await Promise.all([first, one.commit([started])])
    expect(await types()).toEqual(['session', 'turn', 'run-started', 'turn', 'run-started'])
  })
})

describe('a write of which nobody knows how it ended', () => {
  it.each([
    ['had reached the store', true],
    ['had not', false],
  ])('is found out about before the next: it %s', async (_, reaches) => {
    let fails = true
    const { history, claim, types } = setUp((inner) => ({
      async commit(lease, head, commit) {
        if (!fails) return inner.commit(lease, head, commit)
        fails = false
        if (reaches) await inner.commit(lease, head, commit)
        throw new Error('connection reset')
      },
    }))
    history.append(nextTurn())
    const one = await claim()
    await expect(one.commit([started])).rejects.toMatchObject({ code: 'store_failed' })
    await one.commit([{ ...started, runId: 'again' }])
    const expected = ['session', 'turn', 'run-started']
    expect(await types()).toEqual(reaches ? [...expected, 'run-started'] : expected)
  })

  it('is recognised in a store that gives its fields in another order', async () => {
    const reordered = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reordered)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .map(([name, part]) => [name, reordered(part)])
          .toReversed(),
      )
    }
    let fails = true
    const { history, claim, types } = setUp((inner) => ({
      async commit(...args) {
        const head = await inner.commit(...args)
        if (!fails) return head
        fails = false
        throw new Error('connection reset')
      },
      async *read(...args) {
        for await (const record of inner.read(...args)) yield { ...record, ...Object(reordered(record)) }
      },
    }))
    history.append(createTurn({ ...nextTurn(), data: { zero: -0, b: { d: 1, c: [2] } } }))
    const one = await claim()
    await expect(one.commit([started])).rejects.toMatchObject({ code: 'store_failed' })
    await one.commit([])
    expect(await types()).toEqual(['session', 'turn', 'run-started'])
  })

  it('whose answer comes after the next run has found it and gone on changes nothing any more', async () => {
    const answer = Promise.withResolvers<void>()
    let isFirst = true
    const { history, claim, types } = setUp((inner) => ({
      async commit(...args) {
        const waits = isFirst
        isFirst = false
        const head = await inner.commit(...args)
        if (waits) await answer.promise
        return head
      },
    }))
    history.append(nextTurn())
    const one = await claim()
    const late = one.commit([started])
    await settlePromises()
    await one.end()
    const two = await claim('run_2')
    await two.commit([{ ...started, runId: 'run_2' }])
    answer.resolve()
    await late
    await two.commit([{ ...started, runId: 'run_2' }])
    expect(await types()).toEqual(['session', 'turn', 'run-started', 'run-started', 'run-started'])
  })

  it('that hangs blocks neither the next claim nor its writes, and cannot land any more', async () => {
    const hung = Promise.withResolvers<void>()
    let hangs = true
    const { history, claim, types } = setUp((inner) => ({
      async commit(lease, head, commit) {
        const waits = hangs
        hangs = false
        if (waits) await hung.promise
        return inner.commit(lease, head, commit)
      },
    }))
    history.append(nextTurn())
    const one = await claim()
    const late = one.commit([started])
    await settlePromises()
    await one.end()
    const two = await claim('run_2')
    await two.commit([{ ...started, runId: 'run_2' }])
    hung.resolve()
    await expect(late).rejects.toBeInstanceOf(SessionConflictError)
    expect(await types()).toEqual(['session', 'turn', 'run-started'])
    await two.commit([started])
  })

  it('is a conflict when the store has something else instead', async () => {
    let fails = true
    const { history, claim, inner, clock } = setUp((store) => ({
      commit: (...args) => (fails ? Promise.reject(new Error('reset')) : store.commit(...args)),
    }))
    history.append(nextTurn())
    const one = await claim()
    await expect(one.commit([started])).rejects.toThrow(/reset/)
    await one.end()
    const other = await inner.acquire('s', { ttlMs: 10, holder: 'other', runId: 'x' })
    await inner.commit(other, 0, { records: [encodeRecord(started)] })
    await clock.advance(10)
    fails = false
    const two = await claim('run_2')
    await expect(two.commit([started])).rejects.toMatchObject({ code: 'session_conflict' })
  })
})

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
      metadata: () => ({}),
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

  it('of somebody else is not waited for', async () => {
    const { claim, inner } = setUp()
    await inner.acquire('s', { ttlMs: 1_000, holder: 'other', runId: 'run_9' })
    const busy = await claim().catch((error: unknown) => error)
    expect(isSessionBusyError(busy) && [busy.holder, busy.runId]).toEqual(['other', 'run_9'])
  })
})

describe('reading a session', () => {
  it('says so when there is none, when records are missing, and when the store fails', async () => {
    const { inner } = setUp()
    await expect(readSession(inner, 'nobody')).rejects.toMatchObject({ code: 'no_such_session' })
    const lease = await inner.acquire('torn', { ttlMs: 1_000, holder: 'x', runId: 'x' })
    const turn = { id: 't', after: 'before', fields: { set: { createdAt: 1 } }, parts: [] }
    await inner.commit(lease, 0, { records: [{ v: 1, type: 'turn', turn }] })
    await expect(readSession(inner, 'torn')).rejects.toThrow(/turn before, which is missing/)
    const failing: SessionStore = {
      ...inner,
      read() {
        throw new Error('disk')
      },
    }
    await expect(readSession(failing, 's')).rejects.toMatchObject({ code: 'store_failed' })
  })
})
