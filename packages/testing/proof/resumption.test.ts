import { settlePromises } from '@geppetto/context/manual-clock'
import type { UnsureCallDecision } from '@geppetto/session'
import {
  createToolExecutor,
  defineTool,
  idempotencyKeyFrom,
  type Reconciliation,
  type ToolHooks,
} from '@geppetto/tools'
import { contentText, type Turn } from '@geppetto/turns'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Decide, leaveCalls, resuming } from './resumption.test-helper.ts'
import { createLab, expectClean, expectQuiet, type LabOptions, until } from './run-lab.test-helper.ts'

interface Parts {
  readonly unsure?: readonly string[]
  readonly decide?: Decide
  readonly hooks?: ToolHooks
  readonly lab?: LabOptions
}

const tell: UnsureCallDecision = { decision: 'tell' }

/** A session with the calls of an interrupted run; `ran` tells in order what was run, and `asked` what somebody was asked. */
function setUp(
  calls: readonly string[],
  { unsure = ['c1', 'c2', 'c3'], decide, hooks = {}, lab: options }: Parts = {},
) {
  const ran: string[] = []
  const asked: string[] = []
  const input = z.object({ key: z.string() })
  const named = (name: string) => ({ name, description: 'For tests.', input })
  const run = (name: string) => ({
    ...named(name),
    execute: ({ key }: { key: string }) => {
      ran.push(`${name} ${key}`)
      return 'done now'
    },
  })
  const finding = (name: string, found: Reconciliation<string>) =>
    defineTool({
      ...run(name),
      reconcile: (_, ctx) => {
        asked.push(`${name} ${idempotencyKeyFrom(ctx)}`)
        return found
      },
    })
  const tools = [
    defineTool(run('pay')),
    defineTool({ ...run('read'), effects: 'none' }),
    defineTool({ ...run('put'), effects: 'idempotent' }),
    defineTool(named('elsewhere')),
    finding('has_run', { state: 'ran', output: 'done then' }),
    finding('has_not_run', { state: 'not-run' }),
    finding('cannot_say', { state: 'unknown' }),
  ]
  const ask: Decide = async (ctx, call) => {
    asked.push(`person ${call.callId}`)
    return decide === undefined ? tell : decide(ctx, call)
  }
  const lab = createLab({
    script: () => [{ text: 'done' }],
    parts: { tools, toolExecutor: createToolExecutor({ hooks }) },
    around: (builder) => resuming(builder, new Set(unsure), ask),
    store: () => ({}),
    ...options,
  })
  leaveCalls(lab.session, calls, new Set(unsure))
  return { lab, ran, asked, start: () => lab.session.startInference(lab.ctx) }
}

const resultsIn = (turn: Turn) =>
  turn.blocks.flatMap((block) =>
    block.kind === 'tool-result' ? [`${block.callId} ${block.outcome}: ${contentText(block.content)}`] : [],
  )
const unknown = 'The outcome was not observed. The tool may or may not have had its effect.'

