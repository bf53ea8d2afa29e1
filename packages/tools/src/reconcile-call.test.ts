import { type Context, sleep } from '@geppetto/context'
import { settlePromises } from '@geppetto/context/manual-clock'
import { publish } from '@geppetto/events'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { call, createBench, isHeard } from './executor.test-helper.ts'
import { type CallFinding, reconcileCall } from './reconcile-call.ts'
import { createToolRegistry } from './registry.ts'
import type { Reconciliation } from './tool.ts'
import { idempotencyKeyFrom } from './tool-context.ts'

type Reconcile = (input: { to: string }, ctx: Context) => Reconciliation<{ sum: number }> | Promise<never>

function setUp(reconcile?: Reconcile) {
  const pay = defineTool({
    name: 'pay',
    description: 'Pays.',
    input: z.object({ to: z.string() }),
    output: z.object({ sum: z.number() }),
    timeoutMs: 100,
    execute: () => ({ sum: 1 }),
    ...(reconcile && { reconcile }),
  })
  const bench = createBench([pay])
  const registry = createToolRegistry([pay])
  const ask = (block = call('pay', 'c1', { to: 'Ann' })): Promise<CallFinding> =>
    reconcileCall(bench.ctx, { call: block, registry, config: { abortGraceMs: 10 }, resultId: 'blk_r' })
  return { bench, ask }
}

const codes = ({ warnings }: CallFinding) => warnings.map(({ code }) => code)

describe('a tool that is asked whether a call ran', () => {
  it('gets the checked arguments and the key that the call had, and says what came of it', async () => {
    const asked: unknown[] = []
    const { ask } = setUp((input, ctx) => {
      asked.push(input, idempotencyKeyFrom(ctx))
      return { state: 'ran', output: { sum: 5 } }
    })
    expect(await ask({ ...call('pay', 'c1', { to: 'Ann' }), runId: 'run_0' })).toEqual({
      ...{ state: 'ran', outcome: 'ok', warnings: [] },
      content: [{ type: 'text', text: '{"sum":5}' }],
    })
    expect(asked).toEqual([{ to: 'Ann' }, 'ses_1/run_0/c1'])
  })

  it.each(['not-run', 'unknown'] as const)('says that it is %s', async (state) => {
    expect(await setUp(() => ({ state })).ask()).toEqual({ state, warnings: [] })
  })

  it('has run it, whatever it says, where what came of it does not fit the output schema', async () => {
    const { ask } = setUp(() => ({ state: 'ran', output: JSON.parse('{"sum":"five"}') }))
    expect(await ask()).toMatchObject({ state: 'ran', outcome: 'error', warnings: [] })
  })

  it('without reconcile, or that is not there, says nothing', async () => {
    expect(await setUp().ask()).toEqual({ state: 'unknown', warnings: [] })
    expect(await setUp().ask(call('nobody', 'c1'))).toEqual({ state: 'unknown', warnings: [] })
  })

  it.each<readonly [string, Reconcile, string]>([
    [
      'throws',
      () => {
        throw new Error('no network')
      },
      'no network',
    ],
    ['rejects', () => Promise.reject(new Error('no network')), 'no network'],
    ['answers nothing', () => JSON.parse('null'), 'reconcile must return { state: ran, not-run or unknown }'],
    ['answers a boolean', () => JSON.parse('{"ran":true}'), 'reconcile must return'],
  ])('that %s does not know, and there is a warning', async (_, reconcile, message) => {
    const finding = await setUp(reconcile).ask()
    expect([finding.state, ...codes(finding)]).toEqual(['unknown', 'reconcile_failed'])
    expect(finding.warnings[0]?.message).toContain(`whether call c1 of tool pay ran could not be found out: ${message}`)
  })

  it('is not asked about arguments that do not fit any more', async () => {
    let asked = 0
    const { ask } = setUp(() => {
      asked++
      return { state: 'not-run' }
    })
    const finding = await ask(call('pay', 'c1', { to: 1 }))
    expect([finding.state, ...codes(finding), asked]).toEqual(['unknown', 'reconcile_failed', 0])
  })

  it('has the time that a call has, is abandoned after the grace, and reaches nobody then', async () => {
    const heard: Context[] = []
    const { bench, ask } = setUp((_, ctx) => {
      heard.push(ctx)
      publish(ctx, { type: 'log', level: 'info', message: 'asking' })
      return new Promise<never>(() => {})
    })
    const asking = ask()
    await bench.clock.advance(110)
    const finding = await asking
    expect([finding.state, ...codes(finding)]).toEqual(['unknown', 'reconcile_failed', 'abandoned'])
    expect(finding.warnings[0]?.message).toContain('reconcile did not answer within 100 ms')
    expect(heard.map(isHeard)).toEqual([false])
    expect(bench.of('log').map(({ correlation }) => correlation.segmentId)).toEqual(['blk_r', 'blk_r'])
  })

  it('is stopped with the run, which is no failure, and not asked after it', async () => {
    let asked = 0
    const { bench, ask } = setUp(async (_, ctx) => {
      asked++
      await sleep(ctx, 50)
      throw new Error('not reached')
    })
    const asking = ask()
    await settlePromises()
    bench.abort()
    expect(await asking).toEqual({ state: 'unknown', warnings: [] })
    expect(await ask()).toEqual({ state: 'unknown', warnings: [] })
    expect([asked, bench.clock.scheduled]).toEqual([1, 0])
  })
})
