import { publish } from '@geppetto/events'
import type { SessionStore } from '@geppetto/session'
import { createToolExecutor, defineTool } from '@geppetto/tools'
import { z } from 'zod'
import { type LabOptions, workTool } from './run-lab.test-helper.ts'

/** Where a part would answer: the promise never settles, or not before the run. */
export type Pass = () => Promise<void>

/** A part that never answers, and what becomes of the run. */
export interface Hang {
  readonly what: string
  readonly lab: (pass: Pass) => LabOptions
  /** When the run is cancelled; where it is not, something else ends it. Most would wait for ever. */
  readonly cancelAfterMs?: number
  /** How long until `wait()` settles: from the cancel, or from when the part was asked. */
  readonly boundMs: number
  readonly ends: string
  readonly warnings?: readonly string[]
  /** What is otherwise where the part itself cancels the run, and waits for that. */
  readonly ifItCancels?: Partial<Pick<Hang, 'boundMs' | 'ends' | 'warnings'>>
}

const anHour = 3_600_000

const slowStore =
  (pass: Pass, method: 'acquire' | 'commit' | 'renew' | 'release', isHit: (call: number) => boolean = () => true) =>
  (inner: SessionStore): Partial<SessionStore> => {
    let calls = 0
    const hold = async <T>(work: () => Promise<T>): Promise<T> => {
      calls++
      if (isHit(calls)) await pass()
      return work()
    }
    return {
      acquire: (...args) => (method === 'acquire' ? hold(() => inner.acquire(...args)) : inner.acquire(...args)),
      commit: (...args) => (method === 'commit' ? hold(() => inner.commit(...args)) : inner.commit(...args)),
      renew: (...args) => (method === 'renew' ? hold(() => inner.renew(...args)) : inner.renew(...args)),
      release: (...args) => (method === 'release' ? hold(() => inner.release(...args)) : inner.release(...args)),
    }
  }

/** The store, of which one commit fails. */
function failingAt(call: number, store: Partial<SessionStore>): Partial<SessionStore> {
  let calls = 0
  return {
    ...store,
    commit: async (...args) => {
      calls++
      if (calls === call || store.commit === undefined) throw new Error('disk full')
      return store.commit(...args)
    },
  }
}

const asked = z.object({})['~standard']
const hangingSchema = (pass: Pass) =>
  defineTool({
    name: 'work',
    description: 'Works.',
    input: {
      '~standard': {
        ...asked,
        async validate(value: unknown) {
          await pass()
          return asked.validate(value)
        },
      },
    },
    execute: () => 'worked',
  })

const withTool = (pass: Pass) => ({ parts: { tools: [workTool(() => pass())] } })
const deafEngine = (pass: Pass): LabOptions => ({ script: () => [{ text: 'so far' }, { run: () => pass() }] })
const executorWith = (hook: 'authorize' | 'beforeExecution', pass: Pass): LabOptions => {
  const hooks =
    hook === 'authorize'
      ? { authorize: async () => pass().then(() => ({ decision: 'allow' as const })) }
      : { beforeExecution: () => pass() }
  return { parts: { toolExecutor: createToolExecutor({ hooks }) } }
}
const sinkAt = (type: string, pass: Pass, delivery?: { readonly policy: 'coalesce' | 'drop' }): LabOptions => ({
  sinks: [
    {
      publish: (event) => (event.type === type ? pass() : undefined),
      ...(delivery === undefined ? undefined : { delivery }),
    },
  ],
})

