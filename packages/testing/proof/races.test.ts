import { getEventListeners } from 'node:events'
import { sleep } from '@geppetto/context'
import { type Event, type EventSink, isTerminal } from '@geppetto/events'
import { createMemoryStore, type ExecutionHandle, isSessionBusyError, type RunResult } from '@geppetto/session'
import { defineTool } from '@geppetto/tools'
import { validateTurn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ScriptedCall } from '../src/scripted-engine.ts'
import { createSequentialIds } from '../src/sequential-ids.ts'
import {
  createLab,
  expectClean,
  expectOneEndEach,
  expectQuiet,
  expectSameInStore,
  type Lab,
  textsIn,
  until,
  workTool,
} from './run-lab.test-helper.ts'

const storages = [
  { where: 'in memory alone', store: undefined },
  { where: 'with a store', store: () => ({}) },
] as const

/** A lab with a tool that ignores its signal for a while, and a sink that takes its time with each event. */
function createSlowLab(store: (typeof storages)[number]['store'], slowMs: number): Lab {
  const slow: EventSink = { publish: () => sleep(lab.ctx, slowMs) }
  const lab: Lab = createLab({
    ...(store === undefined ? undefined : { store }),
    parts: { tools: [workTool((ctx) => new Promise((resolve) => ctx.clock.schedule(() => resolve('late'), 700)))] },
    sinks: [slow],
  })
  return lab
}

const statusOf = ({ status, stop }: RunResult) => `${status} ${stop}`

describe.each(storages)('a thousand runs, each cancelled and followed at once by the next, $where', ({ store }) => {
  it('end one by one, each with its own events, and leave nothing', async () => {
    const lab = createSlowLab(store, 2)
    const { session, clock, sink, ctx } = lab
    const results: RunResult[] = []
    for (let run = 0; run < 1_000; run++) {
      const handle = lab.submit(`prompt ${run}`)
      // Stopped wherever it happens to be: before it began, in the stream, in the tool, after it.
      const isOver = handle.wait()
      for (let step = 0; step < run % 23 && handle.isRunning; step++) {
        await null
        if (step % 3 === 2) clock.runNext()
      }
      const cancelled = handle.cancel()
      expect(cancelled).toBe(isOver)
      results.push(await until(clock, cancelled))
      expect(session.isRunning).toBe(false)
    }
    expect(new Set(results.map(statusOf))).toContain('cancelled user')
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(1_000)
    expect(session.turnCount).toBe(1_000)
    const last = await until(clock, session.submit('Again', {}, ctx).wait())
    expect([last.status, validateTurn(last.turn)]).toEqual(['completed', []])
    const count = sink.events.length
    await clock.advance(60_000)
    expect(sink.events).toHaveLength(count)
    expectQuiet(lab)
    expectOneEndEach(sink.events)
    await expectSameInStore(lab)
  })

  it('that take each other’s place do so in order, and the last one answers', async () => {
    const lab = createSlowLab(store, 1)
    const { session, clock, sink, ctx } = lab
    const handles = Array.from({ length: 1_000 }, (_, run) =>
      session.submit(run === 999 ? 'Again' : `prompt ${run}`, { whenBusy: 'interrupt' }, ctx),
    )
    const results = await until(clock, Promise.all(handles.map((handle) => handle.wait())))
    expect(new Set(results.slice(0, -1).map(statusOf))).toEqual(new Set(['cancelled superseded']))
    expect(results.at(-1)?.status).toBe('completed')
    expect(session.turnCount).toBe(1_000)
    expectQuiet(lab)
    expectOneEndEach(sink.events)
    await expectSameInStore(lab)
  })
})

