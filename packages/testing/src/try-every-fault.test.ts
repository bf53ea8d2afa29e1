import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, type RunResult, Session } from '@geppetto/session'
import { type Authorization, createToolExecutor, defineTool, type ToolExecutor } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CreateFaultProgram } from './fault-run.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'
import { type TriedRun, tryEveryFault } from './try-every-fault.ts'

interface Parts {
  readonly name?: string
  readonly call?: ScriptedCall
  readonly toolExecutor?: ToolExecutor
  readonly middlewares?: readonly Middleware[]
  readonly execute?: () => string | Promise<string>
}

const call: ScriptedCall = [{ toolCall: 'write', input: { key: 'a' } }]

function programOf({
  name = 'write',
  call: first = call,
  toolExecutor = createToolExecutor(),
  middlewares = [],
  execute = () => 'written',
}: Parts): CreateFaultProgram {
  return ({ faults, clock, ids, ctx }) => {
    const engine = createScriptedEngine((turn) => (turn.blocks.at(-1)?.kind === 'user' ? first : [{ text: 'Done.' }]))
    const write = defineTool({
      name,
      description: 'Writes.',
      input: z.object({ key: z.string() }),
      execute,
    })
    const builder = createEngineBuilder({
      base: faults.engine(engine),
      tools: [faults.tool(write)],
      toolExecutor,
      middlewares,
    })
    const session = new Session({ builder, store: faults.store(createMemoryStore({ clock })), clock, ids })
    return { session, start: () => session.submit('Go', {}, ctx) }
  }
}

const inner = createToolExecutor()

/** Runs each step twice, as if the first had not counted. */
const runsTwice: ToolExecutor = {
  async execute(ctx, request) {
    await inner.execute(ctx, request)
    return inner.execute(ctx, request)
  },
}

/** Takes a guess at arguments that did not arrive whole. */
const guesses: ToolExecutor = {
  execute(ctx, { calls, ...request }) {
    const guess = { state: 'parsed', value: { key: 'probably' } } as const
    return inner.execute(ctx, { ...request, calls: calls.map((block) => ({ ...block, input: guess })) })
  },
}

const leavesTimer = defineMiddleware('watchdog', (next) => (ctx, turn) => {
  ctx.clock.schedule(() => {}, 3_600_000)
  return next(ctx, turn)
})

const later = () => new Promise<string>((resolve) => setTimeout(resolve, 1, 'late'))

function realTimer(): CreateFaultProgram {
  const waits = defineMiddleware('waits', (next) => async (ctx, turn) => {
    await later()
    return next(ctx, turn)
  })
  return programOf({ middlewares: [waits] })
}

function realTool(): CreateFaultProgram {
  return programOf({ execute: later })
}

/** From the second time on it is another one. */
function changing(second: Parts): CreateFaultProgram {
  let count = 0
  return (world) => {
    count++
    return programOf(count === 1 ? {} : second)(world)
  }
}

function wrapsNothing(): CreateFaultProgram {
  return ({ clock, ids, ctx }) => {
    const builder = createEngineBuilder({ base: createScriptedEngine(() => [{ text: 'Hello' }]) })
    const session = new Session({ builder, clock, ids })
    return { session, start: () => session.submit('Go', {}, ctx) }
  }
}

function startsEarly(): CreateFaultProgram {
  return async (world) => {
    const { session, start } = await programOf({})(world)
    const handle = start()
    return { session, start: () => handle }
  }
}

