import type { Event } from '@geppetto/events'
import type { ExecutionHandle } from '@geppetto/session'
import { describe, expect, it } from 'vitest'
import { createLab, expectClean, textsIn, until } from './run-lab.test-helper.ts'

const words = Array.from({ length: 200 }, (_, index) => `word ${index} `)
const said = words.join('')
const script = () => [{ text: words.slice(0, 100) }, { delayMs: 10 }, { text: words.slice(100) }]

type Reader = AsyncIterableIterator<Event>

/** Reads on to the end. */
async function readAll(reader: Reader): Promise<readonly Event[]> {
  const events: Event[] = []
  for await (const event of reader) events.push(event)
  return events
}

/** What all who read must come to, however the deltas were merged on the way. */
function tell(events: readonly Event[]): unknown {
  const text = events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('')
  return [text, events.map(({ type }) => type).filter((type) => type !== 'text-delta')]
}

const habits: readonly { what: string; begin: (handle: ExecutionHandle) => Reader }[] = [
  { what: 'never begins to read', begin: (handle) => handle.events() },
  {
    what: 'reads once, and no more',
    begin: (handle) => {
      const reader = handle.events()
      void reader.next()
      return reader
    },
  },
  {
    what: 'asks a hundred times ahead, and never looks',
    begin: (handle) => {
      const reader = handle.events()
      for (let count = 0; count < 100; count++) void reader.next()
      return reader
    },
  },
  {
    what: 'stops in the middle of the answer',
    begin: (handle) => {
      const reader = handle.events()
      const stop = async () => {
        for (let next = await reader.next(); !next.done && next.value.type !== 'text-delta'; )
          next = await reader.next()
      }
      void stop()
      return reader
    },
  },
]

describe('a thousand listeners, each of which', () => {
  it.each(habits)('$what, hold up neither the run nor those who read', async ({ begin }) => {
    const lab = createLab({ script })
    const handle = lab.submit()
    const reading = readAll(handle.events())
    const idle = Array.from({ length: 1_000 }, () => begin(handle))
    const since = lab.clock.now()
    const result = await until(lab.clock, handle.wait())
    expect([result.status, lab.clock.now() - since, result.warnings]).toEqual(['completed', 10, []])
    expect(textsIn(result.turn).join('')).toBe(said)
    expect(tell(await reading)).toEqual(tell(lab.sink.events))
    // What waits for them is theirs, and ends.
    const rests = await until(lab.clock, Promise.all(idle.map(readAll)))
    for (const rest of rests) expect(rest.at(-1)?.type ?? 'run-finished').toBe('run-finished')
    expect(new Set(rests.map(({ length }) => length)).size).toBe(1)
    await expectClean(lab, result)
  })

  it('reads at its own pace, gets everything once and in order, and then the end', async () => {
    const lab = createLab({ script })
    const handle = lab.submit()
    const readers = Array.from({ length: 1_000 }, async (_, index) => {
      const events: Event[] = []
      for await (const event of handle.events()) {
        events.push(event)
        for (let step = 0; step < index % 7; step++) await null
      }
      return events
    })
    const result = await until(lab.clock, handle.wait())
    const expected = tell(lab.sink.events)
    for (const events of await Promise.all(readers)) {
      expect(tell(events)).toEqual(expected)
      expect(events.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq).toSorted((one, other) => one - other))
    }
    await expectClean(lab, result)
  })

  it('leaves in the middle, or comes when all is over, changes nothing', async () => {
    const lab = createLab({ script })
    const handle = lab.submit()
    const left = Array.from({ length: 1_000 }, async () => {
      for await (const event of handle.events()) if (event.type === 'text-delta') return event.delta
      return expect.unreachable()
    })
    const result = await until(lab.clock, handle.wait())
    expect(new Set(await Promise.all(left)).size).toBe(1)
    const late = await Promise.all(Array.from({ length: 10 }, () => readAll(handle.events())))
    for (const events of late) expect(tell(events)).toEqual(tell(lab.sink.events))
    await expectClean(lab, result)
  })

  it('waits for a run that is abandoned, is told of its end', async () => {
    const lab = createLab({ script: () => [{ text: 'so far' }, { hang: 'deaf' }] })
    const handle = lab.submit()
    const readers = Array.from({ length: 1_000 }, () => readAll(handle.events()))
    await lab.clock.advance(10)
    const result = await until(lab.clock, handle.cancel())
    for (const events of await Promise.all(readers)) expect(events.at(-1)?.type).toBe('run-cancelled')
    await expectClean(lab, result)
  })
})
