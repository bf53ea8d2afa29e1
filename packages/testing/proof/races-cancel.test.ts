import { sleep } from '@geppetto/context'
import type { Event, EventSink } from '@geppetto/events'
import type { ExecutionHandle, RunResult } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createSequentialIds } from '../src/sequential-ids.ts'
import {
  createLab,
  expectClean,
  type Lab,
  type LabOptions,
  outcomesIn,
  textsIn,
  until,
  workTool,
} from './run-lab.test-helper.ts'

/** Where a sink may be when it stops the run: what the run ends with, what became of the call, and whether the tool was run. */
const moments: readonly (readonly [type: Event['type'], ends: string, outcomes: readonly string[], worked: number])[] =
  [
    ['run-started', 'cancelled user', [], 0],
    ['provider-call-started', 'cancelled user', [], 0],
    ['text-started', 'cancelled user', [], 0],
    ['text-delta', 'cancelled user', [], 0],
    ['text-finished', 'cancelled user', [], 0],
    ['tool-call-started', 'cancelled user', ['cancelled'], 0],
    ['tool-call-delta', 'cancelled user', ['cancelled'], 0],
    ['tool-call-finished', 'cancelled user', ['cancelled'], 0],
    ['provider-call-finished', 'cancelled user', ['cancelled'], 0],
    ['tool-execution-started', 'cancelled user', ['cancelled'], 0],
    ['tool-execution-finished', 'cancelled user', ['ok'], 1],
    ['step-committed', 'cancelled user', ['ok'], 1],
    ['run-finished', 'completed end_turn', ['ok'], 1],
  ]

/** A lab with a sink that stops the run the first time that it gets an event of this type. */
function stoppedAt(type: Event['type'], stop: (handle: ExecutionHandle) => void | Promise<void>) {
  let isDone = false
  let worked = 0
  const stopping: EventSink = {
    publish(event) {
      if (isDone || event.type !== type) return
      isDone = true
      return stop(handle)
    },
  }
  const lab: Lab = createLab({ parts: { tools: [workTool(() => ++worked)] }, sinks: [stopping], store: () => ({}) })
  const handle = lab.submit()
  return { lab, handle, worked: () => worked }
}

describe('a sink that cancels the run', () => {
  it.each(moments)('at %s stops it there', async (type, ends, outcomes, worked) => {
    const stopped = stoppedAt(type, (handle) => void handle.cancel())
    const { lab, handle } = stopped
    const since = lab.clock.now()
    const result = await until(lab.clock, handle.wait())
    expect(`${result.status} ${result.stop}`).toBe(ends)
    expect([outcomesIn(result.turn), stopped.worked(), result.warnings]).toEqual([outcomes, worked, []])
    expect(lab.clock.now()).toBe(since)
    await expectClean(lab, result)
  })

  it.each(moments)('at %s and waits for that holds up nobody but itself', async (type, ends, outcomes, worked) => {
    const gotten: RunResult[] = []
    const stopped = stoppedAt(type, async (handle) => void gotten.push(await handle.cancel()))
    const { lab, handle } = stopped
    const since = lab.clock.now()
    const result = await until(lab.clock, handle.wait())
    expect(`${result.status} ${result.stop}`).toBe(ends)
    expect([outcomesIn(result.turn), stopped.worked()]).toEqual([outcomes, worked])
    expect(result.warnings.map(({ code }) => code)).toEqual(['sink_stalled'])
    expect(lab.clock.now() - since).toBe(1_000)
    await expectClean(lab, result)
    expect(gotten).toEqual([result])
  })

  it.each(moments)('at %s after an await stops it soon', async (type, ends) => {
    const stopped = stoppedAt(type, async (handle) => {
      await null
      void handle.cancel()
    })
    const { lab, handle } = stopped
    const result = await until(lab.clock, handle.wait())
    expect([ends, 'completed end_turn']).toContain(`${result.status} ${result.stop}`)
    expect([stopped.worked() <= 1, result.warnings]).toEqual([true, []])
    await expectClean(lab, result)
  })
})

const failing = defineTool({
  name: 'work',
  description: 'Works.',
  input: z.object({}),
  effects: 'none',
  execute: () => Promise.reject(new Error('not now')),
})

