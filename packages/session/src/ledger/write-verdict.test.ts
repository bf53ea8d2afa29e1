import { systemClock } from '@geppetto/context'
import { createManualClock } from '@geppetto/context/manual-clock'
import type { Event } from '@geppetto/events'
import { createTurn } from '@geppetto/turns'
import { expect, it } from 'vitest'
import { defaultGraces } from '../contract/graces.ts'
import type { Verdict } from '../contract/verdict.ts'
import { commitVerdict } from './write-verdict.ts'

const last: Event = { type: 'run-finished', v: 1, seq: 1, time: 1, correlation: {}, stop: 'end_turn' }
const turn = createTurn({ id: 'turn', createdAt: 1 })
const failing = {
  epoch: 1,
  warning: undefined,
  settle: () => Promise.reject(new Error('disk full')),
  leave: () => {},
  end: async () => {},
}

async function write(verdict: Verdict): Promise<Verdict> {
  const settlement = {
    runId: 'run',
    request: {},
    verdict,
    usage: undefined,
    isAwaited: () => false,
    makeLast: () => last,
  }
  return (await commitVerdict(failing, settlement, systemClock, defaultGraces)).verdict
}

it('reports the failure that the run met first, not that the store failed after it', async () => {
  const failed: Verdict = { status: 'failed', turn, stop: 'deadline', error: new Error('too slow') }
  expect(await write(failed)).toEqual(failed)
})

it('has failed where a completed turn could not be written; that somebody stopped it stays true', async () => {
  expect(await write({ status: 'completed', turn, stop: 'end_turn' })).toMatchObject({
    status: 'failed',
    stop: 'error',
    error: { message: 'disk full' },
  })
  expect(await write({ status: 'cancelled', turn, stop: 'budget' })).toMatchObject({ status: 'failed', stop: 'budget' })
})

it('does not care how a lease comes back of a store that did not answer before', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const clock = createManualClock()
  let refuse = (_: Error) => {}
  const silent = {
    epoch: 1,
    warning: undefined,
    settle: () => new Promise<void>(() => {}),
    leave: () => {},
    end: () =>
      new Promise<void>((_, reject) => {
        refuse = reject
      }),
  }
  const verdict: Verdict = { status: 'completed', turn, stop: 'end_turn' }
  const writing = commitVerdict(
    silent,
    { runId: 'run', request: {}, verdict, usage: undefined, isAwaited: () => false, makeLast: () => last },
    clock,
    defaultGraces,
  )
  await clock.advance(defaultGraces.storeMs)
  expect((await writing).verdict.status).toBe('failed')
  refuse(new Error('gone'))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
