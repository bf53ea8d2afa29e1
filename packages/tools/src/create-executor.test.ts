import { getEventListeners } from 'node:events'
import { background } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createToolExecutor } from './create-executor.ts'
import { defineTool, type ToolOptions } from './define-tool.ts'
import { call, createBench, outcomesOf, textOf } from './executor.test-helper.ts'
import { createToolRegistry } from './registry.ts'

const input = z.object({ ms: z.number().default(0) })

/** A tool that answers after as many milliseconds as its arguments say, and knows how many of its calls ran at once. */
function createSleeper(options: Partial<ToolOptions<{ ms: number }, string>> = {}) {
  const seen = { running: 0, most: 0, started: [] as number[] }
  const tool = defineTool({
    name: 'sleeper',
    description: 'Sleeps.',
    input,
    execute: async ({ ms }, ctx) => {
      seen.started.push(ms)
      seen.most = Math.max(seen.most, ++seen.running)
      await new Promise<void>((resolve) => ctx.clock.schedule(resolve, ms))
      seen.running--
      return `slept ${ms}`
    },
    ...options,
  })
  return { tool, seen }
}

const failing = defineTool({
  name: 'failing',
  description: 'Fails.',
  input: z.object({}),
  execute: () => {
    throw new Error('the disk is full')
  },
})