const hooks: readonly { what: string; outcome: string; lab: (cancel: () => void) => LabOptions }[] = [
  {
    what: 'the mask',
    outcome: 'cancelled',
    lab: (cancel) => {
      const maskInput = () => {
        cancel()
        return {}
      }
      return { parts: { toolExecutor: createToolExecutor({ hooks: { maskInput } }) } }
    },
  },
  {
    what: 'the question whether to try again',
    outcome: 'error',
    lab: (cancel) => {
      const shouldRetry = () => {
        cancel()
        return true
      }
      const toolExecutor = createToolExecutor({ hooks: { shouldRetry } })
      return { parts: { tools: [failing], toolConfig: { errorHandling: 'retry' }, toolExecutor } }
    },
  },
]

describe('a hook that returns at once and cancels the run', () => {
  it.each(hooks)('$what', async ({ lab: options, outcome }) => {
    let cancels = 0
    const lab: Lab = createLab(
      options(() => {
        cancels++
        void handle.cancel()
      }),
    )
    const handle = lab.submit()
    const result = await until(lab.clock, handle.wait())
    expect([cancels, result.status, result.stop, ...outcomesIn(result.turn)]).toEqual([1, 'cancelled', 'user', outcome])
    await expectClean(lab, result)
  })
})

/** Leaves settlement a call to answer, under an id and at a time that it asks for. */
const crash = { crash: new Error('oops') }

describe('a cancel that comes when the run is being settled', () => {
  it.each(['id', 'time'] as const)('by what it is asked for an %s, comes too late and does no harm', async (what) => {
    let isArmed = false
    let cancels = 0
    const strike = (isIt: boolean) => {
      if (!isArmed || !isIt) return
      cancels++
      void handle.cancel('budget')
    }
    const arm = () => {
      isArmed = true
    }
    const ids = createSequentialIds()
    const lab: Lab = createLab({
      script: () => [{ text: 'so far' }, { toolCall: 'work', input: {} }, { run: arm }, crash],
      ids: {
        next(prefix) {
          strike(what === 'id')
          return ids.next(prefix)
        },
      },
      clock: (inner) => ({
        ...inner,
        now() {
          strike(what === 'time')
          return inner.now()
        },
      }),
      store: () => ({}),
    })
    const handle = lab.submit()
    const result = await until(lab.clock, handle.wait())
    isArmed = false
    expect(cancels).toBeGreaterThan(0)
    expect([result.status, result.stop, ...outcomesIn(result.turn)]).toEqual(['failed', 'error', 'not-run'])
    expect(result.status === 'failed' && result.error).toBe(crash.crash)
    expect(textsIn(result.turn)).toEqual(['so far'])
    await expectClean(lab, result)
  })

  it.each([
    { write: 1, ends: 'cancelled user', worked: 0 },
    { write: 2, ends: 'cancelled user', worked: 1 },
    { write: 3, ends: 'cancelled user', worked: 1 },
    { write: 4, ends: 'cancelled user', worked: 1 },
    { write: 5, ends: 'completed end_turn', worked: 1 },
  ])('while write $write of the store is under way: $ends', async ({ write, ends, worked }) => {
    let writes = 0
    const lab: Lab = createLab({
      store: (inner) => ({
        async commit(...args) {
          if (++writes === write) await sleep(lab.ctx, 50)
          return inner.commit(...args)
        },
      }),
    })
    const handle = lab.submit()
    await lab.clock.advance(20)
    expect([handle.isRunning, writes]).toEqual([true, write])
    const result = await until(lab.clock, handle.cancel())
    expect(`${result.status} ${result.stop}`).toBe(ends)
    expect([outcomesIn(result.turn).length, result.warnings]).toEqual([worked, []])
    await expectClean(lab, result)
  })

  it('while sinks take the rest: the run has ended as it did', async () => {
    const slow: EventSink = { publish: (event) => (event.type === 'run-finished' ? sleep(lab.ctx, 50) : undefined) }
    const lab: Lab = createLab({ sinks: [slow] })
    const handle = lab.submit()
    await lab.clock.advance(20)
    expect([handle.isRunning, lab.session.isRunning]).toEqual([true, false])
    const result = await until(lab.clock, handle.cancel())
    expect([result.status, result.warnings]).toEqual(['completed', []])
    await expectClean(lab, result)
  })
})
