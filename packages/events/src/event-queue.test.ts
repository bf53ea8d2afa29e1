import { describe, expect, it } from 'vitest'
import type { Event } from './event.ts'
import { EventQueue } from './event-queue.ts'
import { recordRichRun } from './rich-run.test-helper.ts'

const base = { v: 1, time: 1_000, correlation: { runId: 'run', segmentId: 'text' } } as const
const delta = (seq: number, text: string, fromSeq?: number): Event => ({
  ...base,
  type: 'text-delta',
  seq,
  delta: text,
  ...(fromSeq === undefined ? undefined : { fromSeq }),
})
const info = (seq: number): Event => ({ ...base, type: 'info', seq, message: `${seq}` })

function takeAll(queue: EventQueue): Event[] {
  const taken: Event[] = []
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) taken.push(event)
  return taken
}

describe('a queue of events', () => {
  it('gives back what it was given where it may neither merge nor drop', () => {
    const queue = new EventQueue({ mergesDeltas: false, capacity: Number.POSITIVE_INFINITY })
    const events = recordRichRun()
    for (const event of events) queue.push(event)
    expect(takeAll(queue)).toEqual(events)
  })

  it('keeps order over many pushes and shifts, and lets go of what was taken', () => {
    const queue = new EventQueue({ mergesDeltas: false, capacity: 10_000 })
    const taken: number[] = []
    let seq = 0
    for (let round = 0; round < 2_000; round++) {
      for (let index = 0; index < 3; index++) queue.push(info(++seq))
      for (let index = 0; index < 2; index++) taken.push(queue.shift()?.seq ?? 0)
    }
    expect(queue.size).toBe(2_000)
    taken.push(...takeAll(queue).map((event) => event.seq))
    expect(taken).toEqual(Array.from({ length: seq }, (_, index) => index + 1))
  })

  it('merges deltas that were merged before, from where the first began', () => {
    const queue = new EventQueue({ mergesDeltas: true, capacity: 10 })
    queue.push(delta(4, 'abc', 2))
    queue.push(delta(9, 'def', 5))
    expect(takeAll(queue)).toEqual([delta(9, 'abcdef', 2)])
  })

  it('never merges into an event that it has handed out', () => {
    const queue = new EventQueue({ mergesDeltas: true, capacity: 10 })
    const first = delta(1, 'a')
    queue.push(first)
    expect(queue.shift()).toBe(first)
    queue.push(delta(2, 'b'))
    expect(takeAll(queue)).toEqual([delta(2, 'b')])
    expect(first).toEqual(delta(1, 'a'))
  })

  it('counts in a gap what a left out gap and a left out merged delta stood for', () => {
    const queue = new EventQueue({ mergesDeltas: false, capacity: 0 })
    queue.push(delta(5, 'abc', 3))
    queue.push({ ...base, type: 'gap', seq: 9, fromSeq: 6, toSeq: 9, count: 4 })
    expect(takeAll(queue)).toMatchObject([{ type: 'gap', seq: 9, fromSeq: 3, toSeq: 9, count: 5 }])
  })

  it('leaves out later deltas too once it has begun to leave out, so that order stays', () => {
    const queue = new EventQueue({ mergesDeltas: true, capacity: 1 })
    queue.push(delta(1, 'a'))
    queue.push(info(2))
    queue.push(delta(3, 'b'))
    expect(takeAll(queue)).toMatchObject([
      { seq: 1, delta: 'a' },
      { type: 'gap', fromSeq: 2, toSeq: 3, count: 2 },
    ])
  })
})
