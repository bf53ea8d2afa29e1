import { publish } from '@geppetto/events'
import type { SessionStore } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  createGate,
  createLab,
  expectClean,
  type Gate,
  type LabOptions,
  textsIn,
  until,
  workTool,
} from './run-lab.test-helper.ts'

/** A part that never answers, and what becomes of the run. */
interface Hang {
  readonly what: string
  readonly lab: (gate: Gate) => LabOptions
  /** Nothing but a cancel ends it. */
  readonly needsCancel?: true
  /** How long until `wait()` settles: from the cancel, or from the start. */
  readonly boundMs: number
  readonly ends: string
  readonly warnings?: readonly string[]
}

const slowStore =
  (gate: Gate, method: 'acquire' | 'commit' | 'renew' | 'release', isHit: (call: number) => boolean = () => true) =>
  (inner: SessionStore): Partial<SessionStore> => {
    let calls = 0
    const hold = async <T>(work: () => Promise<T>): Promise<T> => {
      calls++
      if (isHit(calls)) await gate.pass()
      return work()
    }
    return {
      acquire: (...args) => (method === 'acquire' ? hold(() => inner.acquire(...args)) : inner.acquire(...args)),
      commit: (...args) => (method === 'commit' ? hold(() => inner.commit(...args)) : inner.commit(...args)),
      renew: (...args) => (method === 'renew' ? hold(() => inner.renew(...args)) : inner.renew(...args)),
      release: (...args) => (method === 'release' ? hold(() => inner.release(...args)) : inner.release(...args)),
    }
  }

const hangingSchema = (gate: Gate) =>
  defineTool({
    name: 'work',
    description: 'Works.',
    input: z.object({}).refine(async () => {
      await gate.pass()
      return true
    }),
    execute: () => 'worked',
  })

const withTool = (gate: Gate) => ({ parts: { tools: [workTool(() => gate.pass())] } })
const deafEngine = (gate: Gate): LabOptions => ({ script: () => [{ text: 'so far' }, { run: () => gate.pass() }] })
const executorWith = (hook: 'authorize' | 'beforeExecution', gate: Gate): LabOptions => {
  const hooks =
    hook === 'authorize'
      ? { authorize: async () => gate.pass().then(() => ({ decision: 'allow' as const })) }
      : { beforeExecution: () => gate.pass() }
  return { parts: { toolExecutor: createToolExecutor({ hooks }) } }
}
const sinkAt = (type: string, gate: Gate, delivery?: { readonly policy: 'coalesce' | 'drop' }): LabOptions => ({
  sinks: [
    {
      publish: (event) => (event.type === type ? gate.pass() : undefined),
      ...(delivery === undefined ? undefined : { delivery }),
    },
  ],
})

