import { settlePromises } from '@geppetto/context/manual-clock'
import { withEventSinks } from '@geppetto/events'
import { type ToolCallBlock, toolCallBlock } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createToolExecutor } from './create-executor.ts'
import { defineTool } from './define-tool.ts'
import { type Bench, call, createBench, outcomesOf, textOf } from './executor.test-helper.ts'
import type { ToolHooks } from './executor.ts'
import { createToolRegistry } from './registry.ts'
import type { Tool, ToolEffects } from './tool.ts'
import type { ToolConfig } from './tool-config.ts'

const ran: string[] = []

function tool(name: string, effects: ToolEffects, work: () => unknown = () => 'done'): Tool {
  return defineTool({
    name,
    description: 'For tests.',
    input: z.object({ key: z.string().default('') }),
    effects,
    execute: async () => {
      ran.push(name)
      return String(await work())
    },
  })
}

const pay = tool('pay', 'side-effecting')

function benchOf(config: ToolConfig = {}, hooks: ToolHooks = {}): Bench {
  ran.length = 0
  const elsewhere = defineTool({ name: 'elsewhere', description: 'For tests.', input: z.object({}) })
  const tools = [pay, tool('read', 'none'), tool('put', 'idempotent'), elsewhere]
  return createBench(tools, config, hooks)
}

const allowing: ToolHooks = {
  authorize: (_, { callId }) => (callId === 'no' ? { decision: 'deny', reason: 'no' } : { decision: 'allow' }),
}