describe('a call that an interrupted run may have run', () => {
  it.each(['read', 'put'])('is run again where its effects allow it (%s), and nobody is asked', async (name) => {
    const { lab, ran, asked, start } = setUp([`${name} c1`])
    const result = await until(lab.clock, start().wait())
    expect([resultsIn(result.turn), ran, asked]).toEqual([['c1 ok: done now'], [`${name} c1`], []])
    await expectClean(lab, result)
  })

  it('is answered by its tool, which knows it by its key, where it had run', async () => {
    const { lab, ran, asked, start } = setUp(['has_run c1'])
    const result = await until(lab.clock, start().wait())
    expect(resultsIn(result.turn)).toEqual(['c1 ok: done then'])
    expect([ran, asked]).toEqual([[], ['has_run s/run_0/c1']])
    expect(lab.sink.events.map(({ type }) => type).slice(0, 3)).toEqual([
      ...['run-started', 'tool-execution-finished', 'step-committed'],
    ])
    expect(lab.engine.received[0] && resultsIn(lab.engine.received[0])).toEqual(['c1 ok: done then'])
    await expectClean(lab, result)
  })

  it('is run where its tool says that it had not', async () => {
    const { lab, ran, start } = setUp(['has_not_run c1'])
    const result = await until(lab.clock, start().wait())
    expect([resultsIn(result.turn), ran]).toEqual([['c1 ok: done now'], ['has_not_run c1']])
    await expectClean(lab, result)
  })

  it.each<readonly [string, string, UnsureCallDecision, string, readonly string[]]>([
    ['told', 'pay', tell, `c1 unknown: ${unknown}`, []],
    ['told', 'cannot_say', tell, `c1 unknown: ${unknown}`, []],
    ['run', 'pay', { decision: 'run' }, 'c1 ok: done now', ['pay c1']],
    ['answered', 'pay', { decision: 'answer', content: 'It was paid.' }, 'c1 ok: It was paid.', []],
    ['answered', 'pay', { decision: 'answer', content: 'It bounced.', outcome: 'error' }, 'c1 error: It bounced.', []],
    ['answered', 'gone', { decision: 'answer', content: 'It was paid.' }, 'c1 ok: It was paid.', []],
  ])('is %s as somebody decides where nobody else can say (%s)', async (_, name, decision, expected, runs) => {
    const { lab, ran, asked, start } = setUp([`${name} c1`], { decide: async () => decision })
    const result = await until(lab.clock, start().wait())
    expect([resultsIn(result.turn), ran, asked.at(-1), result.warnings]).toEqual([[expected], runs, 'person c1', []])
    await expectClean(lab, result)
  })

  it.each<readonly [string, Decide]>([
    ['throws', () => Promise.reject(new Error('nobody at home'))],
    ['answers nothing', async () => JSON.parse('null')],
    ['answers that it waits', async () => JSON.parse('{"decision":"answer","content":"","outcome":"pending"}')],
    ['answers without content', async () => JSON.parse('{"decision":"answer"}')],
  ])('is told as unknown, with a warning, where who decides %s', async (_, decide) => {
    const { lab, ran, start } = setUp(['pay c1'], { decide })
    const result = await until(lab.clock, start().wait())
    expect([resultsIn(result.turn), ran]).toEqual([[`c1 unknown: ${unknown}`], []])
    expect(result.warnings.map(({ code }) => code)).toEqual(['decision_failed'])
    await expectClean(lab, result)
  })

  it('of a tool that is gone, or that may not run any more, stays unknown also where it is to be run again', async () => {
    const { lab, ran, start } = setUp(['gone c1', 'pay c2'], {
      decide: async () => ({ decision: 'run' }),
      hooks: { authorize: () => ({ decision: 'deny', reason: 'no' }) },
    })
    const result = await until(lab.clock, start().wait())
    expect(resultsIn(result.turn)).toEqual([
      expect.stringMatching(/^c1 unknown: Not run: there is no tool named gone.*It may have run before/s),
      expect.stringMatching(/^c2 unknown: Not run: the call was denied: no.*It may have run before/s),
    ])
    expect(ran).toEqual([])
    await expectClean(lab, result)
  })
})

describe('several calls that an interrupted run left', () => {
  it('are decided one after the other, then run side by side with those that were never started', async () => {
    const open: ((decision: UnsureCallDecision) => void)[] = []
    const decide: Decide = () => new Promise((resolve) => open.push(resolve))
    const { lab, ran, asked, start } = setUp(['pay c1', 'pay c2', 'read c3', 'pay c4', 'elsewhere c5'], { decide })
    const handle = start()
    await settlePromises()
    expect([asked, ran]).toEqual([['person c1'], []])
    open[0]?.({ decision: 'run' })
    await settlePromises()
    expect([asked, ran]).toEqual([['person c1', 'person c2'], []])
    open[1]?.(tell)
    const result = await until(lab.clock, handle.wait())
    expect(ran.toSorted()).toEqual(['pay c1', 'pay c4', 'read c3'])
    expect([result.status, ...resultsIn(result.turn).map((text) => text.split(':')[0])]).toEqual([
      ...['waiting', 'c1 ok', 'c2 unknown', 'c3 ok', 'c4 ok', 'c5 pending'],
    ])
    expectQuiet(lab)
  })

  it('are unknown where the run is cancelled before all are decided, and those that were never started wait on', async () => {
    const decide: Decide = (_, { callId }) =>
      callId === 'c1' ? Promise.resolve({ decision: 'run' }) : new Promise(() => {})
    const calls = ['pay c1', 'has_run c2', 'pay c3', 'cannot_say c6', 'read c4', 'pay c5']
    const { lab, ran, start } = setUp(calls, { unsure: ['c1', 'c2', 'c3', 'c4', 'c6'], decide })
    const handle = start()
    await settlePromises()
    const result = await handle.cancel()
    expect([result.status, ...resultsIn(result.turn).map((text) => text.split(':')[0])]).toEqual([
      ...['cancelled', 'c1 unknown', 'c2 ok', 'c3 unknown', 'c6 unknown', 'c4 unknown', 'c5 pending'],
    ])
    expect([ran, result.warnings]).toEqual([[], []])
    await expectClean(lab, result)
  })
})