const tools: readonly Hang[] = [
  {
    what: 'a tool, until the run is cancelled',
    lab: withTool,
    cancelAfterMs: 10,
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
    ifItCancels: { boundMs: 1_000, ends: 'cancelled user' },
  },
  {
    what: 'the check of a tool’s arguments',
    lab: (pass) => ({ parts: { tools: [hangingSchema(pass)] } }),
    cancelAfterMs: anHour,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'authorization',
    lab: (pass) => executorWith('authorize', pass),
    cancelAfterMs: anHour,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'the hook before a tool',
    lab: (pass) => executorWith('beforeExecution', pass),
    cancelAfterMs: anHour,
    boundMs: 0,
    ends: 'cancelled user',
  },
  {
    what: 'an executor of somebody else',
    lab: (pass) => ({ parts: { toolExecutor: { execute: () => pass().then(() => ({ results: [] })) } } }),
    cancelAfterMs: anHour,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
]

const runners: readonly Hang[] = [
  {
    what: 'a builder',
    lab: (pass) => ({
      around: (builder) => ({ build: (ctx, id) => pass().then(() => builder.build(ctx, id)) }),
    }),
    cancelAfterMs: anHour,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  {
    what: 'an engine',
    lab: deafEngine,
    cancelAfterMs: anHour,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  ...(['in front of', 'behind'] as const).map(
    (where): Hang => ({
      what: `a middleware ${where} the call`,
      lab: (pass) => ({
        parts: {
          middlewares: [
            (next) => async (ctx, turn) => {
              if (where === 'in front of') await pass()
              const made = await next(ctx, turn)
              if (where === 'behind') await pass()
              return made
            },
          ],
        },
      }),
      cancelAfterMs: anHour,
      boundMs: 1_500,
      ends: 'cancelled user',
      warnings: ['abandoned'],
    }),
  ),
  ...(['pre_inference', 'post_inference', 'post_tools', 'final'] as const).map(
    (at): Hang => ({
      what: `a snapshot hook at ${at}`,
      lab: (pass) => ({ parts: { snapshotHook: (_, { phase }) => (phase === at ? pass() : undefined) } }),
      cancelAfterMs: anHour,
      boundMs: 0,
      ends: 'cancelled user',
    }),
  ),
  ...(['after_inference', 'after_tools'] as const).map(
    (at): Hang => ({
      what: `a step controller ${at}`,
      lab: (pass) => ({
        parts: { stepController: { pause: async (_, { phase }) => (phase === at ? pass() : undefined) } },
      }),
      cancelAfterMs: anHour,
      boundMs: 1_500,
      ends: 'cancelled user',
      warnings: ['abandoned'],
    }),
  ),
]

const besides: readonly Hang[] = [
  {
    what: 'a sink that the stream waits for',
    lab: (pass) => sinkAt('text-delta', pass),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
    ifItCancels: { boundMs: 1_000, ends: 'cancelled user' },
  },
  {
    what: 'a sink that the stream waits for, until the run is cancelled',
    lab: (pass) => sinkAt('text-delta', pass),
    cancelAfterMs: 10,
    boundMs: 1_000,
    ends: 'cancelled user',
    warnings: ['sink_stalled'],
  },
  ...(['coalesce', 'drop'] as const).map(
    (policy): Hang => ({
      what: `a sink that lets nobody wait (${policy})`,
      lab: (pass) => sinkAt('text-delta', pass, { policy }),
      boundMs: 1_000,
      ends: 'completed end_turn',
      warnings: ['sink_stalled'],
      ifItCancels: { ends: 'cancelled user' },
    }),
  ),
  {
    what: 'a sink in the middle of taking the rest',
    lab: (pass) => sinkAt('run-finished', pass),
    boundMs: 1_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
  },
  {
    what: 'a tool that waits for a sink',
    lab: (pass) => ({
      ...sinkAt('info', pass),
      parts: { tools: [workTool((ctx) => publish(ctx, { type: 'info', message: 'working' }))] },
    }),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['sink_stalled'],
    ifItCancels: { boundMs: 2_000, ends: 'cancelled user', warnings: ['abandoned', 'sink_stalled'] },
  },
  {
    what: 'a persister',
    lab: (pass) => ({ parts: { persister: { persistTurn: () => pass() } } }),
    boundMs: 5_000,
    ends: 'completed end_turn',
    warnings: ['persister_failed'],
  },
]

const stores: readonly Hang[] = [
  {
    what: 'the store’s grant of the lease',
    lab: (pass) => ({ store: slowStore(pass, 'acquire') }),
    cancelAfterMs: anHour,
    boundMs: 1_500,
    ends: 'cancelled user',
    warnings: ['abandoned'],
  },
  {
    what: 'the write before anything is sent',
    lab: (pass) => ({ store: slowStore(pass, 'commit', (call) => call === 1) }),
    cancelAfterMs: anHour,
    boundMs: 11_500,
    ends: 'failed user',
    warnings: ['abandoned', 'store_failed'],
  },
  {
    what: 'the write of what is called',
    lab: (pass) => ({ store: slowStore(pass, 'commit', (call) => call === 2) }),
    cancelAfterMs: anHour,
    boundMs: 11_500,
    ends: 'failed user',
    warnings: ['abandoned', 'store_failed'],
  },
  {
    what: 'the write that a call is about to be started',
    lab: (pass) => ({ store: slowStore(pass, 'commit', (call) => call === 3) }),
    cancelAfterMs: anHour,
    boundMs: 10_000,
    ends: 'failed user',
    warnings: ['store_failed'],
  },
  {
    what: 'the write of a step',
    lab: (pass) => ({ store: slowStore(pass, 'commit', (call) => call === 4) }),
    cancelAfterMs: anHour,
    boundMs: 11_500,
    ends: 'failed user',
    warnings: ['abandoned', 'store_failed'],
  },
  {
    what: 'the write of the end',
    lab: (pass) => ({ store: slowStore(pass, 'commit', (call) => call === 5) }),
    boundMs: 10_000,
    ends: 'failed error',
    warnings: ['store_failed'],
  },
  {
    what: 'the renewal of the lease',
    lab: (pass) => ({
      script: () => [{ text: 'so far' }, { hang: true }],
      store: slowStore(pass, 'renew'),
    }),
    boundMs: 5_000,
    ends: 'cancelled owner_lost',
    ifItCancels: { boundMs: 0, ends: 'cancelled user' },
  },
  {
    what: 'the giving back of the lease, where the end could not be written',
    lab: (pass) => ({ store: (inner) => failingAt(5, slowStore(pass, 'release')(inner)) }),
    boundMs: 10_000,
    ends: 'failed error',
    warnings: ['store_failed'],
  },
]

/** Every part of a run that may never answer, by where it stands. */
export const hangsByPlace: readonly { readonly of: string; readonly hangs: readonly Hang[] }[] = [
  { of: 'a tool and what stands around it', hangs: tools },
  { of: 'a runner’s parts', hangs: runners },
  { of: 'those who stand beside the run', hangs: besides },
  { of: 'the store', hangs: stores },
]
