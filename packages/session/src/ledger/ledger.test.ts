import { settlePromises } from '@geppetto/context/manual-clock'
import { createTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { SessionConflictError } from '../contract/session-error.ts'
import type { SessionStore } from '../contract/store.ts'
import { readSession } from '../history/stored-session.ts'
import { encodeRecord } from '../records/session-record.ts'
import { grow, nextTurn, setUp, started } from './ledger.test-helper.ts'

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
    expect(stored.history.changesSince(0)).toEqual(history.changesSince(0))
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

  it('takes nothing of what the turns came to behind it: that is written with the records that say how far they have come', async () => {
    const { history, claim, types } = setUp((inner) => ({
      async appendEvents(...args) {
        for (let tick = 0; tick < 3; tick++) await settlePromises()
        return inner.appendEvents(...args)
      },
    }))
    history.append(nextTurn())
    const { runId, turnId } = { runId: 'run_1', turnId: history.headId ?? '' }
    const one = await claim()
    await one.commit([{ ...started, turnId }])
    one.journal.push({ ...{ type: 'info', message: 'Hi', v: 1, seq: 1, time: 1 }, correlation: {} })
    const flush = one.journal.sync()
    const call = one.commit([{ type: 'call-started', runId, callId: 'call', startedAt: 1 }])
    grow(history)
    const step = one.commit([{ type: 'step-reached', runId, seq: 1 }])
    grow(history)
    history.completeLatest()
    await Promise.all([flush, call, step])
    expect((await types()).slice(3)).toEqual(['call-started', 'turn', 'step-reached'])
    await one.settle([], [])
    expect((await types()).slice(6)).toEqual(['turn', 'completed'])
  })
})

describe('the ends of runs that could not be written', () => {
  const left = (runId: string) => ({
    records: [
      {
        type: 'run-settled',
        runId,
        turnId: '',
        status: 'failed',
        stop: 'error',
        settledAt: 1,
        epoch: 1,
        seq: 1,
      } as const,
    ],
    events: { events: [] },
  })

  it('are all written with the next commit, and one that was left meanwhile with the one behind it', async () => {
    const { history, ledger, claim, inner } = setUp()
    history.append(nextTurn())
    ledger.leave(left('run_a'))
    ledger.leave(left('run_b'))
    const one = await claim()
    const commit = one.commit([{ ...started, turnId: history.headId ?? '' }])
    ledger.leave(left('run_c'))
    await commit
    expect(ledger.unwritten.flatMap((record) => ('runId' in record ? [record.runId] : []))).toEqual(['run_c'])
    await one.settle([], [])
    const runs: unknown[] = []
    for await (const { type, runId } of inner.read('s')) if (type === 'run-settled') runs.push(runId)
    expect(runs).toEqual(['run_a', 'run_b', 'run_c'])
  })

  it('are left out where only the answer had not come, and others are not', async () => {
    let fails = true
    const { history, ledger, claim, inner } = setUp((store) => ({
      async commit(...args) {
        const head = await store.commit(...args)
        if (fails) throw new Error('no answer')
        return head
      },
      read: (...args) => {
        if (fails) throw new Error('no answer')
        return store.read(...args)
      },
    }))
    history.append(nextTurn())
    const one = await claim()
    await expect(one.settle(left('run_a').records, [])).rejects.toThrow('no answer')
    await one.end()
    ledger.leave(left('run_a'))
    ledger.leave(left('run_b'))
    fails = false
    const two = await claim('run_2')
    await two.settle([], [])
    const runs: unknown[] = []
    for await (const { type, runId } of inner.read('s')) if (type === 'run-settled') runs.push(runId)
    expect(runs).toEqual(['run_a', 'run_b'])
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