describe('the start of a call with side effects', () => {
  it('is recorded right before it, after everybody was asked, and that of no other call', async () => {
    const order: string[] = []
    const hooks: ToolHooks = {
      authorize: () => {
        order.push('authorize')
        return { decision: 'allow' }
      },
      beforeExecution: () => void order.push('beforeExecution'),
      maskInput: () => {
        order.push('maskInput')
        return {}
      },
    }
    const bench = benchOf({}, hooks)
    const recordStart = async (block: ToolCallBlock) => {
      await settlePromises()
      order.push(`record ${block.callId} with ${bench.of('tool-execution-started').length} started, ${ran.length} run`)
    }
    expect(outcomesOf(await bench.execute([call('pay', 'c1')], { recordStart }))).toEqual(['c1 ok'])
    expect(order).toEqual(['authorize', 'beforeExecution', 'maskInput', 'record c1 with 0 started, 0 run'])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('is not recorded of what does no harm twice, runs elsewhere, was denied, or does not fit', async () => {
    const recorded: string[] = []
    const calls = [
      ...[call('read', 'c1'), call('put', 'c2'), call('elsewhere', 'c3'), call('pay', 'no')],
      ...[call('pay', 'c5', { key: 1 }), call('nobody', 'c6'), call('pay', 'c7')],
    ]
    await benchOf({}, allowing).execute(calls, { recordStart: async ({ callId }) => void recorded.push(callId) })
    expect(recorded).toEqual(['c7'])
  })

  it('is recorded when the call has its place, and holds it', async () => {
    const recorded: string[] = []
    const gate = Promise.withResolvers<void>()
    const bench = benchOf({ maxParallel: 1 })
    const recordStart = ({ callId }: ToolCallBlock) => {
      recorded.push(callId)
      return gate.promise
    }
    const execution = bench.execute([call('pay', 'c1'), call('pay', 'c2')], { recordStart })
    await settlePromises()
    expect([recorded, ran]).toEqual([['c1'], []])
    gate.resolve()
    expect(outcomesOf(await execution)).toEqual(['c1 ok', 'c2 ok'])
    expect(recorded).toEqual(['c1', 'c2'])
  })

  it.each(['continue', 'abort', 'retry'] as const)(
    'that cannot be recorded is not made, and ends the step with that error (%s)',
    async (errorHandling) => {
      const lost = new Error('lease lost')
      const bench = benchOf({ errorHandling, maxParallel: 2 })
      let count = 0
      const recordStart = () => (++count === 2 ? Promise.reject(lost) : Promise.resolve())
      const calls = [call('pay', 'c1'), call('pay', 'c2'), call('pay', 'c3')]
      const execution = await bench.execute(calls, { recordStart })
      expect(execution.error).toBe(lost)
      expect(outcomesOf(execution)).toEqual(['c1 ok', 'c2 not-run', 'c3 not-run'])
      expect([count, ran.length]).toEqual([2, 1])
      expect(bench.of('tool-execution-started').map(({ correlation }) => correlation.toolCallId)).toEqual(['c1'])
      expect(bench.of('tool-execution-finished')).toHaveLength(3)
      expect(bench.grammarProblem()).toBeUndefined()
    },
  )

  it('that throws at once is as one that rejects', async () => {
    const recordStart = () => {
      throw new Error('no store')
    }
    const execution = await benchOf().execute([call('pay', 'c1')], { recordStart })
    expect([execution.error, ...outcomesOf(execution), ...ran]).toEqual([new Error('no store'), 'c1 not-run'])
  })

  it('that is never recorded is not waited for when the run is stopped', async () => {
    const bench = benchOf()
    const execution = bench.execute([call('pay', 'c1')], { recordStart: () => new Promise(() => {}) })
    await settlePromises()
    bench.abort()
    const { error, ...stopped } = await execution
    expect([error, outcomesOf(stopped), ran]).toEqual([undefined, ['c1 cancelled'], []])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it.each(['resolves', 'rejects'])('that is recorded while the run is stopped is not made where it %s', async (how) => {
    const bench = benchOf()
    const recordStart = async () => {
      bench.abort()
      if (how === 'rejects') throw new Error('the run is over')
    }
    const { error, ...stopped } = await bench.execute([call('pay', 'c1')], { recordStart })
    expect([error, outcomesOf(stopped), ran]).toEqual([undefined, ['c1 cancelled'], []])
    expect(bench.of('tool-execution-started')).toEqual([])
  })

  it('is what the executor says that it records', () => {
    expect(createToolExecutor().recordsStarts).toBe(true)
  })
})

describe('a call that an earlier run may have run', () => {
  const mayHaveRun = new Set(['c1', 'no'])
  const cut = toolCallBlock({ callId: 'c1', name: 'pay', input: { state: 'incomplete', raw: '{' } })

  it.each<readonly [string, ToolCallBlock, string]>([
    ['was denied', call('pay', 'no'), 'Not run: the call was denied: no'],
    ['does not fit any more', call('pay', 'c1', { key: 1 }), 'Not run: the arguments do not fit'],
    ['is of a tool that is gone', call('nobody', 'c1'), 'Not run: there is no tool named nobody'],
    ['did not arrive whole', cut, 'Not run: the arguments were cut off'],
  ])('is unknown where it %s, in its result and in its event', async (_, block, text) => {
    const bench = benchOf({}, allowing)
    const { results } = await bench.execute([block], { mayHaveRun })
    const [result] = results
    expect(result?.outcome).toBe('unknown')
    expect(result?.content.map((part) => (part.type === 'text' ? part.text : ''))).toEqual([
      expect.stringContaining(text),
      'It may have run before; what came of that is not known.',
    ])
    expect(bench.of('tool-execution-finished')).toMatchObject([{ outcome: 'unknown', content: result?.content }])
    expect(bench.grammarProblem()).toBeUndefined()
  })

  it('is unknown where the run is stopped before it is started, also by whoever hears of its start', async () => {
    const before = benchOf()
    before.abort()
    expect(outcomesOf(await before.execute([call('pay', 'c1')], { mayHaveRun }))).toEqual(['c1 unknown'])
    const bench = benchOf()
    const hearing = withEventSinks(bench.ctx, {
      publish: ({ type }) => (type === 'tool-execution-started' ? bench.abort() : undefined),
    })
    const request = { calls: [call('pay', 'c1')], registry: createToolRegistry([pay]), config: {}, mayHaveRun }
    expect(outcomesOf(await createToolExecutor().execute(hearing, request))).toEqual(['c1 unknown'])
    expect(bench.of('tool-execution-started')).toHaveLength(1)
    expect(ran).toEqual([])
  })

  it('is what it is where it waits again, or runs', async () => {
    const bench = benchOf({}, { authorize: () => ({ decision: 'allow' }) })
    const execution = await bench.execute([call('pay', 'c1'), call('elsewhere', 'no')], { mayHaveRun })
    expect(outcomesOf(execution)).toEqual(['c1 ok', 'no pending'])
    expect(textOf(execution.results[0])).toBe('done')
  })
})