describe('tryEveryFault', () => {
  it('says what it tried where nothing is broken', async () => {
    const report = await tryEveryFault(programOf({}), { modes: ['throw', 'hang'] })
    expect(report.points).toContainEqual({ part: 'tool', name: 'write' })
    expect(report.runs).toBe(1 + 2 * report.points.length + report.steps)
    expect((await tryEveryFault(programOf({}), { modes: [], steps: false })).runs).toBe(1)
  })

  it.each<readonly [string, Parts, RegExp]>([
    [
      'runs a tool twice',
      { toolExecutor: runsTwice },
      /broken when nothing goes wrong:\n.*P7: .*call_1 was executed again/s,
    ],
    [
      'runs a tool on what it guessed',
      { toolExecutor: guesses, call: [{ toolCall: 'write', raw: '{"key":"a' }] },
      /P6: call_1 was executed with arguments that are malformed/,
    ],
    ['leaves a timer', { middlewares: [leavesTimer] }, /P13: 2 timers are left/],
    [
      'does not complete',
      { call: [{ fail: 'overloaded' }] },
      /must complete, or wait, and it is failed \(error\): overloaded/,
    ],
  ])('says how a program breaks a promise that %s', async (_what, parts, problem) => {
    await expect(tryEveryFault(programOf(parts))).rejects.toThrow(problem)
  })

  it('names the faults that a program does not stand, by what they break', async () => {
    const check = async (_: RunResult, { fault, program }: TriedRun) => {
      await null
      if (fault?.mode === 'reject' && program.session.turnCount === 1) throw new Error('nobody was told')
    }
    const trying = tryEveryFault(programOf({}), { modes: ['throw', 'reject'], steps: false, check })
    await expect(trying).rejects.toThrow(
      /^(\d+) of \d+ runs broke a promise:\n- nobody was told\n {4}store acquire \(point 0\) meets: reject\n.*\n.*\n {4}and \d+ more$/,
    )
  })

  it.each<readonly [string, CreateFaultProgram, RegExp]>([
    ['waits for a real timer', realTimer(), /does not go by `clock`/],
    ['waits for a real timer in a tool, beside a lease', realTool(), /does not go by `clock`/],
    [
      'ends sooner the next time',
      changing({ call: [{ text: 'Nothing to do.' }] }),
      /not the same each time: point \d was [a-z]+ [a-z]+, and then the run ended before it/,
    ],
    [
      'calls another tool the next time',
      changing({ name: 'rewrite', call: [{ toolCall: 'rewrite', input: { key: 'a' } }] }),
      /not the same each time: point \d was tool write, and then it was tool rewrite/,
    ],
    ['wraps nothing', wrapsNothing(), /calls nothing that was wrapped/],
    ['has started already', startsEarly(), /a session that does not run yet/],
  ])('refuses a program that %s', async (_what, program, problem) => {
    await expect(tryEveryFault(program, { modes: ['throw'] })).rejects.toThrow(problem)
  })

  it('refuses a mode that there is not', async () => {
    // @ts-expect-error: not a mode
    await expect(tryEveryFault(programOf({}), { modes: ['crash'] })).rejects.toThrow(
      /no fault mode crash; there are: throw,/,
    )
  })

  it('takes a run that waits, and one that goes on after an approval', async () => {
    let isAllowed = false
    const authorize = (): Authorization => ({ decision: isAllowed ? 'allow' : 'wait' })
    const parts = { toolExecutor: createToolExecutor({ hooks: { authorize } }) }
    const waiting: CreateFaultProgram = async (world) => {
      isAllowed = false
      const { session, start } = await programOf(parts)(world)
      const startNext = () => {
        isAllowed = true
        return session.startInference(world.ctx)
      }
      return { session, start, startNext }
    }
    expect((await tryEveryFault(waiting, { modes: ['throw'] })).runs).toBeGreaterThan(10)
    const approved: CreateFaultProgram = async (world) => {
      isAllowed = false
      const { session, start } = await programOf(parts)(world)
      await world.drive(start())
      isAllowed = true
      return { session, start: () => session.startInference(world.ctx) }
    }
    expect((await tryEveryFault(approved, { modes: ['throw', 'abort'] })).runs).toBeGreaterThan(10)
  })

  it('counts nothing before the run that meets faults begins', async () => {
    const program: CreateFaultProgram = async (world) => {
      const made = await programOf({})(world)
      await world.drive(made.start())
      return made
    }
    const { points } = await tryEveryFault(program, { modes: [] })
    expect(points.filter(({ part }) => part === 'tool')).toHaveLength(1)
  })
})
