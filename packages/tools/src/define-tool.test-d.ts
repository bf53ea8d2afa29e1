import type { Context } from '@geppetto/context'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { jsonSchema } from './json-schema.ts'
import { createToolRegistry } from './registry.ts'
import type { Tool } from './tool.ts'

const named = { name: 'get_weather', description: 'The weather.' }

// The input's type comes from the schema's output: after defaults and transforms.
const byZod = defineTool({
  ...named,
  input: z.object({ city: z.string(), days: z.number().default(1), on: z.string().transform((text) => text.length) }),
  execute: (input, ctx) => {
    expectTypeOf(input).toEqualTypeOf<{ city: string; days: number; on: number }>()
    expectTypeOf(ctx).toEqualTypeOf<Context>()
    return `sunny in ${input.city}`
  },
})
expectTypeOf(byZod).toEqualTypeOf<Tool<{ city: string; days: number; on: number }, string>>()

const byValibot = defineTool({
  ...named,
  input: toStandardJsonSchema(v.object({ city: v.string(), days: v.optional(v.number(), 1) })),
  execute: async (input) => {
    expectTypeOf(input).toEqualTypeOf<{ city: string; days: number }>()
    return { celsius: 21 }
  },
})
expectTypeOf(byValibot).toEqualTypeOf<Tool<{ city: string; days: number }, { celsius: number }>>()

const byArktype = defineTool({
  ...named,
  input: type({ city: 'string', 'days?': 'number' }),
  execute: (input) => {
    expectTypeOf(input).toEqualTypeOf<{ city: string; days?: number }>()
    return 1
  },
})
expectTypeOf(byArktype).toExtend<Tool<{ city: string; days?: number }, number>>()

const byJsonSchema = defineTool({
  ...named,
  input: jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } } }),
  execute: ({ city }) => city,
})
expectTypeOf(byJsonSchema).toEqualTypeOf<Tool<{ city: string }, string>>()

// Nothing is claimed about what a plain JSON Schema accepts.
defineTool({
  ...named,
  input: jsonSchema({ type: 'object' }),
  execute: (input) => expectTypeOf(input).toEqualTypeOf<unknown>(),
})

// The output schema says what execute must return.
const withOutput = defineTool({
  ...named,
  input: z.object({}),
  output: z.object({ celsius: z.number() }),
  execute: async () => ({ celsius: 21 }),
})
expectTypeOf(withOutput).toEqualTypeOf<Tool<Record<string, never>, { celsius: number }>>()
defineTool({
  ...named,
  input: z.object({}),
  output: z.object({ celsius: z.number() }),
  // @ts-expect-error the output has no such form
  execute: () => ({ celsius: 'warm' }),
})

// What became of a call is of the form that execute returns.
const byReconcile = defineTool({
  ...named,
  input: z.object({ city: z.string() }),
  execute: async () => ({ celsius: 21 }),
  reconcile: async (input, ctx) => {
    expectTypeOf(input).toEqualTypeOf<{ city: string }>()
    expectTypeOf(ctx).toEqualTypeOf<Context>()
    return input.city === '' ? { state: 'not-run' } : { state: 'ran', output: { celsius: 21 } }
  },
})
expectTypeOf(byReconcile).toEqualTypeOf<Tool<{ city: string }, { celsius: number }>>()
defineTool({
  ...named,
  input: z.object({}),
  output: z.object({ celsius: z.number() }),
  execute: () => ({ celsius: 21 }),
  // @ts-expect-error the output has no such form
  reconcile: () => ({ state: 'ran', output: 'warm' }),
})
defineTool({
  ...named,
  input: z.object({}),
  execute: () => 1,
  // @ts-expect-error what ran has an output
  reconcile: () => ({ state: 'ran' }),
})
defineTool({
  ...named,
  input: z.object({}),
  execute: () => 1,
  // @ts-expect-error no such state
  reconcile: () => ({ state: 'maybe' }),
})

// A tool that runs elsewhere.
expectTypeOf(defineTool({ ...named, input: z.object({ city: z.string() }) })).toExtend<Tool<{ city: string }>>()

// What is wrong is said where it is wrong.
defineTool({
  ...named,
  input: z.object({ city: z.string() }),
  // @ts-expect-error the schema, not the function, says what the input is
  execute: (input: { city: number }) => input.city,
})
defineTool({
  ...named,
  input: z.object({ city: z.string() }),
  // @ts-expect-error there is no country
  execute: ({ country }) => country,
})
defineTool({
  ...named,
  // @ts-expect-error a plain JSON Schema cannot validate: wrap it with jsonSchema()
  input: { type: 'object', properties: {} },
})
defineTool({
  ...named,
  // @ts-expect-error valibot alone cannot say what it is: wrap it with toStandardJsonSchema()
  input: v.object({ city: v.string() }),
})
defineTool({
  ...named,
  input: z.object({}),
  // @ts-expect-error no such effects
  effects: 'some',
})
defineTool({
  ...named,
  input: z.object({}),
  // @ts-expect-error it is called timeoutMs
  timeout: 5,
})
// @ts-expect-error a model chooses by the description
defineTool({ name: 'a', input: z.object({}) })

// Differently typed tools go into one list, without a cast.
const tools: readonly Tool[] = [byReconcile, byZod, byValibot, byArktype, byJsonSchema, withOutput]
const mutable: Tool[] = [byZod, byValibot]
createToolRegistry(tools)
createToolRegistry(mutable)
createToolRegistry([byZod, byArktype, defineTool({ ...named, input: z.object({ a: z.boolean() }) })])
// @ts-expect-error not a tool
createToolRegistry([{ name: 'a' }])
