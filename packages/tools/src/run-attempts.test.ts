import { type Context, DeadlineExceededError, sleep } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { publish } from '@geppetto/events'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { type Bench, call, createBench, outcomesOf, textOf } from './executor.test-helper.ts'
import type { ToolHooks } from './executor.ts'
import type { ToolEffects } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'
import { idempotencyKeyFrom } from './tool-context.ts'

interface Setup {
  readonly effects?: ToolEffects
  readonly config?: ToolConfig
  readonly hooks?: ToolHooks
  readonly output?: z.ZodType<unknown>
}

/** A bench with one tool that does `work`, and the call of it under way. */
function start(work: (ctx: Context, attempt: number) => unknown, setup: Setup = {}) {
  const { effects = 'side-effecting', config = {}, hooks = {}, output } = setup
  let attempts = 0
  const tool = defineTool({
    name: 'work',
    description: 'Works.',
    input: z.object({}),
    effects,
    execute: (_, ctx) => work(ctx, ++attempts),
    ...(output === undefined ? undefined : { output }),
  })
  const bench: Bench = createBench([tool], config, hooks)
  const execution = bench.execute([call('work', 'c1')])
  return { bench, execution, attempts: () => attempts }
}

/** Waits for the signal, and then does what a polite tool does. */
function untilStopped(ctx: Context): Promise<never> {
  return new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)))
}

const forever = () => new Promise<never>(() => {})

describe('a tool that takes too long', () => {
  it('is stopped by its signal, and its call has timed out', async () => {
    const reasons: unknown[] = []
    const { bench, execution } = start(
      (ctx) => {
        ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason))
        return untilStopped(ctx)
      },
      { config: { timeoutMs: 50 } },
    )
    await bench.clock.advance(50)
    const { results } = await execution
    expect(results[0]?.outcome).toBe('timed-out')
    expect(textOf(results[0])).toBe('The tool did not answer within 50 ms. Whether it had an effect is not known.')
    expect(reasons).toEqual([new DeadlineExceededError(50)])
    expect(bench.clock.scheduled).toBe(0)
  })

  it('is abandoned after the grace when it ignores its signal, and heard no more', async () => {
    const kept: Context[] = []
    const { bench, execution } = start(
      (ctx) => {
        kept.push(ctx)
        return forever()
      },
      { config: { timeoutMs: 50, abortGraceMs: 30 } },
    )
    await bench.clock.advance(79)
    expect(bench.of('tool-execution-finished')).toEqual([])
    await bench.clock.advance(1)
    expect(outcomesOf(await execution)).toEqual(['c1 timed-out'])
    for (const ctx of kept) publish(ctx, { type: 'tool-execution-progress', message: 'I am still here' })
    expect(bench.of('tool-execution-progress')).toEqual([])
    expect(bench.of('tool-execution-finished')).toMatchObject([{ outcome: 'timed-out', durationMs: 80 }])
    expect(bench.of('log')).toMatchObject([{ level: 'warn', message: expect.stringContaining('tool work went on') }])
    expect(bench.clock.scheduled).toBe(0)
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it.each(['returns', 'throws'])('is ignored when it %s after it was abandoned', async (how) => {
    const late = Promise.withResolvers<string>()
    const { bench, execution } = start(() => late.promise, { config: { timeoutMs: 50, abortGraceMs: 30 } })
    await bench.clock.advance(80)
    const { results } = await execution
    if (how === 'returns') late.resolve('too late')
    else late.reject(new Error('too late'))
    await settlePromises()
    expect(results).toMatchObject([{ outcome: 'timed-out' }])
    expect(bench.of('tool-execution-finished')).toHaveLength(1)
  })

  it('keeps the value that it returns within the grace', async () => {
    const work = async (ctx: Context) => {
      await untilStopped(ctx).catch(() => sleepOn(ctx, 20))
      return 'saved what there was'
    }
    const { bench, execution } = start(work, { config: { timeoutMs: 50, abortGraceMs: 30 } })
    await bench.clock.advance(70)
    const { results } = await execution
    expect(results[0]?.outcome).toBe('ok')
    expect(textOf(results[0])).toBe('saved what there was')
    expect(bench.clock.scheduled).toBe(0)
  })

  it('has its own time limit, which wins over the config', async () => {
    const tool = defineTool({
      name: 'work',
      description: 'Works.',
      input: z.object({}),
      timeoutMs: 10,
      effects: 'none',
      execute: (_, ctx) => untilStopped(ctx),
    })
    const bench = createBench([tool], { timeoutMs: 1_000 })
    const execution = bench.execute([call('work', 'c1')])
    await bench.clock.advance(10)
    expect(textOf((await execution).results[0])).toBe('The tool did not answer within 10 ms.')
  })

  it('has its deadline on its context', async () => {
    const { execution } = start((ctx) => ctx.deadline, { config: { timeoutMs: 50 } })
    expect(textOf((await execution).results[0])).toBe('1050')
  })

  it('times out over the check of its output as well', async () => {
    const { bench, execution } = start(() => 1, {
      config: { timeoutMs: 50, abortGraceMs: 0 },
      output: z.number().refine(forever),
    })
    await bench.clock.advance(50)
    expect(outcomesOf(await execution)).toEqual(['c1 timed-out'])
  })
})

