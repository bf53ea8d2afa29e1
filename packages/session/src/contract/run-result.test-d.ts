import type { Context } from '@geppetto/context'
import { parseOutput } from '@geppetto/engine'
import type { Event } from '@geppetto/events'
import type { DescribedSchema, StopReason, ToolCallBlock, Turn, Usage } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import type {
  CompletedRun,
  EngineBuilder,
  ExecutionHandle,
  InferenceRunner,
  Lease,
  RunResult,
  SessionStore,
  StoredRecord,
} from '../index.ts'
import { assertCompleted, createMemoryStore, Session } from '../index.ts'

declare const ctx: Context
declare const builder: EngineBuilder
declare const result: RunResult

// What every run leaves is there without asking how it ended.
expectTypeOf(result.turn).toEqualTypeOf<Turn>()
expectTypeOf(result.stop).toEqualTypeOf<StopReason>()
expectTypeOf(result.usage).toEqualTypeOf<Usage | undefined>()

// Only what waits has calls to answer, only what failed has an error.
switch (result.status) {
  case 'waiting':
    expectTypeOf(result.pending).toEqualTypeOf<readonly ToolCallBlock[]>()
    // @ts-expect-error nothing went wrong
    result.error
    break
  case 'failed':
    expectTypeOf(result.error).toEqualTypeOf<unknown>()
    // @ts-expect-error nothing waits
    result.pending
    break
  case 'completed':
  case 'cancelled':
    // @ts-expect-error nothing went wrong
    result.error
    // @ts-expect-error nothing waits
    result.pending
    break
  default:
    expectTypeOf(result).toBeNever()
}
// @ts-expect-error it may have ended otherwise
result.error
// @ts-expect-error there is no such status
if (result.status === 'done') throw result

declare const other: RunResult
assertCompleted(other)
expectTypeOf(other).toEqualTypeOf<CompletedRun>()

// A session's handle is a promise of a result, a stream of events, and a resource.
const session = new Session({ builder, store: createMemoryStore() })
const handle = session.startInference(ctx, { tags: { user: 'ada' } })
expectTypeOf(handle).toEqualTypeOf<ExecutionHandle>()
expectTypeOf(handle.wait()).resolves.toEqualTypeOf<RunResult>()
expectTypeOf(handle.events()).toEqualTypeOf<AsyncIterableIterator<Event>>()
expectTypeOf(handle).toExtend<AsyncDisposable>()
expectTypeOf(session.latest).toEqualTypeOf<Turn | undefined>()
expectTypeOf(session.run('Hi')).resolves.toEqualTypeOf<Turn>()
// @ts-expect-error the handle has methods for what it will say
handle.turn
// @ts-expect-error there is no such choice
session.submit('Hi', { whenBusy: 'wait' })
// @ts-expect-error an engine is not a builder
new Session({ builder: { info: {}, runInference: async () => undefined } })

// What stands in front of the options is not among them, also where they come in a variable.
const options = { builder, id: 'other' }
// @ts-expect-error the id is the second argument
Session.open(createMemoryStore(), 's', options)
const withStore = { builder, store: createMemoryStore() }
// @ts-expect-error the store is the first argument
Session.open(createMemoryStore(), 's', withStore)
Session.open(createMemoryStore(), 's', { builder, create: true })

// The answer has the type that its schema says: after defaults and transforms.
declare const form: DescribedSchema<{ days?: number; at: string }, { days: number; at: Date }>
session.startInference(ctx, { output: form })
expectTypeOf(parseOutput(result, form)).toEqualTypeOf<{ days: number; at: Date }>()
// @ts-expect-error a plain JSON Schema is none that can check
session.startInference(ctx, { output: { type: 'object' } })

// What somebody else makes: a runner that only runs is one, and a store has to say where its records end.
const runner: InferenceRunner = { runInference: async (_ctx, turn) => turn }
const own: EngineBuilder = { build: () => runner }
expectTypeOf(own.build).toExtend<(ctx: Context, sessionId: string) => unknown>()
const store: SessionStore = {
  ...createMemoryStore(),
  commit: async (lease, expectedHead, { records }) => {
    expectTypeOf(lease).toEqualTypeOf<Lease>()
    expectTypeOf(records).toEqualTypeOf<readonly StoredRecord[]>()
    return expectedHead + records.length
  },
}
// @ts-expect-error it returns the new head
const silent: SessionStore = { ...store, commit: async () => {} }
// @ts-expect-error a store reads one record after the other
const hasty: SessionStore = { ...store, read: async () => [] }
void [silent, hasty]
