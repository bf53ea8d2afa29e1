import type { Event } from '@geppetto/events'
import { expect, it } from 'vitest'
import { joined, rowsOf } from './event-rows.ts'

const base = (seq: number, segmentId?: string) => ({
  v: 1 as const,
  seq,
  time: seq,
  correlation: { runId: 'r', providerCallId: 'pc', ...(segmentId === undefined ? {} : { segmentId }) },
})
const events: readonly Event[] = [
  { ...base(1), type: 'provider-call-started', api: 'a', host: 'h', model: 'm' },
  { ...base(2, 's'), type: 'text-delta', delta: 'One ' },
  { ...base(3, 's'), type: 'text-delta', delta: 'two' },
  { ...base(4, 't'), type: 'text-delta', delta: 'three' },
]

it('pieces of one text that follow each other are a row, which belongs to the block that they become', () => {
  expect(rowsOf(events).map(({ count, detail, ids }) => [count, detail, ids])).toEqual([
    [1, 'm, a', ['pc']],
    [2, 'One two', ['s']],
    [1, 'three', ['t']],
  ])
})

it('what is stored and what is heard is there once, in its order', () => {
  expect(joined(events.slice(1, 3), [...events].reverse())).toEqual(events)
})