const tools: readonly Hang[] = [
  {
    what: 'a tool, until the run is cancelled',
    lab: withTool,
    needsCancel: true,
    boundMs: 1_000,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  {
    what: 'a tool, until its own time is over',
    lab: withTool,
    boundMs: 61_000,
    ends: 'completed end_turn',
    warnings: ['abandoned'],
  },
  {
    what: 'the check of a tool’s arguments',
    lab: (gate) => ({ parts: { tools: [hangingSchema(gate)] } }),
    needsCancel: true,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'authorization',
    lab: (gate) => executorWith('authorize', gate),
    needsCancel: true,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'the hook before a tool',
    lab: (gate) => executorWith('beforeExecution', gate),
    needsCancel: true,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'an executor of somebody else',
    lab: (gate) => ({ parts: { toolExecutor: { execute: () => gate.pass().then(() => ({ results: [] })) } } }),
    needsCancel: true,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
]

const runners: readonly Hang[] = [
  {
    what: 'a builder',
    lab: (gate) => ({
      around: (builder) => ({ build: (ctx, id) => gate.pass().then(() => builder.build(ctx, id)) }),
    }),
    needsCancel: true,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  {
    what: 'an engine',
    lab: deafEngine,
    needsCancel: true,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  ...(['in front of', 'behind'] as const).map(
    (where): Hang => ({
      what: `a middleware ${where} the call`,
      lab: (gate) => ({
        parts: {
          middlewares: [
            (next) => async (ctx, turn) => {
              if (where === 'in front of') await gate.pass()
              const made = await next(ctx, turn)
              if (where === 'behind') await gate.pass()
              return made
            },
          ],
        },
      }),
      needsCancel: true,
      boundMs: 1_500,
      ends: 'cancelled user',
      warnings: ['abandoned'],
    }),
  ),
  ...(['pre_inference', 'post_inference', 'post_tools', 'final'] as const).map(
    (at): Hang => ({
      what: `a snapshot hook at ${at}`,
      lab: (gate) => ({ parts: { snapshotHook: (_, { phase }) => (phase === at ? gate.pass() : undefined) } }),
      needsCancel: true,
      boundMs: 0,
      ends: 'cancelled user',
    }),
  ),
  ...(['after_inference', 'after_tools'] as const).map(
    (at): Hang => ({
      what: `a step controller ${at}`,
      lab: (gate) => ({
        parts: { stepController: { pause: async (_, { phase }) => (phase === at ? gate.pass() : undefined) } },
      }),
      needsCancel: true,
      boundMs: 1_500,
      ends: 'cancelled user',
      warnings: ['abandoned'],
    }),
  ),
]

const besides: readonly Hang[] = [
  {
    what: 'a sink that the stream waits for',
    lab: (gate) => sinkAt('text-delta', gate),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
  },
  {
    what: 'a sink that the stream waits for, until the run is cancelled',
    lab: (gate) => sinkAt('text-delta', gate),
    needsCancel: true,
    boundMs: 1_000,
    ends: 'cancelled user',
    warnings: ['sink_stalled'],
  },
  ...(['coalesce', 'drop'] as const).map(
    (policy): Hang => ({
      what: `a sink that lets nobody wait (${policy})`,
      lab: (gate) => sinkAt('text-delta', gate, { policy }),
      boundMs: 1_000,
      ends: 'completed end_turn',
      warnings: ['sink_stalled'],
    }),
  ),
  {
    what: 'a sink in the middle of taking the rest',
    lab: (gate) => sinkAt('run-finished', gate),
    boundMs: 1_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
  },
  {
    what: 'a tool that waits for a sink',
    lab: (gate) => ({
      ...sinkAt('info', gate),
      parts: { tools: [workTool((ctx) => publish(ctx, { type: 'info', message: 'working' }))] },
    }),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
  },
  {
    what: 'a persister',
    lab: (gate) => ({ parts: { persister: { persistTurn: () => gate.pass() } } }),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['persister_failed'],
  },
]

const stores: readonly Hang[] = [
  {
    what: 'the lease',
    lab: (gate) => ({ store: slowStore(gate, 'acquire') }),
    needsCancel: true,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  {
    what: 'the write before anything is sent',
    lab: (gate) => ({ store: slowStore(gate, 'commit', (call) => call === 1) }),
    needsCancel: true,
    boundMs: 11_500,
    ends: 'failed user',
    warnings: ['abandoned', 'store_failed'],
  },
  {
    what: 'the write of a step',
    lab: (gate) => ({ store: slowStore(gate, 'commit', (call) => call === 2) }),
    needsCancel: true,
    boundMs: 11_500,
    ends: 'failed user',
    warnings: ['abandoned', 'store_failed'],
  },
  {
    what: 'the write of the end',
    lab: (gate) => ({ store: slowStore(gate, 'commit', (call) => call === 3) }),
    boundMs: 10_000,
    ends: 'failed error',
    warnings: ['store_failed'],
  },
  {
    what: 'the renewal of the lease',
    lab: (gate) => ({
      script: () => [{ text: 'so far' }, { hang: true }],
      store: slowStore(gate, 'renew'),
    }),
    boundMs: 10_000,
    ends: 'cancelled owner_lost',
  },
  {
    what: 'the giving back of the lease',
    lab: (gate) => ({ store: slowStore(gate, 'release', (call) => call === 1) }),
    boundMs: 10_000,
    ends: 'completed end_turn',
    warnings: ['store_failed'],
  },
]

async function expectBounded({ lab: options, needsCancel, boundMs, ends, warnings = [] }: Hang): Promise<void> {
  const gate = createGate()
  const lab = createLab(options(gate))
  const handle = lab.submit()
  const { clock, sink, session } = lab
  if (needsCancel) {
    // Nothing else ends it: an hour later it is still there.
    await clock.advance(boundMs === 0 || boundMs === 1_500 ? 3_600_000 : 10)
    expect(handle.isRunning).toBe(true)
  }
  const since = clock.now()
  if (needsCancel) void handle.cancel()
  const result = await until(clock, handle.wait())
  expect(gate.isReached).toBe(true)
  expect(`${result.status} ${result.stop}`).toBe(ends)
  expect(clock.now() - since).toBe(boundMs)
  expect(result.warnings.map(({ code }) => code)).toEqual(warnings)
  const hasSpoken = sink.events.some(({ type }) => type === 'text-delta')
  expect(textsIn(result.turn).includes('so far')).toBe(hasSpoken)
  expect(session.turnCount).toBe(1)
  await expectClean(lab, result, () => gate.open())
}

describe.each([
  { of: 'a tool and what stands around it', hangs: tools },
  { of: 'a runner’s parts', hangs: runners },
  { of: 'those who stand beside the run', hangs: besides },
  { of: 'the store', hangs: stores },
])('P4: what never returns, of $of, holds up wait() for a bounded time, and nobody hears it later', ({ hangs }) => {
  it.each(hangs)('$what', expectBounded)
})
