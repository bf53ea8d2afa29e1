import { defineMiddleware, type Middleware } from '@geppetto/engine'
import { createEngineBuilder } from '@geppetto/enginebuilder'
import { createMemoryStore, Session } from '@geppetto/session'
import { createToolExecutor, defineTool, type ToolExecutor } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { CreateFaultProgram } from './fault-run.ts'
import { createScriptedEngine, type ScriptedCall } from './scripted-engine.ts'
import { tryEveryFault } from './try-every-fault.ts'

interface Parts {
  readonly call?: ScriptedCall
  readonly toolExecutor?: ToolExecutor
  readonly middlewares?: readonly Middleware[]
}

const call: ScriptedCall = [{ toolCall: 'write', input: { key: 'a' } }]

function programOf({
  call: first = call,
  toolExecutor = createToolExecutor(),
  middlewares = [],
}: Parts): CreateFaultProgram {
  return ({ faults, clock, ids, ctx }) => {
    const engine = createScriptedEngine((turn) => (turn.blocks.at(-1)?.kind === 'user' ? first : [{ text: 'Done.' }]))
    const write = defineTool({
      name: 'write',
      description: 'Writes.',
      input: z.object({ key: z.string() }),
      execute: () => 'written',
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

describe('tryEveryFault', () => {
  it('says what it tried where nothing is broken', async () => {
    const report = await tryEveryFault(programOf({}), { modes: ['throw', 'hang'] })
    expect(report.points).toContainEqual({ part: 'tool', name: 'write' })
    expect(report.runs).toBe(1 + 2 * report.points.length + report.steps)
  })

  it.each<readonly [string, Parts, RegExp]>([
    ['runs a tool twice', { toolExecutor: runsTwice }, /nothing goes wrong\n.*P7: .*call_1 was executed again/s],
    [
      'runs a tool on what it guessed',
      { toolExecutor: guesses, call: [{ toolCall: 'write', raw: '{"key":"a' }] },
      /P6: call_1 was executed with arguments that are malformed/,
    ],
    ['leaves a timer', { middlewares: [leavesTimer] }, /P13: 2 timers are left/],
    ['does not complete', { call: [{ fail: 'overloaded' }] }, /the run is failed: it must complete/],
  ])('says how a program breaks a promise that %s', async (_what, parts, problem) => {
    await expect(tryEveryFault(programOf(parts))).rejects.toThrow(problem)
  })

  it('names the faults that a program does not stand, and what they break', async () => {
    const check = () => {
      throw new Error('nobody was told')
    }
    const trying = tryEveryFault(programOf({}), { modes: ['reject'], check })
    await expect(trying).rejects.toThrow(/tool write \(point \d+\) meets: reject\n {4}nobody was told/)
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