describe('a tool that is tried again', () => {
  const retry = { errorHandling: 'retry' } as const
  const failTwice = (_: Context, attempt: number) => {
    if (attempt <= 2) throw new Error(`broken ${attempt}`)
    return `worked at attempt ${attempt}`
  }

  it.each(['none', 'idempotent'] as const)('waits twice as long each time, with effects %s', async (effects) => {
    const { bench, execution, attempts } = start(failTwice, { effects, config: retry })
    await settlePromises()
    expect(attempts()).toBe(1)
    await bench.clock.advance(199)
    expect(attempts()).toBe(1)
    await bench.clock.advance(1)
    expect(attempts()).toBe(2)
    await bench.clock.advance(399)
    expect(attempts()).toBe(2)
    await bench.clock.advance(1)
    expect(textOf((await execution).results[0])).toBe('worked at attempt 3')
    expect(bench.events.slice(1).map((event) => ('message' in event ? event.message : event.type))).toEqual([
      'tool-execution-started',
      'attempt 2 of 3 in 200 ms: The tool failed: broken 1',
      'attempt 3 of 3 in 400 ms: The tool failed: broken 2',
      'tool-execution-finished',
    ])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('has the same idempotency key each time', async () => {
    const keys: unknown[] = []
    const { bench, execution } = start(
      (ctx, attempt) => {
        keys.push(idempotencyKeyFrom(ctx))
        return failTwice(ctx, attempt)
      },
      { effects: 'idempotent', config: retry },
    )
    await bench.clock.advance(600)
    await execution
    expect(keys).toEqual(['ses_1/run_1/c1', 'ses_1/run_1/c1', 'ses_1/run_1/c1'])
  })

  it('is prepared once', async () => {
    let prepared = 0
    const hooks = { beforeExecution: () => void prepared++ }
    const { bench, execution } = start(failTwice, { effects: 'none', config: retry, hooks })
    await bench.clock.advance(600)
    await execution
    expect(prepared).toBe(1)
  })

  it('tells the model of the last failure when nothing helped', async () => {
    const config = { ...retry, retries: { max: 1, backoffMs: 10 } }
    const { bench, execution, attempts } = start(failTwice, { effects: 'none', config })
    await bench.clock.advance(10)
    const { results, error } = await execution
    expect(textOf(results[0])).toBe('The tool failed: broken 2')
    expect(attempts()).toBe(2)
    expect(error).toBeUndefined()
    expect(bench.clock.scheduled).toBe(0)
  })

  it.each<[string, Setup]>([
    ['it has side effects', { effects: 'side-effecting', config: retry }],
    ['nobody asked for it', { effects: 'none', config: { errorHandling: 'continue' } }],
    ['no retries are left', { effects: 'none', config: { ...retry, retries: { max: 0, backoffMs: 1 } } }],
    ['the hook says no', { effects: 'none', config: retry, hooks: { shouldRetry: () => false } }],
  ])('is not when %s', async (_, setup) => {
    const { bench, execution, attempts } = start(failTwice, setup)
    expect(outcomesOf(await execution)).toEqual(['c1 error'])
    expect(attempts()).toBe(1)
    expect(bench.of('tool-execution-progress')).toEqual([])
  })

  it('is asked for with what it threw and which attempt it was', async () => {
    const asked: unknown[] = []
    const hooks: ToolHooks = {
      shouldRetry: ({ callId }, error, attempt) => {
        asked.push([callId, error, attempt])
        return attempt < 2
      },
    }
    const { bench, execution } = start(failTwice, { effects: 'none', config: retry, hooks })
    await bench.clock.advance(200)
    expect(outcomesOf(await execution)).toEqual(['c1 error'])
    expect(asked).toEqual([
      ['c1', new Error('broken 1'), 1],
      ['c1', new Error('broken 2'), 2],
    ])
  })

  it('fails when the hook that is asked fails', async () => {
    const hooks = {
      shouldRetry: () => {
        throw new Error('no idea')
      },
    }
    const { bench, execution } = start(failTwice, { effects: 'none', config: retry, hooks })
    const { results } = await execution
    expect(results[0]?.outcome).toBe('error')
    expect(textOf(results[0])).toBe('The tool failed: broken 1 Whether to try again could not be decided: no idea')
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('is after a timeout that it honoured, with the whole time again', async () => {
    const work = (ctx: Context, attempt: number) =>
      attempt === 1 ? untilStopped(ctx) : sleep(ctx, 40).then(() => 'done')
    const { bench, execution } = start(work, { effects: 'none', config: { ...retry, timeoutMs: 50 } })
    await bench.clock.advance(50 + 200 + 40)
    expect(textOf((await execution).results[0])).toBe('done')
  })

  it('is asked for with the timeout, where that is what failed', async () => {
    const asked: unknown[] = []
    const hooks: ToolHooks = {
      shouldRetry: (_, error) => {
        asked.push(error)
        return false
      },
    }
    const config = { ...retry, timeoutMs: 50 }
    const { bench, execution } = start(untilStopped, { effects: 'none', config, hooks })
    await bench.clock.advance(50)
    await execution
    expect(asked).toMatchObject([{ code: 'timed_out', callId: 'c1' }])
  })

  it('is not beside an attempt that was abandoned', async () => {
    const { bench, execution, attempts } = start(forever, {
      effects: 'idempotent',
      config: { ...retry, timeoutMs: 50 },
    })
    await bench.clock.advance(5_000)
    expect(outcomesOf(await execution)).toEqual(['c1 timed-out'])
    expect(attempts()).toBe(1)
  })

  it('is not when it ran and its output was wrong: it would be wrong again', async () => {
    const { execution, attempts } = start(() => Number.NaN, { effects: 'none', config: retry })
    expect(outcomesOf(await execution)).toEqual(['c1 error'])
    expect(attempts()).toBe(1)
  })
})

/** Waits on the clock, whatever the signal says. */
function sleepOn(ctx: Context, ms: number): Promise<void> {
  return new Promise((resolve) => ctx.clock.schedule(resolve, ms))
}
