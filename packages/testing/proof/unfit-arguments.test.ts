import { defineMiddleware } from '@geppetto/engine'
import { createToolExecutor, defineTool, type ToolCall, type ToolHooks } from '@geppetto/tools'
import { jsonSchema } from '@geppetto/tools/json-schema'
import { type JsonValue, replaceBlock, type ToolCallBlock, type Turn } from '@geppetto/turns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createScriptedEngine } from '../src/scripted-engine.ts'
import { bytesTransport, createTill, type Frame, payment, toBytes } from './tool-wire.test-helper.ts'

const done: readonly Frame[] = [{ say: 'Done.' }, { stop: 'end_turn' }]
const good = { amount: 3, to: 'Zoë' }

/** What a model may write: anything, and what is nearly right. */
const written: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value): JsonValue => JSON.parse(JSON.stringify(value))),
  fc.record<Record<string, JsonValue>>({
    amount: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom<JsonValue>(1.5, '1', null, 1e21, [1])),
    to: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom<JsonValue>(null, 5, ['Zoë'], {})),
  }),
  fc.constantFrom<JsonValue>(
    { ...good, more: true },
    [good],
    JSON.stringify(good),
    JSON.parse('{"__proto__":{"amount":3}}'),
  ),
)

describe('arguments that do not fit the schema never reach a tool', () => {
  it('as the model wrote them', async () => {
    await fc.assert(
      fc.asyncProperty(written, async (input) => {
        const call: readonly Frame[] = [
          { open: 'pay' },
          { add: JSON.stringify(input) },
          { close: true },
          { stop: 'tool_calls' },
        ]
        const till = createTill(() => bytesTransport(toBytes(call), toBytes(done)))
        const result = await till.session.submit('Pay.').wait()
        const fit = payment.safeParse(input)
        expect(till.paid).toEqual(fit.success ? [fit.data] : [])
        expect([result.status, till.faults()]).toEqual(['completed', []])
      }),
      { numRuns: 200 },
    )
  })

  it('as a middleware rewrote them', async () => {
    await fc.assert(
      fc.asyncProperty(written, async (input) => {
        const rewriting = defineMiddleware('rewriting', (next) => async (ctx, turn) => {
          const answered: Turn = await next(ctx, turn)
          const call = answered.blocks.at(-1)
          if (call?.kind !== 'tool-call') return answered
          const rewritten: ToolCallBlock = { ...call, input: { state: 'parsed', value: input } }
          return replaceBlock(answered, rewritten)
        })
        const base = createScriptedEngine([[{ toolCall: 'pay', input: good }], [{ text: 'Done.' }]])
        const till = createTill(() => bytesTransport(), { base, middlewares: [rewriting] })
        await till.session.submit('Pay.').wait()
        const fit = payment.safeParse(input)
        expect(till.paid).toEqual(fit.success ? [fit.data] : [])
        expect(till.faults()).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it.each(['incomplete', 'malformed'] as const)('where a middleware says that they are %s', async (state) => {
    const spoiling = defineMiddleware('spoiling', (next) => async (ctx, turn) => {
      const answered = await next(ctx, turn)
      const call = answered.blocks.at(-1)
      if (call?.kind !== 'tool-call') return answered
      return replaceBlock(answered, { ...call, input: { state, raw: JSON.stringify(good) } })
    })
    const base = createScriptedEngine([[{ toolCall: 'pay', input: good }], [{ text: 'Done.' }]])
    const till = createTill(() => bytesTransport(), { base, middlewares: [spoiling] })
    await till.session.submit('Pay.').wait()
    expect([till.paid, till.faults()]).toEqual([[], []])
  })
})

/** As JavaScript callers do: whatever it takes, a hook puts something else into the call. */
const spoilings: readonly (readonly [string, (call: ToolCall) => void])[] = [
  ['puts another value in the place of the arguments', (call) => Reflect.set(call, 'input', { amount: -1, to: '' })],
  ['changes the arguments', (call) => Object.assign(Object(call.input), { amount: -1, more: true })],
  ['changes what the model wrote', (call) => Reflect.set(Object(call.rawInput), 'amount', -1)],
  ['puts another tool in the place', (call) => Reflect.set(call, 'tool', { ...call.tool, input: z.any() })],
]

describe.each(['authorize', 'beforeExecution', 'maskInput'] as const)('when %s', (name) => {
  it.each(spoilings)('%s, the tool gets what was checked, or is not run', async (_, spoil) => {
    for (const freshly of [false, true]) {
      const hooks: ToolHooks = {
        authorize: (_ctx, call) => {
          if (name === 'authorize') spoil(call)
          return { decision: 'allow' }
        },
        beforeExecution: (_ctx, call) => (name === 'beforeExecution' ? spoil(call) : undefined),
        maskInput: (call) => {
          if (name === 'maskInput') spoil(call)
          return 'masked'
        },
      }
      // An engine that is not ours may give blocks that nobody froze.
      const careless = defineMiddleware('careless', (next) => async (ctx, turn) => {
        const answered = await next(ctx, turn)
        const call = answered.blocks.at(-1)
        return freshly && call?.kind === 'tool-call' ? replaceBlock(answered, structuredClone(call)) : answered
      })
      const base = createScriptedEngine([[{ toolCall: 'pay', input: good }], [{ text: 'Done.' }]])
      const till = createTill(() => bytesTransport(), {
        base,
        middlewares: [careless],
        // Also where its methods stand on a prototype, as those of a class.
        toolExecutor: createToolExecutor({ hooks: freshly ? Object.create(hooks) : hooks }),
      })
      const { turn } = await till.session.submit('Pay.').wait()
      for (const input of till.paid) expect(input).toEqual(good)
      const call = turn.blocks.find((block) => block.kind === 'tool-call')
      expect(call?.input).toEqual({ state: 'parsed', value: good })
      expect(till.faults()).toEqual([])
    }
  })
})

it.each([
  ['zod', z.object({ list: z.array(z.number()) })],
  ['a plain JSON Schema', jsonSchema<{ list: number[] }>({ type: 'object', properties: { list: { type: 'array' } } })],
])('a tool by %s that changes its arguments gets them whole when it is tried again', async (_, input) => {
  const seen: string[] = []
  const shift = defineTool({
    name: 'shift',
    description: 'Takes from its list.',
    input,
    effects: 'none',
    execute(args) {
      seen.push(JSON.stringify(args))
      args.list.length = 0
      throw new Error('busy')
    },
  })
  const base = createScriptedEngine([[{ toolCall: 'shift', input: { list: [1, 2] } }], [{ text: 'Done.' }]])
  const till = createTill(() => bytesTransport(), {
    base,
    tools: [shift],
    toolConfig: { errorHandling: 'retry', retries: { max: 2, backoffMs: 0 } },
  })
  const handle = till.session.submit('Shift.')
  await till.clock.advance(1_000)
  const { turn } = await handle.wait()
  expect(seen).toEqual(['{"list":[1,2]}', '{"list":[1,2]}', '{"list":[1,2]}'])
  expect(turn.blocks.find((block) => block.kind === 'tool-call')?.input).toEqual({
    state: 'parsed',
    value: { list: [1, 2] },
  })
})
