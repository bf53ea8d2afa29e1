import type { Context } from '@geppetto/context'
import type { Turn } from '@geppetto/turns'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { Engine, EngineErrorCode, Middleware, RunInference } from './index.ts'
import {
  createFetchTransport,
  defineMiddleware,
  EngineError,
  isEngineError,
  isTurnShrunkError,
  parseOutput,
  TurnShrunkError,
  withFacts,
} from './index.ts'

declare const turn: Turn
declare const thrown: unknown

// A middleware's parts have their types without a word.
const timing = defineMiddleware('timing', (next) => async (ctx, prompt) => {
  expectTypeOf(next).toEqualTypeOf<RunInference>()
  expectTypeOf(ctx).toEqualTypeOf<Context>()
  expectTypeOf(prompt).toEqualTypeOf<Turn>()
  return next(ctx, prompt)
})
expectTypeOf(timing).toEqualTypeOf<Middleware>()
// @ts-expect-error it must return a turn
defineMiddleware('silent', (next) => async (ctx, prompt) => void (await next(ctx, prompt)))
// @ts-expect-error the next one needs the context too
defineMiddleware('forgetful', (next) => (_ctx, prompt) => next(prompt))

// An engine is an object with two things.
const echo: Engine = {
  info: { api: 'echo', host: 'embedded', model: 'echo' },
  runInference: async (_, prompt) => prompt,
}
// @ts-expect-error who it is belongs to it
const nameless: Engine = { runInference: echo.runInference }
void nameless

// An answer has the type of the schema's output.
const form = z.object({ days: z.number().default(1), at: z.iso.date().transform((text) => new Date(text)) })
expectTypeOf(parseOutput(turn, form)).toEqualTypeOf<{ days: number; at: Date }>()
expectTypeOf(parseOutput({ turn }, z.coerce.number())).toEqualTypeOf<number>()
// @ts-expect-error a turn that is still to come
parseOutput(Promise.resolve(turn), z.string())

// Guards narrow, and other facts leave the class as it is.
if (isEngineError(thrown)) {
  expectTypeOf(thrown.code).toEqualTypeOf<EngineErrorCode>()
  expectTypeOf(thrown.partial).toEqualTypeOf<Turn | undefined>()
}
if (isTurnShrunkError(thrown)) expectTypeOf(thrown.missing).toEqualTypeOf<readonly string[]>()
expectTypeOf(withFacts(new TurnShrunkError('m', []), { visible: true })).toEqualTypeOf<TurnShrunkError>()
// @ts-expect-error there is no such code
new EngineError('overload', 'x')
// @ts-expect-error sinks come from the context
createFetchTransport({ baseUrl: 'https://example.com', eventSinks: [] })
