import { background } from '@geppetto/context'
import { describe, expect, it } from 'vitest'
import { collect } from '../collect.test-helper.ts'
import { nextTurn, setUp, started } from './ledger.test-helper.ts'
import { type LeftBehind, LeftEnds } from './left-behind.ts'

const settled = {
  type: 'run-settled',
  runId: 'run_0',
  turnId: 'turn_1',
  status: 'failed',
  stop: 'error',
  settledAt: 1,
  epoch: 0,
  seq: 0,
} as const

const endOf = (runId: string): LeftBehind => ({ records: [{ ...settled, runId }], events: { events: [] } })

describe('the end of a run that could not be written', () => {
  it('is written under the lease of the next commit where its run never had one, and once', async () => {
    const { history, ledger, claim, inner } = setUp()
    history.append(nextTurn())
    ledger.leave(endOf('run_0'))
    const one = await claim()
    await one.commit([started])
    await one.commit([])
    await one.end()
    const ends = (await collect(inner.read('s'))).filter(({ type }) => type === 'run-settled')
    expect(ends).toMatchObject([{ runId: 'run_0', epoch: one.epoch }])
    expect(one.epoch).toBeGreaterThan(0)
  })

  it('is not kept once it is written, or the store has told of it otherwise', () => {
    const ends = new LeftEnds()
    const [bare, told, other] = [{ ...endOf('run_1'), records: [] }, endOf('run_2'), endOf('run_3')]
    for (const end of [bare, told, other]) ends.add(end)
    ends.markStored([bare], [])
    expect(ends.all).toEqual([told, other])
    ends.markStored([], [{ ...settled, runId: 'run_2' }])
    expect(ends.all).toEqual([other])
  })
})

describe('notes of others', () => {
  it('are not taken before the first commit, as what they speak of may not be known here yet', async () => {
    const { history, ledger, clock, inner } = setUp()
    const turn = nextTurn()
    history.append(turn)
    await ledger.save('save_1', background({ clock }), () => false)
    await inner.leaveNote('s', { v: 1, type: 'prompt-ended', runId: 'x', state: 'withdrawn' })
    const taken: number[] = []
    const claim = await ledger.claim('run_1', background({ clock }), {
      onLost: () => {},
      onCancel: () => {},
      onNotes: (notes) => taken.push(notes.length),
    })
    await clock.advance(1_000)
    expect(taken).toEqual([])
    await claim.begin([{ ...started, turnId: turn.id }], [], () => false)
    await clock.advance(1_000)
    expect(taken).toContain(1)
    await claim.end()
  })
})