describe('in one tick', () => {
  it.each([
    { first: 'start', second: 'start' },
    { first: 'start', second: 'submit' },
    { first: 'submit', second: 'start' },
    { first: 'submit', second: 'submit' },
  ] as const)('$first and $second: the second is refused, and changes nothing', async ({ first, second }) => {
    const lab = createLab()
    const { session, ctx } = lab
    if (first === 'start') session.appendNewTurnFromUserPrompt('Go')
    const begin = (how: 'start' | 'submit') => (how === 'start' ? session.startInference(ctx) : lab.submit('Other'))
    const handle = begin(first)
    let thrown: unknown
    try {
      begin(second)
    } catch (error) {
      thrown = error
    }
    expect(isSessionBusyError(thrown) && thrown.runId).toBe(handle.runId)
    expect([session.turnCount, session.active]).toEqual([1, handle])
    const result = await handle.wait()
    expect(result.status).toBe('completed')
    await expectClean(lab, result)
  })

  it.each([
    { whenBusy: 'queue', ends: ['completed end_turn', 'completed end_turn'] },
    { whenBusy: 'interrupt', ends: ['cancelled superseded', 'completed end_turn'] },
  ] as const)('two prompts, the second to $whenBusy: both run, one after the other', async ({ whenBusy, ends }) => {
    const lab = createLab()
    const { session, ctx } = lab
    const handles = [lab.submit('first'), session.submit('second', { whenBusy }, ctx)]
    expect(handles.map(({ state }) => state)).toEqual(['running', 'queued'])
    const results = await Promise.all(handles.map((handle) => handle.wait()))
    expect(results.map(statusOf)).toEqual(ends)
    await expectClean(lab, session.turnCount === 2 && results[1] ? results[1] : expect.unreachable())
  })

  it.each([
    { how: 'with ids of one source', ids: createSequentialIds() },
    { how: 'that count their ids alike', ids: undefined },
  ])('two sessions $how on one store: one runs, the other sends nothing', async ({ ids }) => {
    const options = { session: { store: createMemoryStore() }, ...(ids === undefined ? undefined : { ids }) }
    const labs = [createLab(options), createLab(options)]
    const handles = labs.map((lab) => lab.submit('Go'))
    const results = await Promise.all(handles.map((handle) => handle.wait()))
    expect(results.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed'])
    const loser = results.findIndex(({ status }) => status === 'failed')
    const result = results[loser]
    expect(result?.status === 'failed' && isSessionBusyError(result.error) && result.error.runId).toBe(
      handles[1 - loser]?.runId,
    )
    expect(labs[loser]?.engine.received).toEqual([])
    for (const lab of labs) expectQuiet(lab)
  })
})

describe('what is asked while a run begins', () => {
  /** Ids that start a run themselves the first time that `prefix` is asked for. */
  function createMeddler(prefix: string, meddle: () => void) {
    const ids = createSequentialIds()
    let isDone = false
    const next = (asked: string) => {
      if (asked === prefix && !isDone) {
        isDone = true
        meddle()
      }
      return ids.next(asked)
    }
    return { next }
  }

  it.each(['run', 'turn', 'blk'])('may start a run itself, as ids (%s): one of the two runs', async (prefix) => {
    const handles: ExecutionHandle[] = []
    const lab: Lab = createLab({ ids: createMeddler(prefix, () => handles.push(lab.submit('mine'))) })
    let thrown: unknown
    try {
      lab.submit('yours')
    } catch (error) {
      thrown = error
    }
    expect(isSessionBusyError(thrown) && thrown.runId).toBe(handles[0]?.runId)
    expect([handles.length, lab.session.active, lab.session.turnCount]).toEqual([1, handles[0], 1])
    const result = await (handles[0]?.wait() ?? expect.unreachable())
    expect(result.status).toBe('completed')
    await expectClean(lab, result)
  })

  it('may start a run itself, where a turn that is there is started', async () => {
    const handles: ExecutionHandle[] = []
    const start = () => lab.session.startInference(lab.ctx)
    const lab: Lab = createLab({ ids: createMeddler('run', () => handles.push(start())) })
    lab.session.appendNewTurnFromUserPrompt('Go')
    expect(start).toThrow(/active run/)
    expect([handles.length, lab.session.active]).toEqual([1, handles[0]])
    const result = await (handles[0]?.wait() ?? expect.unreachable())
    expect(result.status).toBe('completed')
    await expectClean(lab, result)
  })

  it('may throw, and leaves nothing', async () => {
    const lab: Lab = createLab({
      ids: createMeddler('turn', () => {
        throw new Error('no more ids')
      }),
    })
    expect(() => lab.submit()).toThrow('no more ids')
    expect([lab.session.isRunning, lab.session.turnCount]).toEqual([false, 0])
    expect(getEventListeners(lab.ctx.signal, 'abort')).toEqual([])
    await expectClean(lab, await lab.submit().wait())
  })

  it('is the same request where who hears of the interruption submits it again', async () => {
    const again: ExecutionHandle[] = []
    const request = { whenBusy: 'interrupt', requestId: 'r' } as const
    const work = workTool(
      ({ signal }) =>
        new Promise((resolve) => {
          const resubmit = () => {
            again.push(lab.session.submit('Again', request, lab.ctx))
            resolve('heard')
          }
          signal.addEventListener('abort', resubmit, { once: true })
        }),
    )
    const lab: Lab = createLab({ parts: { tools: [work] } })
    const first = lab.submit()
    await lab.clock.advance(10)
    const second = lab.session.submit('Again', request, lab.ctx)
    expect(again).toEqual([second])
    const results = await until(lab.clock, Promise.all([first.wait(), second.wait()]))
    expect(results.map(statusOf)).toEqual(['cancelled superseded', 'completed end_turn'])
    expect(lab.session.turnCount).toBe(2)
  })
})

describe('a handle that a thousand wait for', () => {
  it('gives all of them one result, and the first of many reasons counts', async () => {
    const lab = createLab({ script: () => [{ text: 'so far' }, { hang: true }] })
    const handle = lab.submit()
    const early = Array.from({ length: 1_000 }, () => handle.wait())
    await lab.clock.advance(0)
    const reasons = ['budget', 'user', 'deadline', 'shutdown', new Error('late')]
    const cancels = Array.from({ length: 1_000 }, (_, index) => handle.cancel(reasons[index % reasons.length]))
    const results = await Promise.all([...early, ...cancels, handle.wait()])
    expect(new Set(results).size).toBe(1)
    expect([results[0]?.status, results[0]?.stop]).toEqual(['cancelled', 'budget'])
    await expectClean(lab, await handle.cancel('user'))
  })
})

const ends: readonly { readonly type: Event['type']; readonly script: () => ScriptedCall }[] = [
  { type: 'run-finished', script: () => [{ text: 'answer' }] },
  { type: 'run-failed', script: () => [{ text: 'answer' }, { fail: 'overloaded' }] },
  { type: 'run-cancelled', script: () => [{ text: 'answer' }, { hang: true }] },
  { type: 'run-waiting', script: () => [{ text: 'answer' }, { toolCall: 'elsewhere', input: {} }] },
]

describe.each(storages)('a run that is started by the sink of the one before it, $where', ({ store }) => {
  const elsewhere = defineTool({ name: 'elsewhere', description: 'Runs elsewhere.', input: z.object({}) })

  /** Starts `count` runs, each from the last event of the one before it. */
  async function chain(type: Event['type'], script: () => ScriptedCall, count: number, waits: boolean) {
    const handles = new Map<string, Promise<RunResult>>()
    const depths: number[] = []
    const next: EventSink = {
      async publish(event) {
        if (event.type === 'text-delta' && event.delta === 'answer' && type === 'run-cancelled')
          void lab.session.active?.cancel()
        if (event.type !== type || handles.size === count) return
        if (waits) await null
        begin()
        depths.push(new Error('where').stack?.split('\n').length ?? 0)
      },
    }
    const parts = { tools: [elsewhere] }
    const lab: Lab = createLab({ script, parts, sinks: [next], ...(store === undefined ? undefined : { store }) })
    const begin = () => {
      const handle = lab.submit(`prompt ${handles.size}`)
      handles.set(handle.runId, handle.wait())
    }
    begin()
    while (handles.size < count) await until(lab.clock, [...handles.values()].at(-1) ?? expect.unreachable())
    const results = await until(lab.clock, Promise.all(handles.values()))
    expect(new Set(depths).size).toBeLessThanOrEqual(2)
    return { lab, results }
  }

  it.each(ends.flatMap(({ type, script }) => [false, true].map((waits) => ({ type, script, waits }))))(
    'at $type (after an await: $waits) finds the session free',
    async ({ type, script, waits }) => {
      const { lab, results } = await chain(type, script, 5, waits)
      expect(results).toHaveLength(5)
      expect(new Set(results.map(({ status }) => `run-${status}`.replace('completed', 'finished')))).toEqual(
        new Set([type]),
      )
      expect(results.flatMap(({ warnings }) => warnings)).toEqual([])
      expect(lab.session.turnCount).toBe(5)
      expect(lab.sink.events.filter(isTerminal)).toHaveLength(5)
      await expectClean(lab, results[4] ?? expect.unreachable())
    },
  )

  it('a thousand times does not grow the stack', async () => {
    const { lab, results } = await chain('run-finished', () => [{ text: 'answer' }], 1_000, false)
    expect(results.every(({ status }) => status === 'completed')).toBe(true)
    expect(textsIn(lab.session.latest ?? expect.unreachable())).toHaveLength(1_000)
    expectQuiet(lab)
    expectOneEndEach(lab.sink.events)
    await expectSameInStore(lab)
  })
})