describe('a step', () => {
  it('gives the results in the order of the calls, whichever is faster', async () => {
    const bench = createBench([createSleeper().tool])
    const execution = bench.execute([30, 10, 20].map((ms) => call('sleeper', `c${ms}`, { ms })))
    await bench.clock.advance(30)
    const { results } = await execution
    expect(results.map(textOf)).toEqual(['slept 30', 'slept 10', 'slept 20'])
    expect(bench.of('tool-execution-finished').map(({ correlation }) => correlation.toolCallId)).toEqual([
      'c10',
      'c20',
      'c30',
    ])
    expect(results.map(({ id, createdAt, runId }) => ({ id, createdAt, runId }))).toEqual([
      { id: 'blk_1', createdAt: 1_030, runId: 'run_1' },
      { id: 'blk_2', createdAt: 1_010, runId: 'run_1' },
      { id: 'blk_3', createdAt: 1_020, runId: 'run_1' },
    ])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it.each([
    [1, 1],
    [3, 3],
    [undefined, 4],
    [20, 10],
  ])('runs at most as many calls at once as the config says: %s', async (maxParallel, most) => {
    const { tool, seen } = createSleeper()
    const bench = createBench([tool], maxParallel === undefined ? {} : { maxParallel })
    const execution = bench.execute(
      Array.from({ length: 10 }, (_, index) => call('sleeper', `c${index}`, { ms: 10 - index })),
    )
    await bench.clock.advance(1_000)
    expect((await execution).results).toHaveLength(10)
    expect(seen.most).toBe(most)
    expect(seen.started).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('does not count the wait for a place as time of the tool', async () => {
    const bench = createBench([createSleeper({ timeoutMs: 60 }).tool], { maxParallel: 1 })
    const execution = bench.execute(['a', 'b', 'c'].map((id) => call('sleeper', id, { ms: 50 })))
    await bench.clock.advance(150)
    expect(outcomesOf(await execution)).toEqual(['a ok', 'b ok', 'c ok'])
  })

  it('goes on beside a call that failed and tells the model what the tool said', async () => {
    const bench = createBench([failing, createSleeper().tool])
    const execution = bench.execute([call('failing', 'a'), call('sleeper', 'b', { ms: 5 })])
    await bench.clock.advance(5)
    const { results, error } = await execution
    expect(error).toBeUndefined()
    expect(results.map(({ outcome }) => outcome)).toEqual(['error', 'ok'])
    expect(textOf(results[0])).toBe('The tool failed: the disk is full')
  })

  it('runs no call twice that has the id of another', async () => {
    const { tool, seen } = createSleeper()
    const bench = createBench([tool])
    const execution = bench.execute([call('sleeper', 'a', { ms: 1 }), call('sleeper', 'a', { ms: 2 })])
    await bench.clock.advance(5)
    const { results } = await execution
    expect(seen.started).toEqual([1])
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'error'])
    expect(textOf(results[1])).toContain('another call of this step has the id a')
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('tells what became of calls that are never run, without a start', async () => {
    const bench = createBench([createSleeper().tool, defineTool({ name: 'elsewhere', description: 'E.', input })])
    const cut = toolCallBlock({ callId: 'a', name: 'sleeper', input: { state: 'incomplete', raw: '{"ms":' } })
    const { results } = await bench.execute([
      cut,
      call('unknown', 'b'),
      call('sleeper', 'c', { ms: 'long' }),
      call('elsewhere', 'd'),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['error', 'error', 'error', 'pending'])
    expect(bench.of('tool-execution-started')).toEqual([])
    expect(
      bench.of('tool-execution-finished').map(({ correlation, outcome }) => [correlation.toolCallId, outcome]),
    ).toEqual([
      ['a', 'error'],
      ['b', 'error'],
      ['c', 'error'],
      ['d', 'pending'],
    ])
    expect(bench.of('tool-execution-finished').map(({ correlation }) => correlation.segmentId)).toEqual(
      results.map(({ id }) => id),
    )
  })

  it('has no results for no calls', async () => {
    expect(await createBench([]).execute([])).toEqual({ results: [] })
  })

  it('works on a context without sinks and without a run', async () => {
    const executor = createToolExecutor()
    const registry = createToolRegistry([createSleeper().tool])
    const { results } = await executor.execute(background(), { calls: [call('sleeper', 'a')], registry, config: {} })
    expect(results).toMatchObject([{ outcome: 'ok' }])
    expect(results[0]).not.toHaveProperty('runId')
  })

  it('lets go of the signal of the run, which goes on', async () => {
    const bench = createBench([createSleeper().tool, failing])
    const execution = bench.execute([call('sleeper', 'a', { ms: 5 }), call('failing', 'b')])
    await bench.clock.advance(5)
    await execution
    expect(getEventListeners(bench.ctx.signal, 'abort')).toEqual([])
    expect(bench.clock.scheduled).toBe(0)
  })

  it('refuses a config that cannot work before it runs anything', async () => {
    const { tool, seen } = createSleeper()
    const bench = createBench([tool], { maxParallel: 0 })
    await expect(bench.execute([call('sleeper', 'a')])).rejects.toMatchObject({ code: 'invalid_config' })
    expect(seen.started).toEqual([])
  })
})

describe('a step that a failure ends', () => {
  const abort = { errorHandling: 'abort' } as const

  it('stops the running calls, does not start the others, and says why', async () => {
    const late = defineTool({
      ...failing,
      name: 'late',
      execute: async (_, ctx) => {
        await new Promise<void>((resolve) => ctx.clock.schedule(resolve, 5))
        throw new Error('the disk is full')
      },
    })
    const polite = defineTool({
      name: 'polite',
      description: 'Stops when asked.',
      input,
      execute: (_, ctx) =>
        new Promise<string>((_resolve, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)),
        ),
    })
    const bench = createBench([late, polite, createSleeper().tool], { ...abort, maxParallel: 2 })
    const execution = bench.execute([call('polite', 'a'), call('late', 'b'), call('sleeper', 'c'), call('polite', 'd')])
    await bench.clock.advance(5)
    const done = await execution
    expect(outcomesOf(done)).toEqual(['a unknown', 'b error', 'c not-run', 'd not-run'])
    expect(done.error).toMatchObject({
      code: 'execution_failed',
      toolName: 'late',
      callId: 'b',
      cause: expect.objectContaining({ message: 'the disk is full' }),
    })
    expect(bench.ctx.signal.aborted).toBe(false)
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('starts nothing when the arguments of any call are wrong', async () => {
    const { tool, seen } = createSleeper()
    const bench = createBench([tool, defineTool({ name: 'elsewhere', description: 'E.', input })], abort)
    const done = await bench.execute([call('sleeper', 'a'), call('elsewhere', 'b'), call('sleeper', 'c', { ms: 'x' })])
    expect(outcomesOf(done)).toEqual(['a not-run', 'b not-run', 'c error'])
    expect(done.error).toMatchObject({ code: 'invalid_input' })
    expect(seen.started).toEqual([])
  })

  it('is ended by a timeout too', async () => {
    const bench = createBench([createSleeper({ timeoutMs: 10 }).tool], { ...abort, abortGraceMs: 5 })
    const execution = bench.execute([call('sleeper', 'a', { ms: 99 })])
    await bench.clock.advance(15)
    const done = await execution
    expect(outcomesOf(done)).toEqual(['a timed-out'])
    expect(done.error).toMatchObject({ code: 'timed_out' })
  })

  it('is not ended by a call that was denied', async () => {
    const bench = createBench([createSleeper().tool], abort, {
      authorize: (_, { callId }) => (callId === 'a' ? { decision: 'deny', reason: 'no' } : { decision: 'allow' }),
    })
    const execution = bench.execute([call('sleeper', 'a'), call('sleeper', 'b')])
    await bench.clock.advance(0)
    const done = await execution
    expect(outcomesOf(done)).toEqual(['a denied', 'b ok'])
    expect(done.error).toBeUndefined()
  })

  it('keeps the real result of a call that ends well in spite of the stop', async () => {
    const bench = createBench([failing, createSleeper().tool], abort)
    const execution = bench.execute([call('sleeper', 'a', { ms: 10 }), call('failing', 'b')])
    await settlePromises()
    await bench.clock.advance(10)
    expect(outcomesOf(await execution)).toEqual(['a ok', 'b error'])
  })
})
