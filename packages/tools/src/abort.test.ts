import { getEventListeners } from 'node:events'
import { type Context, sleep } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { publish } from '@geppetto/events'
import { type ToolCallBlock, toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { type Bench, call, createBench, outcomesOf, textOf } from './executor.test-helper.ts'
import type { ToolExecution, ToolHooks } from './executor.ts'
import type { Tool, ToolEffects } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'
import { toolCallIdFrom } from './tool-context.ts'

const input = z.object({})

function tool(name: string, effects: ToolEffects, execute: (ctx: Context) => unknown): Tool {
  return defineTool({ name, description: 'For tests.', input, effects, execute: (_, ctx) => execute(ctx) })
}

/** Waits on the clock, whatever the signal says. */
function stubborn(ctx: Context, ms: number): Promise<void> {
  return new Promise((resolve) => ctx.clock.schedule(resolve, ms))
}

describe('a run that is stopped', () => {
  /** Runs one call until its tool is at work, stops the run, and gives what became of it. */
  async function stopped(effects: ToolEffects, work: (ctx: Context) => unknown) {
    const bench = createBench([tool('work', effects, work)], { abortGraceMs: 100 })
    const execution = bench.execute([call('work', 'c1')])
    await settlePromises()
    bench.abort()
    await bench.clock.advance(100)
    const [result] = (await execution).results
    expect(bench.grammarProblem()).toBeUndefined()
    return { outcome: result?.outcome, text: textOf(result) }
  }

  it('does not know what a side-effecting tool had done when it gave up', async () => {
    expect(await stopped('side-effecting', (ctx) => sleep(ctx, 1_000))).toEqual({
      outcome: 'unknown',
      text: 'The outcome was not observed. The tool may or may not have had its effect.',
    })
  })

  it.each(['none', 'idempotent'] as const)('has cancelled a tool with effects %s that gave up', async (effects) => {
    expect(await stopped(effects, (ctx) => sleep(ctx, 1_000))).toEqual({
      outcome: 'cancelled',
      text: 'Cancelled while it ran. It can safely be called again.',
    })
  })

  it('keeps the value of a tool that ends within the grace', async () => {
    const work = async (ctx: Context) => {
      await stubborn(ctx, 99)
      return 'written'
    }
    expect(await stopped('side-effecting', work)).toEqual({ outcome: 'ok', text: 'written' })
  })

  it.each(['none', 'side-effecting'] as const)('abandons a tool with effects %s that goes on', async (effects) => {
    expect(await stopped(effects, (ctx) => stubborn(ctx, 5_000))).toMatchObject({ outcome: 'unknown' })
  })

  it('starts nothing when it was stopped before', async () => {
    let isStarted = false
    const work = tool('work', 'none', () => {
      isStarted = true
    })
    const asked: string[] = []
    const hooks: ToolHooks = {
      authorize: (_, { callId }) => {
        asked.push(callId)
        return { decision: 'allow' }
      },
    }
    const bench = createBench([work], {}, hooks)
    bench.abort()
    const execution = await bench.execute([call('work', 'c1'), call('work', 'c2')])
    expect(outcomesOf(execution)).toEqual(['c1 cancelled', 'c2 cancelled'])
    expect({ isStarted, asked }).toEqual({ isStarted: false, asked: [] })
    expect(bench.of('tool-execution-started')).toEqual([])
  })

  it.each(['authorize', 'beforeExecution'] as const)('does not wait for %s to answer', async (hook) => {
    const bench = createBench([tool('work', 'none', () => 1)], {}, { [hook]: () => new Promise<never>(() => {}) })
    const execution = bench.execute([call('work', 'c1')])
    await settlePromises()
    bench.abort()
    expect(outcomesOf(await execution)).toEqual(['c1 cancelled'])
  })

  it('asks for no further call when it was stopped at a question', async () => {
    const asked: string[] = []
    const hooks: ToolHooks = {
      authorize: (_, { callId }) => {
        asked.push(callId)
        return new Promise<never>(() => {})
      },
    }
    const bench = createBench([tool('work', 'none', () => 1)], {}, hooks)
    const execution = bench.execute([call('work', 'c1'), call('work', 'c2')])
    await settlePromises()
    bench.abort()
    expect(outcomesOf(await execution)).toEqual(['c1 cancelled', 'c2 cancelled'])
    expect(asked).toEqual(['c1'])
  })

  it('does not wait for a schema that does not answer', async () => {
    const slow = defineTool({
      name: 'slow',
      description: 'For tests.',
      input: z.object({}).refine(() => new Promise<never>(() => {})),
    })
    const bench = createBench([slow])
    const execution = bench.execute([call('slow', 'c1')])
    await settlePromises()
    bench.abort()
    expect(outcomesOf(await execution)).toEqual(['c1 cancelled'])
  })

  it('leaves no call waiting: nobody would answer it', async () => {
    const elsewhere = defineTool({ name: 'elsewhere', description: 'For tests.', input })
    const bench = createBench([elsewhere, tool('work', 'none', (ctx) => sleep(ctx, 10))])
    const execution = bench.execute([call('elsewhere', 'c1'), call('work', 'c2')])
    await settlePromises()
    bench.abort()
    expect(outcomesOf(await execution)).toEqual(['c1 cancelled', 'c2 cancelled'])
  })

  it('keeps the failure that it knows of when it was between two attempts', async () => {
    const work = tool('work', 'none', () => {
      throw new Error('busy')
    })
    const bench = createBench([work], { errorHandling: 'retry' })
    const execution = bench.execute([call('work', 'c1')])
    await settlePromises()
    bench.abort()
    const { results } = await execution
    expect(results[0]?.outcome).toBe('error')
    expect(textOf(results[0])).toBe('The tool failed: busy')
    expect(bench.clock.scheduled).toBe(0)
  })

  it('does not run a tool when a sink stops it because of the start', async () => {
    let isStarted = false
    const work = tool('work', 'side-effecting', () => {
      isStarted = true
    })
    const bench = createBench([work])
    const { push } = bench.events
    bench.events.push = (...events) => {
      if (events.some(({ type }) => type === 'tool-execution-started')) bench.abort()
      return push.apply(bench.events, events)
    }
    expect(outcomesOf(await bench.execute([call('work', 'c1')]))).toEqual(['c1 cancelled'])
    expect(isStarted).toBe(false)
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('is no failure where a failure ends the step', async () => {
    const bench = createBench([tool('work', 'none', (ctx) => sleep(ctx, 10))], { errorHandling: 'abort' })
    const execution = bench.execute([call('work', 'c1')])
    await settlePromises()
    bench.abort()
    expect(await execution).not.toHaveProperty('error')
  })
})

/** How often `execute` was called, and returned a value, by call id. */
interface Seen {
  readonly started: Map<string, number>
  readonly returned: Set<string>
  /** How many timers the tools and hooks have armed themselves. */
  armed: number
}

const graceMs = 30

/** A step with a call for every way in which calls differ. */
function busyStep(config: ToolConfig): { bench: Bench; seen: Seen; calls: readonly ToolCallBlock[] } {
  const seen: Seen = { started: new Map(), returned: new Set(), armed: 0 }
  const counted = (name: string, effects: ToolEffects, work: (ctx: Context) => unknown) =>
    tool(name, effects, async (ctx) => {
      const id = toolCallIdFrom(ctx) ?? ''
      seen.started.set(id, (seen.started.get(id) ?? 0) + 1)
      publish(ctx, { type: 'tool-execution-progress', message: 'at work' })
      const value = await work(ctx)
      seen.returned.add(id)
      publish(ctx, { type: 'tool-execution-progress', message: 'done, maybe too late' })
      return value
    })
  const hold = async (ctx: Context, ms: number) => {
    seen.armed++
    await stubborn(ctx, ms)
    seen.armed--
  }
  const fail = async (ctx: Context) => {
    await sleep(ctx, 5)
    throw new Error('always')
  }
  const tools = [
    counted('quick', 'side-effecting', () => 'quick'),
    counted('polite', 'side-effecting', (ctx) => sleep(ctx, 20)),
    counted('harmless', 'none', (ctx) => sleep(ctx, 20)),
    counted('late', 'side-effecting', (ctx) => hold(ctx, 25)),
    counted('hanging', 'side-effecting', (ctx) => hold(ctx, 100_000)),
    counted('failing', 'idempotent', fail),
    defineTool({ name: 'elsewhere', description: 'For tests.', input }),
  ]
  const hooks: ToolHooks = {
    authorize: async (ctx, { callId }) => {
      if (callId === 'harmless') await sleep(ctx, 3)
      return callId === 'denied' ? { decision: 'deny', reason: 'no' } : { decision: 'allow' }
    },
    beforeExecution: async (ctx, { callId }) => {
      if (callId === 'late') await hold(ctx, 4)
    },
  }
  const cut = toolCallBlock({ callId: 'cut', name: 'quick', input: { state: 'incomplete', raw: '{' } })
  const calls = [
    ...['quick', 'polite', 'harmless', 'late', 'failing', 'hanging', 'elsewhere'].map((name) => call(name, name)),
    call('quick', 'denied'),
    // Where a failure ends the step, a call that cannot run would end it before anything happens.
    ...(config.errorHandling === 'abort' ? [] : [cut]),
    call('quick', 'last'),
  ]
  return {
    bench: createBench(tools, { ...config, maxParallel: 3, abortGraceMs: graceMs, timeoutMs: 60 }, hooks),
    seen,
    calls,
  }
}

/** What must hold wherever the abort fell. */
function problemsOf(bench: Bench, seen: Seen, calls: readonly ToolCallBlock[], execution: ToolExecution): string[] {
  const problems: string[] = []
  const { results } = execution
  if (results.map(({ callId }) => callId).join() !== calls.map(({ callId }) => callId).join())
    problems.push('not one result per call, in order')
  for (const { callId, name, outcome } of results) {
    const started = seen.started.get(callId) ?? 0
    const finished = bench.of('tool-execution-finished').filter(({ correlation }) => correlation.toolCallId === callId)
    if (started > 1 && name !== 'failing') problems.push(`${callId} ran ${started} times`)
    if (started === 0 && ['ok', 'unknown', 'timed-out'].includes(outcome))
      problems.push(`${callId} is ${outcome} and never ran`)
    if (started > 0 && ['not-run', 'pending', 'denied'].includes(outcome))
      problems.push(`${callId} is ${outcome} and ran`)
    if (started > 0 && outcome === 'cancelled' && name !== 'harmless' && name !== 'failing')
      problems.push(`${callId} is cancelled and ran`)
    if (outcome === 'ok' && !seen.returned.has(callId)) problems.push(`${callId} is ok and returned nothing`)
    if (finished[0]?.outcome !== outcome) problems.push(`${callId} is ${outcome} and told as ${finished[0]?.outcome}`)
    if (finished.length !== 1) problems.push(`${callId} finished ${finished.length} times`)
  }
  const timers = bench.clock.scheduled - seen.armed
  if (timers > 0) problems.push(`${timers} timers are left`)
  const listeners = getEventListeners(bench.ctx.signal, 'abort').length
  if (listeners > 0) problems.push(`${listeners} abort listeners are left`)
  const grammar = bench.grammarProblem()
  if (grammar !== undefined) problems.push(grammar)
  return problems
}

describe.each(['continue', 'retry', 'abort'] as const)('an abort, with error handling %s', (errorHandling) => {
  // Unhandled rejections fail the test run by themselves.
  it('leaves true results, well-formed events and nothing armed, wherever it falls', async () => {
    const config: ToolConfig = { errorHandling, retries: { max: 2, backoffMs: 8 } }
    const found: string[] = []
    const outcomes = new Set<string>()
    let rings = 0
    for (let isOver = false; !isOver; rings++) {
      for (let ticks = 0; ticks < 60; ticks += 1) {
        const { bench, seen, calls } = busyStep(config)
        let done: ToolExecution | undefined
        const execution = bench.execute(calls).then((value) => {
          done = value
          return value
        })
        for (let ring = 0; ring < rings; ring++) {
          await settlePromises()
          bench.clock.runNext()
        }
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
        isOver = done !== undefined
        const abortedAt = bench.clock.now()
        bench.abort()
        await bench.clock.advance(graceMs)
        const where = `ring ${rings}, tick ${ticks}`
        if (done === undefined) found.push(`${where}: not settled within the grace of ${abortedAt}`)
        const result = await execution
        found.push(...problemsOf(bench, seen, calls, result).map((problem) => `${where}: ${problem}`))
        for (const outcome of outcomesOf(result)) outcomes.add(outcome)
        // The abandoned tools go on; nobody hears of it.
        const count = bench.events.length
        await bench.clock.advance(200_000)
        if (seen.armed > 0) found.push(`${where}: ${seen.armed} tools never ended`)
        if (bench.events.length > count) found.push(`${where}: something was published after the end`)
      }
    }
    expect(found).toEqual([])
    // The sweep has met both ends of it: calls that were never started, and a step that was over.
    expect(outcomes).toContain('quick cancelled')
    expect(outcomes).toContain('quick ok')
    expect(rings).toBeGreaterThan(3)
  })
})
