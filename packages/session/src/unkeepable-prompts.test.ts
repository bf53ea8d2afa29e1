import { type Clock, systemClock } from '@geppetto/context'
import { appendBlocks, assistantBlock, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import type { SubmitOptions } from './queue/submissions.ts'
import { Session } from './session.ts'

/** A session whose first prompt is being run until `go` is called. */
function setUp(clock: Clock = systemClock) {
  const gate = Promise.withResolvers<void>()
  const runInference = async (_: unknown, turn: Turn): Promise<Turn> => {
    await gate.promise
    return appendBlocks(turn, assistantBlock('Well.'))
  }
  const options = { builder: { build: () => ({ runInference }) }, clock }
  const store = createMemoryStore()
  const session = new Session({ ...options, store, id: 's' })
  return {
    session,
    first: session.submit('1'),
    go: () => gate.resolve(),
    open: () => Session.open(store, 's', options),
  }
}

/** What a JavaScript caller can pass, whatever the types say. */
function untyped<T>(value: unknown): T {
  // Not true, and that is the point: the session must notice.
  return value as T
}

const wrong: readonly (readonly [field: string, options: object, code?: string])[] = [
  ['tags.b', { tags: { a: 'fine', b: 5 } }],
  ['tags.a', { tags: { a: () => 1 } }],
  ['tags.a', { tags: { a: null } }],
  ['tags', { tags: ['a'] }],
  ['tags', { tags: 'a' }],
  ['tags', { tags: '' }],
  ['tags', { tags: null }],
  ['tags', { tags: new Map([['a', 'b']]) }],
  ['requestId', { requestId: 5 }],
  ['output schema answer', { output: '' }, 'invalid_schema'],
  ['output schema answer', { output: null }, 'invalid_schema'],
]

describe('a prompt that the store could not keep, or not give back', () => {
  it.each(wrong.map(([field, options, code]) => ({ field, options, code })))(
    'is refused where it is submitted, and nothing else is harmed: $field of $options',
    async ({ field, options, code }) => {
      const { session, first, go, open } = setUp()
      const submit = () => session.submit('bad', untyped<SubmitOptions>({ whenBusy: 'queue', ...options }))
      expect(submit).toThrow(expect.objectContaining({ code: code ?? 'invalid_options', field }))
      const last = session.submit('2', { whenBusy: 'queue' })
      await session.save()
      go()
      expect([(await first.wait()).status, (await last.wait()).status]).toEqual(['completed', 'completed'])
      expect((await open()).turnCount).toBe(2)
      expect(() => session.submit('bad', untyped(options))).toThrow(expect.objectContaining({ field }))
      await expect(session.run('bad', undefined, untyped(options))).rejects.toMatchObject({ field })
    },
  )

  it('is refused also where that is found out only as it is written down', async () => {
    const times: number[] = []
    const { session, first, go, open } = setUp({ ...systemClock, now: () => times.shift() ?? Date.now() })
    times.push(Number.NaN)
    const submit = () => session.submit('bad', { whenBusy: 'queue' })
    expect(submit).toThrow(expect.objectContaining({ name: 'SessionError', code: 'invalid_options' }))
    expect([times, session.queue]).toEqual([[], []])
    go()
    expect((await first.wait()).status).toBe('completed')
    expect((await open()).turnCount).toBe(1)
  })

  it('has the tags that it was submitted with, whatever the caller does to them', async () => {
    const { session, first, go, open } = setUp()
    const tags: { [name: string]: string | undefined } = { a: 'fine', none: undefined }
    const second = session.submit('2', untyped<SubmitOptions>({ whenBusy: 'queue', tags }))
    tags.a = untyped(5)
    await session.save()
    go()
    await first.wait()
    for await (const event of second.events())
      if (event.type === 'run-started') expect(event.tags).toEqual({ a: 'fine' })
    expect((await open()).turnCount).toBe(2)
  })
})
