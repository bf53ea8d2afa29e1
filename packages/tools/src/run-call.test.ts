import { background, type Context, sleep } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { publish, withCorrelation, withEventSinks } from '@geppetto/events'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createToolExecutor } from './create-executor.ts'
import { defineTool } from './define-tool.ts'
import { call, createBench, isHeard, outcomesOf, textOf } from './executor.test-helper.ts'
import type { Authorization } from './executor.ts'
import { createToolRegistry } from './registry.ts'
import { idempotencyKeyFrom, toolCallIdFrom } from './tool-context.ts'

const input = z.object({ text: z.string().default('') })
const ran: string[] = []
const echo = defineTool({
  name: 'echo',
  description: 'Says it again.',
  input,
  execute: ({ text }, ctx) => {
    ran.push(toolCallIdFrom(ctx) ?? '')
    return text
  },
})

/** The calls that `execute` of echo was called for while `work` went on. */
async function ranDuring(work: () => Promise<unknown>): Promise<string[]> {
  ran.length = 0
  await work()
  return [...ran]
}

describe('a call that runs', () => {
  it('is told as started, in progress and finished, under its own ids', async () => {
    const tool = defineTool({
      ...echo,
      execute: async ({ text }, ctx) => {
        publish(ctx, { type: 'tool-execution-progress', message: 'half way', data: { percent: 50 } })
        await sleep(ctx, 20)
        return text
      },
    })
    const bench = createBench([tool])
    const execution = bench.execute([call('echo', 'c1', { text: 'hello' })])
    await bench.clock.advance(20)
    const [result] = (await execution).results
    const correlation = { sessionId: 'ses_1', runId: 'run_1', toolCallId: 'c1', segmentId: result?.id }
    const content = [{ type: 'text', text: 'hello' }]
    expect(bench.events.slice(1)).toMatchObject([
      { type: 'tool-execution-started', name: 'echo', input: { text: 'hello' }, correlation },
      { type: 'tool-execution-progress', message: 'half way', data: { percent: 50 }, correlation },
      { type: 'tool-execution-finished', name: 'echo', outcome: 'ok', content, durationMs: 20, correlation },
    ])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('has an idempotency key that no other call has', async () => {
    const keys: (string | undefined)[] = []
    const tool = defineTool({ ...echo, execute: (_, ctx) => void keys.push(idempotencyKeyFrom(ctx)) })
    const bench = createBench([tool])
    await bench.execute([call('echo', 'c1'), call('echo', 'c2')])
    expect(keys).toEqual(['ses_1/run_1/c1', 'ses_1/run_1/c2'])
    expect(idempotencyKeyFrom(bench.ctx)).toBeUndefined()
    expect(toolCallIdFrom(bench.ctx)).toBeUndefined()
  })

  it('has the same key in a later run of its turn that takes it up, also where nobody wrote down which run made it', async () => {
    const keys: (string | undefined)[] = []
    const tool = defineTool({ ...echo, execute: (_, ctx) => void keys.push(idempotencyKeyFrom(ctx)) })
    const registry = createToolRegistry([tool])
    const calls = [{ ...call('echo', 'c1'), runId: 'run_1' }, call('echo', 'c2')]
    for (const runId of ['run_1', 'run_2']) {
      const ctx = withCorrelation(background(), { sessionId: 'ses_1', runId, turnId: 'turn_1' })
      await createToolExecutor().execute(ctx, { calls, registry, config: {} })
    }
    const inBothRuns = ['ses_1/run_1/c1', 'ses_1/turn_1/c2']
    expect(keys).toEqual([...inBothRuns, ...inBothRuns])
  })

  it('reaches nobody any more once it is over, also through sinks of its own', async () => {
    const kept: Context[] = []
    const tool = defineTool({
      ...echo,
      execute: (_, ctx) => {
        kept.push(ctx, withEventSinks(ctx, { publish: () => {} }))
        return ''
      },
    })
    const bench = createBench([tool])
    await bench.execute([call('echo', 'c1')])
    expect(kept.map(isHeard)).toEqual([false, false])
    const count = bench.events.length
    for (const ctx of kept) publish(ctx, { type: 'tool-execution-progress', message: 'too late' })
    expect(bench.events).toHaveLength(count)
    expect(isHeard(bench.ctx)).toBe(true)
  })

  it('shows its arguments as the mask has them, and gets them as they are', async () => {
    const bench = createBench(
      [echo],
      {},
      { maskInput: ({ rawInput }) => ({ length: JSON.stringify(rawInput).length }) },
    )
    const { results } = await bench.execute([call('echo', 'c1', { text: 'secret' })])
    expect(bench.of('tool-execution-started')[0]?.input).toEqual({ length: 17 })
    expect(textOf(results[0])).toBe('secret')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['returns what is not JSON', () => Number.NaN],
    ['returns nothing', () => JSON.parse('[]')[0]],
  ])('shows nothing of its arguments where the mask %s', async (_, maskInput) => {
    const bench = createBench([echo], {}, { maskInput })
    expect(outcomesOf(await bench.execute([call('echo', 'c1', { text: 'secret' })]))).toEqual(['c1 ok'])
    expect(bench.of('tool-execution-started')[0]?.input).toBe('[masking failed]')
  })

  it('is prepared right before it starts, and has its key by then', async () => {
    const order: string[] = []
    const tool = defineTool({ ...echo, execute: () => void order.push('execute') })
    const bench = createBench(
      [tool],
      {},
      {
        authorize: () => {
          order.push('authorize')
          return { decision: 'allow' }
        },
        beforeExecution: async (ctx, { callId }) => {
          await settlePromises()
          order.push(
            `before ${callId} ${idempotencyKeyFrom(ctx)} with ${bench.of('tool-execution-started').length} started`,
          )
        },
      },
    )
    await bench.execute([call('echo', 'c1')])
    expect(order).toEqual(['authorize', 'before c1 ses_1/run_1/c1 with 0 started', 'execute'])
  })
})

describe('a call that may not run', () => {
  it('is answered with the reason why it was denied', async () => {
    const bench = createBench([echo], {}, { authorize: () => ({ decision: 'deny', reason: 'not on Sundays' }) })
    let text = ''
    const calls = await ranDuring(async () => {
      const { results } = await bench.execute([call('echo', 'c1')])
      expect(results[0]?.outcome).toBe('denied')
      text = textOf(results[0])
    })
    expect(text).toBe('Not run: the call was denied: not on Sundays')
    expect(calls).toEqual([])
    expect(bench.of('tool-execution-started')).toEqual([])
  })

  it('waits for an approval that outlives the process, beside others that run', async () => {
    const bench = createBench(
      [echo],
      {},
      {
        authorize: (_, { callId }) => ({ decision: callId === 'c1' ? 'wait' : 'allow' }),
      },
    )
    const calls = await ranDuring(async () => {
      expect(outcomesOf(await bench.execute([call('echo', 'c1'), call('echo', 'c2')]))).toEqual(['c1 pending', 'c2 ok'])
    })
    expect(calls).toEqual(['c2'])
  })

  it('is asked for one at a time, in order, while calls that are allowed run', async () => {
    const asked: string[] = []
    const answers: ((answer: Authorization) => void)[] = []
    const bench = createBench(
      [echo],
      { timeoutMs: 10 },
      {
        authorize: (_, { callId }) => {
          asked.push(callId)
          return new Promise((resolve) => answers.push(resolve))
        },
      },
    )
    ran.length = 0
    const execution = bench.execute([call('echo', 'c1'), call('echo', 'c2')])
    await bench.clock.advance(1_000)
    expect(asked).toEqual(['c1'])
    answers[0]?.({ decision: 'allow' })
    await settlePromises()
    expect(asked).toEqual(['c1', 'c2'])
    expect(ran).toEqual(['c1'])
    await bench.clock.advance(1_000)
    answers[1]?.({ decision: 'allow' })
    expect(outcomesOf(await execution)).toEqual(['c1 ok', 'c2 ok'])
  })

  it.each([
    [
      'authorize throws',
      {
        authorize: () => {
          throw new Error('no database')
        },
      },
      'Not run: authorization failed: no database',
    ],
    [
      'authorize rejects',
      {
        authorize: async () => {
          throw new Error('no database')
        },
      },
      'Not run: authorization failed: no database',
    ],
    [
      'authorize says nothing',
      { authorize: () => JSON.parse('{}') },
      'Not run: authorization failed: authorize must return',
    ],
    [
      'beforeExecution throws',
      {
        beforeExecution: () => {
          throw new Error('lease lost')
        },
      },
      'Not run: the preparation of the call failed: lease lost',
    ],
    [
      'beforeExecution rejects',
      {
        beforeExecution: async () => {
          throw new Error('lease lost')
        },
      },
      'Not run: the preparation of the call failed: lease lost',
    ],
  ])('fails, and is not run, where %s', async (_, hooks, message) => {
    const bench = createBench([echo], {}, hooks)
    const calls = await ranDuring(async () => {
      const { results } = await bench.execute([call('echo', 'c1')])
      expect(results[0]?.outcome).toBe('error')
      expect(textOf(results[0])).toContain(message)
    })
    expect(calls).toEqual([])
    expect(bench.of('tool-execution-started')).toEqual([])
  })
})
