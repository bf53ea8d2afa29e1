import { createManualClock, settlePromises } from '@geppetto/context/manual-clock'
import type { Event } from '@geppetto/events'
import { expect, it } from 'vitest'
import type { EventBatch } from '../contract/store.ts'
import { Journal } from './journal.ts'

/** A journal, and what was written of it: `text-delta 3 from 1: abc`. */
function setUp(write: (batch: EventBatch) => Promise<void> = async () => {}) {
  const clock = createManualClock()
  const written: EventBatch[] = []
  const journal: Journal = new Journal({
    clock,
    async write() {
      const batch = journal.take()
      try {
        await write(batch)
        written.push(batch)
      } catch (error) {
        journal.giveBack(batch)
        throw error
      }
    },
  })
  let seq = 0
  const push = (type: 'text-started' | 'text-delta' | 'text-finished' | 'info', segmentId: string, text = ''): void => {
    const base = { v: 1, seq: ++seq, epoch: 1, time: 1, correlation: { segmentId } } as const
    if (type === 'text-started') journal.push({ ...base, type })
    else if (type === 'text-delta') journal.push({ ...base, type, delta: text })
    else if (type === 'text-finished') journal.push({ ...base, type, text, outcome: 'completed' })
    else journal.push({ ...base, type, message: text })
  }
  return { clock, journal, written, push, lines: () => written.map(linesOf) }
}

const linesOf = ({ events, finished = [] }: EventBatch) => [
  ...events.map(({ event }) => {
    const from = event.fromSeq === undefined ? '' : ` from ${event.fromSeq}`
    return `${event.type} ${event.seq}${from}: ${event.delta ?? event.text ?? ''}`
  }),
  ...finished.map((segmentId) => `finished ${segmentId}`),
]

it('P5: writes what came 250 ms after the first of it, adjacent deltas of one segment as one', async () => {
  const { clock, push, lines } = setUp()
  push('text-started', 'a')
  for (const text of ['one ', 'two ', 'three']) push('text-delta', 'a', text)
  push('text-delta', 'b', 'other')
  push('text-delta', 'a', '!')
  await clock.advance(249)
  expect(lines()).toEqual([])
  await clock.advance(1)
  expect(lines()).toEqual([
    ['text-started 1: ', 'text-delta 4 from 2: one two three', 'text-delta 5: other', 'text-delta 6: !'],
  ])
  await clock.advance(10_000)
  expect([lines().length, clock.scheduled]).toEqual([1, 0])
})

it('P5: writes at once where much waits, or a tool has done something', async () => {
  const { journal, push, lines } = setUp()
  push('text-delta', 'a', 'x'.repeat(2_047))
  await settlePromises()
  expect(lines()).toEqual([])
  push('text-delta', 'a', 'x')
  await settlePromises()
  expect(lines().length).toBe(1)
  const base = { v: 1, seq: 9, epoch: 1, time: 1, correlation: { toolCallId: 'c' } } as const
  journal.push({ ...base, type: 'tool-execution-finished', name: 't', outcome: 'ok', content: [], durationMs: 1 })
  await settlePromises()
  expect(lines().length).toBe(2)
})

it('throws away the deltas of what has finished: those that wait, and those that were written', async () => {
  const { clock, push, lines } = setUp()
  push('text-delta', 'a', 'long')
  await clock.advance(250)
  push('text-delta', 'a', ' text')
  push('text-delta', 'b', 'short')
  push('text-finished', 'a', 'long text')
  push('text-finished', 'b', 'short')
  await clock.advance(250)
  expect(lines().slice(1)).toEqual([['text-finished 4: long text', 'text-finished 5: short', 'finished a']])
})

it('keeps what could not be written for the next write, in order, without what has finished since', async () => {
  let fails = true
  const { clock, push, lines } = setUp(() => (fails ? Promise.reject(new Error('disk full')) : Promise.resolve()))
  push('text-started', 'a')
  push('text-delta', 'a', 'one')
  push('text-delta', 'b', 'kept')
  await clock.advance(250)
  push('text-finished', 'a', 'one')
  fails = false
  await clock.advance(250)
  expect(lines()).toEqual([['text-started 1: ', 'text-delta 3: kept', 'text-finished 4: one', 'finished a']])
})

it('waits for the answer of the store before it writes again', async () => {
  const answers: (() => void)[] = []
  const { clock, push, lines } = setUp(() => new Promise((resolve) => answers.push(resolve)))
  push('info', 'a', 'one')
  await clock.advance(250)
  push('info', 'a', 'two')
  await clock.advance(250)
  expect(answers.length).toBe(1)
  answers[0]?.()
  await clock.advance(250)
  answers[1]?.()
  await settlePromises()
  expect(lines()).toEqual([['info 1: '], ['info 2: ']])
})

it('lets no event reach across the moment at which it was synced', async () => {
  const { clock, journal, push, lines } = setUp()
  push('text-delta', 'a', 'before')
  const synced = journal.sync()
  push('text-delta', 'a', 'after')
  push('text-delta', 'a', ' that')
  await synced
  await clock.advance(250)
  expect(lines().flat()).toEqual(['text-delta 1: before', 'text-delta 3 from 2: after that'])
})

it('puts a gap in the place of what is no JSON, so that the rest can be kept', () => {
  const { journal } = setUp()
  const base = { v: 1, epoch: 1, time: 1, correlation: {} } as const
  journal.push({ ...base, seq: 1, type: 'info', message: 'fine' })
  const data: unknown = JSON.parse('{}')
  const poisoned: Event = {
    ...base,
    seq: 2,
    type: 'custom',
    name: 'app.x',
    data: Object.assign(Object(data), { at: 1n }),
  }
  journal.push(poisoned)
  expect(journal.take().events.map(({ event }) => event)).toEqual([
    { ...base, seq: 1, type: 'info', message: 'fine' },
    { ...base, seq: 2, type: 'gap', fromSeq: 2, toSeq: 2, count: 1 },
  ])
})

it('takes nothing more, and leaves no timer, once it has ended', async () => {
  const { clock, journal, push, written } = setUp()
  push('info', 'a', 'one')
  journal.end()
  push('info', 'a', 'two')
  await clock.advance(1_000)
  expect([written, clock.scheduled, journal.take().events.length]).toEqual([[], 0, 1])
})

it('tries what could not be written again after a while, not for each few words', async () => {
  let sent = 0
  const { clock, push } = setUp((batch) => {
    sent += JSON.stringify(batch).length
    return Promise.reject(new Error('disk full'))
  })
  for (let count = 0; count < 50; count++) {
    push('text-delta', 'a', 'x'.repeat(2_048))
    await settlePromises()
  }
  await clock.advance(249)
  expect(sent).toBeLessThan(10_000)
  await clock.advance(1)
  expect(sent).toBeGreaterThan(100_000)
})
